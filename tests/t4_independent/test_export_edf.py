"""EDF+ and BDF+ as pyEDFlib and MNE read them say what the log says."""

import datetime
import json
import shutil

import mne
import numpy as np
import pyedflib
import pytest

from host_tools.analysis.emg_chain import MICROVOLT_PER_COUNT
from host_tools.analysis.raw_emg import raw_emg
from host_tools.analysis.training_log import read
from host_tools.errors import BadInput
from host_tools.export.write import export

FORMS = ("edf", "bdf")
BEGAN = datetime.datetime(2026, 5, 4, 17, 3, 10, 250_000, datetime.UTC)


@pytest.fixture(scope="module")
def dated_log(recorded_log, tmp_path_factory):
    path = tmp_path_factory.mktemp("dated") / "workout.ulg"
    shutil.copy(recorded_log, path)
    path.with_name("workout.note.json").write_text(
        json.dumps({"began_utc": BEGAN.isoformat(), "utc_offset_minutes": 120, "rpe": 6})
    )
    return path


@pytest.fixture(scope="module", params=FORMS)
def form(request):
    return request.param


@pytest.fixture(scope="module")
def written(dated_log, form, tmp_path_factory):
    path = tmp_path_factory.mktemp(form) / f"workout.{form}"
    export(dated_log, form, path)
    return path


def counts_in_place(log):
    """(frames, channels) of the span of the raw EMG, and which frames the log holds."""
    emg = raw_emg(log)
    counts = np.zeros((emg.span_frames, emg.channels))
    held = np.zeros(emg.span_frames, bool)
    for run in emg.runs:
        at = run.first - emg.runs[0].first
        counts[at : at + len(run.counts)] = run.counts
        held[at : at + len(run.counts)] = True
    return counts, held, emg.runs[0].start_us


def mne_reader(form):
    return mne.io.read_raw_edf if form == "edf" else mne.io.read_raw_bdf


def test_samples_are_the_logs_counts_within_quantisation(dated_log, written, form):
    counts, held, _ = counts_in_place(read(dated_log))
    assert 0 < np.sum(~held) < len(held) / 2, "the log has holes"
    reader = pyedflib.EdfReader(str(written))
    whole = mne_reader(form)(written, preload=True, verbose="error").get_data() * 1e6
    for c in range(counts.shape[1]):
        digital = reader.readSignal(c, digital=True)
        assert np.array_equal(digital[: len(counts)][held], counts[held, c] - 8190)
        assert np.all(digital[: len(counts)][~held] == -32768) and np.all(digital[len(counts) :] == -32768)
        microvolts = (counts[held, c] - 8190) * MICROVOLT_PER_COUNT
        half_a_step = MICROVOLT_PER_COUNT / 2
        assert np.max(np.abs(reader.readSignal(c)[: len(counts)][held] - microvolts)) < half_a_step
        assert np.max(np.abs(whole[c, : len(counts)][held] - microvolts)) < half_a_step
    reader.close()


def test_labels_units_rates_and_start_time(dated_log, written, form):
    log = read(dated_log)
    _, _, start_us = counts_in_place(log)
    begin = BEGAN + datetime.timedelta(microseconds=start_us - log.start_us)
    reader = pyedflib.EdfReader(str(written))
    assert reader.getSignalLabels() == [f"EMG {site}" for site in log.sites]
    assert {reader.getPhysicalDimension(c) for c in range(4)} == {"uV"}
    assert set(reader.getSampleFrequencies()) == {1000}
    # pyEDFlib 0.1.42 divides its units of 100 ns by 100 where it makes microseconds; the units themselves are right
    whole = reader.getStartdatetime().replace(microsecond=0, tzinfo=datetime.UTC)
    started = whole + datetime.timedelta(microseconds=reader.starttime_subsecond / 10)
    assert abs(started - begin) < datetime.timedelta(milliseconds=1)
    reader.close()
    raw = mne_reader(form)(written, verbose="error")
    assert raw.ch_names == [f"EMG {site}" for site in log.sites] and raw.info["sfreq"] == 1000
    # MNE 1.13 keeps whole seconds of the start
    assert abs(raw.info["meas_date"] - begin) < datetime.timedelta(seconds=1)


def test_annotations_are_the_events_of_the_log_at_their_times(dated_log, written, form):
    log = read(dated_log)
    counts, _, start_us = counts_in_place(log)
    reader = pyedflib.EdfReader(str(written))
    onsets, durations, texts = reader.readAnnotations()
    reader.close()
    found = list(zip(onsets, durations, texts, strict=True))
    inside = [row for row in log.rows("repetition") if 0 <= row["start_us"] - start_us <= 1000 * len(counts)]
    assert inside
    for row in inside:
        seconds = (row["concentric_ms"] + row["isometric_ms"] + row["eccentric_ms"]) / 1000
        assert any(
            abs(onset - (row["start_us"] - start_us) / 1e6) < 1e-4 and abs(length - seconds) < 1e-3 and "row" in text
            for onset, length, text in found
        )
    cues = [row for row in log.rows("cue") if 0 <= row["decided_us"] - start_us <= 1000 * len(counts)]
    assert sum(text.startswith("cue ") for text in texts) == len(cues) > 0
    assert sum(text.startswith("fault ") for text in texts) > 0
    seen = mne_reader(form)(written, verbose="error").annotations
    assert sorted(seen.description) == sorted(texts)


def test_every_frame_without_data_is_annotated_and_told_in_the_sidecar(dated_log, written, form):
    counts, held, _ = counts_in_place(read(dated_log))
    reader = pyedflib.EdfReader(str(written))
    onsets, durations, texts = reader.readAnnotations()
    length = reader.getNSamples()[0]
    reader.close()
    said = np.zeros(length, bool)
    for onset, duration, text in zip(onsets, durations, texts, strict=True):
        if text == "BAD_gap":
            said[round(onset * 1000) : round((onset + duration) * 1000)] = True
    assert np.array_equal(said[: len(held)], ~held) and np.all(said[len(held) :])
    sidecar = json.loads(written.with_name(written.name + ".json").read_text())
    assert any("BAD_gap" in sentence for sentence in sidecar["done"])
    assert sidecar["time"]["began"] == "2026-05-04T19:03:10.250000+02:00" and sidecar["note"] == {"rpe": 6.0}


def test_without_wall_time_the_sidecar_says_so(recorded_log, tmp_path):
    beside = export(recorded_log, "edf", tmp_path / "workout.edf")
    sidecar = json.loads(beside.read_text())
    assert sidecar["time"]["began"] is None and "never set" in sidecar["time"]["wall_time"]
    reader = pyedflib.EdfReader(str(tmp_path / "workout.edf"))
    assert reader.getStartdatetime() == datetime.datetime(1985, 1, 1)
    reader.close()


def test_a_log_without_raw_emg_gets_a_line_that_names_the_remedy(tmp_path, dated_log, monkeypatch):
    from host_tools.export import source

    monkeypatch.setattr(source, "raw_emg", lambda log: type("Nothing", (), {"runs": ()}))
    with pytest.raises(BadInput, match="raw_emg = 1"):
        export(dated_log, "edf", tmp_path / "x.edf")
