"""BIDS 1.11: a data set of one recording, EMG-BIDS and Motion-BIDS, with sidecars, channels and events."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from host_tools.analysis import words
from host_tools.analysis.emg_chain import RATE_HZ
from host_tools.analysis.raw_quaternions import tracks
from host_tools.errors import BadInput
from host_tools.export.bids_motion import write_motion
from host_tools.export.edf_form import write_edf
from host_tools.export.events import GAP, events, inside
from host_tools.export.sidecar import sidecar, write_json, write_text
from host_tools.export.source import Source

_SCAN_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
BIDS_VERSION = "1.11.1"  # of the schema that the tests check against, without its patch level
_PLACEMENT = {
    "UT": "half way from the acromion to C7 (SENIAM)",
    "MT": "half way from the medial border of the scapular spine to the spine at T3 (SENIAM); over the rhomboid too",
    "LT": "two thirds from the trigonum spinae to T8 (SENIAM)",
    "LAT": "1 cm lateral to the inferior angle of the scapula",
    "SA": "axillary line at the sixth rib",
}
_README = """This data set was written by `rhomboid export --to bids` from {file}.

It holds one training session: raw surface EMG of upper-back muscles at 1000 Hz, orientations of thorax, scapula and
upper arm at about 100 Hz each on its own clock (what of both was recorded), and as events the repetitions that the
device counted, the cues that it gave, faults, marks, and the spans without data. Subject labels are not names.
What was done to the data stands in `sourcedata/export.json`.
"""


def write_bids(source: Source, folder: Path) -> None:
    """Write the data set into `folder`, which must be new or empty. Raises BadInput."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(f"{folder}: is not empty; name a new folder for the data set")
    moving = any(len(track) for track in tracks(source.log))
    if not moving and not source.has_emg:
        raise BadInput(
            f"{source.path}: holds no raw streams, which bids needs; record with the settings raw_emg = 1 and "
            "raw_imu = 1, or export csv or parquet"
        )
    subject = "sub-" + _label(source.note.athlete, "01")
    task = _label(source.log.info.get("exercise", ""), "training")
    stem = f"{subject}_task-{task}"
    try:
        (folder / subject).mkdir(parents=True)
    except OSError as error:
        raise BadInput(f"{folder}: cannot be made: {error.strerror or error}") from error
    scans, done, gaps = [], [], []
    if source.has_emg:
        written = _write_emg(source, folder / subject, stem, task)
        scans.append((f"emg/{stem}_emg.edf", source.emg.runs[0].start_us))
        done, gaps = list(written["done"]), written["gaps_s"]
    found, said = write_motion(source, folder / subject, stem, task)
    scans, done = scans + found, done + said
    write_json(folder / "dataset_description.json", _description(source))
    write_text(folder / "README.md", _README.format(file=source.path.name))
    _write_table(folder / "participants.tsv", ("participant_id",), [(subject,)])
    rows = [(name, moment.strftime(_SCAN_TIME)) for name, us in scans if (moment := source.clock.at(us)) is not None]
    if rows:
        _write_table(folder / subject / f"{subject}_scans.tsv", ("filename", "acq_time"), rows)
    write_json(folder / "sourcedata" / "export.json", sidecar(source, done, gaps_s=gaps))


def _write_emg(source: Source, folder: Path, stem: str, task: str) -> dict[str, Any]:
    """The EMG of the session; answers what was done, the gaps and the names of the signals."""
    emg = folder / "emg"
    emg.mkdir()
    written = write_edf(source, emg / f"{stem}_emg.edf", binary24=False)
    write_json(emg / f"{stem}_emg.json", _recording(source, task))
    _write_table(emg / f"{stem}_channels.tsv", _CHANNEL_COLUMNS, _channels(source, written["signals"]))
    write_json(emg / f"{stem}_channels.json", _CHANNEL_MEANINGS)
    _write_table(emg / f"{stem}_events.tsv", ("onset", "duration", "trial_type", "value"), _events(source, written))
    write_json(emg / f"{stem}_events.json", _EVENT_MEANINGS)
    return written


def _label(name: str, otherwise: str) -> str:
    """What BIDS takes as a label: letters and digits, here at most 30."""
    return re.sub(r"[^A-Za-z0-9]", "", name)[:30] or otherwise


def _description(source: Source) -> dict[str, Any]:
    return {
        "Name": f"Upper-back training, {source.path.name}",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "raw",
        "GeneratedBy": [{"Name": "rhomboid export", "Version": source.log.info.get("ver_sw", "n/a")}],
    }


def _recording(source: Source, task: str) -> dict[str, Any]:
    log = source.log
    mains = log.settings.get("mains_hz", 0)
    return {
        "TaskName": task,
        "TaskDescription": words.exercise(log.info.get("exercise", "training")),
        "Manufacturer": "open hardware (Rhomboid)",
        "ManufacturersModelName": log.info.get("ver_hw", "n/a"),
        "SoftwareVersions": log.info.get("ver_sw", "n/a"),
        "EMGPlacementScheme": "Other",
        "EMGPlacementSchemeDescription": "SENIAM where it has the site; placement_description in channels.tsv",
        "EMGReference": "Bipolar",
        "EMGGround": "reference electrode of each amplifier, over bone beside the muscle",
        "SamplingFrequency": RATE_HZ,
        "PowerLineFrequency": int(mains) if mains else "n/a",
        "RecordingType": "continuous",
        "SoftwareFilters": "n/a",
        "HardwareFilters": {
            "High-pass of the amplifier": {"Half-power cutoff (Hz)": 20.8, "Order": 1},
            "Low-pass of the amplifier": {"Half-power cutoff (Hz)": 498, "Order": 1},
            "Averaging of four conversions at 4 kHz": {"Rate (Hz)": RATE_HZ},
        },
        "EMGChannelCount": source.emg.channels,
        "RecordingDuration": -(-source.emg.span_frames // RATE_HZ),
        "Preamplification": 200,
    }


_CHANNEL_COLUMNS = (
    "name",
    "type",
    "units",
    "description",
    "sampling_frequency",
    "reference",
    "target_muscle",
    "placement_scheme",
    "placement_description",
    "interelectrode_distance",
    "low_cutoff",
    "high_cutoff",
    "notch",
    "mvc_reference",
)
_CHANNEL_MEANINGS = {
    "mvc_reference": {
        "Description": "Envelope of the maximal contraction that the device normalised with, n/a when none was taken",
        "Units": "uV",
    }
}
_EVENT_MEANINGS = {
    "trial_type": {
        "Description": "What kind of event",
        "Levels": {
            "repetition": "A repetition that the device counted, its exercise in value",
            "cue": "A vibration cue, its rule in value; onset is when it was decided",
            "fault": "A fault of a part, in value",
            "marker": "A mark of the button or the host",
            "gap": "No data: the file holds the digital value -32768",
        },
    },
    "value": {"Description": "The event in words"},
}


def _channels(source: Source, labels: Sequence[str]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    side = source.log.info.get("side", "")
    for c, site in enumerate(source.log.sites):
        mvc = source.log.mvc_uv_q4[c]
        rows.append(
            (
                labels[c],
                "EMG",
                "uV",
                _cell(f"{side} {words.site(site)}"),
                RATE_HZ,
                "bipolar",
                _cell(words.SITES.get(site, "n/a")),
                "other",
                _cell(_PLACEMENT.get(site, "n/a")),
                "n/a",
                20.8,
                498,
                "n/a",
                mvc / 16 if mvc else "n/a",
            )
        )
    return rows


def _events(source: Source, written: dict[str, Any]) -> list[tuple[object, ...]]:
    began_us = source.emg.runs[0].start_us
    found, _ = inside(source, events(source.log))
    rows: list[tuple[float, object, str, str]] = []
    for event in found:
        duration = "n/a" if event.duration_s is None else round(event.duration_s, 6)
        rows.append((round((event.start_us - began_us) / 1e6, 6), duration, event.kind, _cell(event.text)))
    rows += [(start, round(duration, 6), "gap", GAP) for start, duration in written["gaps_s"]]
    return [*sorted(rows, key=lambda row: row[0])]


def _cell(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) or "n/a"


def _write_table(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    lines = ["\t".join(header)] + ["\t".join(str(value) for value in row) for row in rows]
    write_text(path, "\n".join(lines) + "\n")
