"""Fatigue in the device's log, on a real recording played through the electrodes: against scipy on the raw signal."""

import json
from pathlib import Path

import numpy as np
import pytest
from pyulog import ULog
from scipy import signal

from host_tools.sim.envelope import envelope_uv
from host_tools.sim.request import Request, prepare
from host_tools.sim.session import LOG, run_session

COUNT_UV = 4.03  # one step of a 12-bit converter at the electrodes, gain 200
MINUTE = 60


@pytest.fixture(scope="module")
def biceps_uv(recordings: Path) -> np.ndarray:
    """127 s of contractions to fatigue at 1 kHz."""
    counts = np.loadtxt(recordings / "emg_fatigue" / "emg_fatigue_1000hz_adc12.csv", skiprows=1)
    return (counts - counts.mean()) * COUNT_UV


def played(microvolts: np.ndarray, folder: Path, **settings) -> dict[str, np.ndarray]:
    """The topic fatigue of a set in which one site sees this signal; empty when nothing was reported."""
    folder.mkdir(exist_ok=True)
    file = folder / "emg.csv"
    np.savetxt(file, microvolts, fmt="%.2f", header="UT", comments="")
    given = folder / "settings.json"
    given.write_text(json.dumps(settings))
    request = Request(emg=file, emg_rate_hz=1000, settings=given)
    run_session(prepare(request), folder / "out")
    topics = {topic.name: topic.data for topic in ULog(str(folder / "out" / LOG)).data_list}
    return topics.get("fatigue", {"timestamp": np.array([])})


def scipy_slope(raw_uv: np.ndarray) -> float:
    """Hz per minute of the median frequency of the bursts (over a fifth of the peak envelope for 0.3 s)."""
    envelope = signal.sosfiltfilt(signal.butter(2, 6, fs=1000, output="sos"), abs(raw_uv))
    active = np.flatnonzero(np.diff(np.r_[0, envelope > 0.2 * envelope.max(), 0]))
    times, medians = [], []
    for begin, end in active.reshape(-1, 2):
        if end - begin < 300:
            continue
        hz, power = signal.welch(raw_uv[begin:end], 1000, nperseg=min(1024, end - begin), detrend="constant")
        total = np.cumsum(power)
        times.append((begin + end) / 2000)
        medians.append(np.interp(total[-1] / 2, total, hz))
    return float(MINUTE * np.polyfit(times, medians, 1)[0])


def test_the_slope_of_the_median_frequency_is_scipys_within_15_percent(biceps_uv, tmp_path) -> None:
    log = played(biceps_uv, tmp_path, emg_sites=["UT"])
    assert len(log["timestamp"]) > 50 and set(log["site"]) == {0}
    assert log["mvc_permille"].min() >= 200
    slope = MINUTE * np.polyfit(log["timestamp"] / 1e6, log["mdf_hz_q8"] / 256, 1)[0]
    expected = scipy_slope(biceps_uv)
    assert expected < 0 and slope == pytest.approx(expected, rel=0.15)
    grown = log["rms_q4"][-5:].mean() / log["rms_q4"][:5].mean()
    assert grown == pytest.approx(1.44, rel=0.1)  # of this recording, domain 7


@pytest.mark.parametrize("share", [0.15, 0.19])
def test_below_20_percent_of_mvc_nothing_is_reported(biceps_uv, tmp_path, share) -> None:
    part_uv = biceps_uv[:40_000] * 0.2
    peak = envelope_uv(np.repeat(part_uv, 4), 30).max()
    weak = played(part_uv, tmp_path / "weak", emg_sites=["UT"], mvc_uv_q4=[int(16 * peak / share)])
    assert not len(weak["timestamp"])


def test_without_a_known_mvc_nothing_is_reported(biceps_uv, tmp_path) -> None:
    unknown = played(biceps_uv[:20_000], tmp_path, emg_sites=["UT"], mvc_uv_q4=[0])
    assert not len(unknown["timestamp"])


def test_noise_near_the_rest_level_is_not_reported(biceps_uv, tmp_path) -> None:
    """Whatever the MVC says, 10 dB over rest are asked for (domain 2.5)."""
    faint_uv = biceps_uv[:20_000] * 0.003
    faint = played(faint_uv, tmp_path, emg_sites=["UT"], mvc_uv_q4=[200], rest_uv_q4=[100])
    assert not len(faint["timestamp"])
