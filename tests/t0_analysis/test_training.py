"""Sets in numbers: rhythm and its band, fatigue, what the cues changed; and why something is not known."""

import dataclasses

import numpy as np
import pytest

from host_tools.analysis import fatigue
from host_tools.analysis.cue_response import AGAIN, BETTER, LAST
from host_tools.analysis.emg_chain import CENTRE_COUNTS, MICROVOLT_PER_COUNT
from host_tools.analysis.fatigue import Change, Effort, emg_change, median_frequency_hz, speed_loss
from host_tools.analysis.float64 import PAIR_FRAMES, median_of_pairs
from host_tools.analysis.log_data import UNDEFINED
from host_tools.analysis.repetitions import repetitions
from host_tools.analysis.rhythm import NO_TRAVEL, band
from host_tools.analysis.training import training
from tests.t0_report.logs import NAMES, cue, log, records, repetition, us

RAW_S = 11.0  # of raw EMG: the second repetition's hold lies beyond it


def raising(slopes, top_deg=90.0, **changes):
    """A log with one repetition per slope, 5 s apart: the arm rises for 1.5 s, the blade follows by the slope."""
    t = np.arange(0, 5 * len(slopes) + 5, 0.05)
    elevation = np.zeros(len(t))
    up = np.zeros(len(t))
    for k, slope in enumerate(slopes):
        way = np.clip((t - 5 * k - 1) / 1.5, 0, 1) - np.clip((t - 5 * k - 3.5) / 1.5, 0, 1)
        elevation += top_deg * way
        up += slope * top_deg * way
    angles = {"timestamp": np.array([us(s) for s in t], np.uint64), "flags": np.zeros(len(t), np.uint16)}
    angles["humeral_elevation"] = np.round(100 * elevation).astype(np.int16)
    angles["upward_rotation"] = np.round(100 * (5 + up)).astype(np.int16)
    rows = [repetition(5 * k + 1, index=k + 1) for k in range(len(slopes))]
    topics = {"segment_angles": angles, "repetition": records(rows)}
    return log(topics=topics | changes.pop("topics", {}), **changes)


def test_the_rhythm_is_that_of_the_movement() -> None:
    found = [r.rhythm for r in repetitions(raising([0.3, 0.25]))]
    assert [round(rhythm.slope, 2) for rhythm in found] == [0.30, 0.25]
    assert found[0].ratio == pytest.approx(0.7 / 0.3, rel=0.02)
    assert found[1].ratio == pytest.approx(3.0, rel=0.02)


def test_a_small_movement_has_no_rhythm_and_says_why() -> None:
    (found,) = [r.rhythm for r in repetitions(raising([0.3], top_deg=25.0))]
    assert found.ratio is None and found.reason == NO_TRAVEL


def test_a_repetition_unlike_ones_own_is_outside_of_the_band() -> None:
    done = repetitions(raising([0.30, 0.31, 0.29, 0.30, 0.60]))
    own = band([r.rhythm for r in done[:4]])
    assert own is not None and own.of == 4
    assert own.share_inside(done[0].rhythm) == 1.0
    assert own.share_inside(done[4].rhythm) < 0.3
    assert band([r.rhythm for r in done[:2]]) is None


def test_after_a_cue_the_next_repetition_counts_and_only_within_the_set() -> None:
    rows = [repetition(3, 0b100), repetition(6, 0b100), repetition(9), repetition(12, 0b100)]
    given = [cue(4, 2, 230), cue(7, 2, 230), cue(13, 2, 230)]
    done = training(log(topics=log().topics | {"repetition": records(rows), "cue": records(given)}))
    assert [c.outcome for c in done.cues] == [AGAIN, BETTER, LAST]
    assert [(c.within, c.following) for c in done.cues] == [(1, 2), (2, 3), (4, None)]


def test_speed_is_compared_from_six_repetitions_on() -> None:
    rows = [repetition(3 + k, concentric_ms=1000 + (400 if k >= 3 else 0), range_cdeg=5000) for k in range(6)]
    done = repetitions(log(topics=log().topics | {"repetition": records(rows)}))
    assert speed_loss(done) == pytest.approx(1 - 1000 / 1400)
    assert speed_loss(done[:5]) is None
    still = [repetition(3 + k, range_cdeg=0) for k in range(6)]
    assert speed_loss(repetitions(log(topics=log().topics | {"repetition": records(still)}))) is None


@pytest.mark.parametrize("hz", [50.0, 75.0, 100.0])
def test_the_median_frequency_of_a_narrow_band_is_its_middle(hz) -> None:
    rng = np.random.default_rng(1)
    t = np.arange(4000) / 1000
    band_signal = sum(np.sin(2 * np.pi * (hz + d) * t + rng.uniform(0, 7)) for d in np.linspace(-10, 10, 41))
    assert median_frequency_hz(band_signal) == pytest.approx(hz, abs=3)


def course(frequencies, amplitudes, percent=40.0):
    done = repetitions(log(topics=log().topics | {"repetition": records([repetition(3 + k) for k in range(6)])}))
    pairs = zip(frequencies, amplitudes, strict=True)
    return {(r.number, 0): Effort(f, a, percent) for r, (f, a) in zip(done, pairs, strict=True)}, done


def test_falling_frequency_at_rising_amplitude_is_fatigue_and_both_falling_is_not() -> None:
    assert emg_change(*course([80, 80, 80, 70, 70, 70], [100, 100, 100, 130, 130, 130]), 0).meaning == fatigue.FATIGUE
    assert emg_change(*course([80, 80, 80, 70, 70, 70], [100, 100, 100, 70, 70, 70]), 0).meaning == fatigue.LESS_FORCE
    assert emg_change(*course([80] * 6, [100] * 6), 0).meaning == fatigue.NO_CHANGE


def test_fatigue_is_not_known_at_low_load_without_mvc_or_without_signal() -> None:
    found, done = course([80] * 6, [100] * 6, percent=15.0)
    assert emg_change(found, done, 0).frequency is None and "20 %" in emg_change(found, done, 0).reason
    found, done = course([80] * 6, [100] * 6, percent=None)
    assert "MVC" in emg_change(found, done, 0).reason
    assert isinstance(emg_change({}, done, 0), Change) and "no raw EMG" in emg_change({}, done, 0).reason


def test_the_devices_own_frequencies_are_taken_when_the_log_has_them() -> None:
    rows = [
        {"timestamp": us(8.1), "site": 0, "mdf_hz_q8": 70 * 256, "rms_q4": 1600, "mvc_permille": 350},
        {"timestamp": us(14.1), "site": 1, "mdf_hz_q8": 60 * 256, "rms_q4": 800, "mvc_permille": UNDEFINED},
    ]
    found = training(log(topics=log().topics | {"fatigue": records(rows)})).efforts
    assert found == {(1, 0): Effort(70.0, 100.0, 35.0), (2, 1): Effort(60.0, 50.0, None)}


def test_frequencies_come_from_raw_emg_when_the_device_logged_none() -> None:
    made = log()
    frames = np.arange(int(RAW_S * 1000))
    counts = CENTRE_COUNTS + (200 / MICROVOLT_PER_COUNT * np.sin(2 * np.pi * 80 * frames / 1000)).astype(np.int64)
    blocks = counts.reshape(-1, 10)
    raw = {"timestamp": us(0) + 10_000 * np.arange(len(blocks)), "sequence": 10 * np.arange(len(blocks))}
    for k in range(20):
        raw[f"samples[{k}]"] = blocks[:, k // 2]
    found = training(dataclasses.replace(made, topics=dict(made.topics) | {"raw_emg": raw})).efforts
    assert set(found) == {(1, 0), (1, 1)}  # the second repetition lies beyond the raw EMG
    assert found[1, 0].mdf_hz == pytest.approx(80, abs=2)
    assert found[1, 0].rms_uv == pytest.approx(200 / np.sqrt(2), rel=0.02)


def test_ratios_need_a_second_muscle_that_works() -> None:
    rows = [repetition(4, **{"mean_permille[1]": 30}), repetition(10, **{"mean_permille[1]": UNDEFINED})]
    (one,) = training(log(topics=log().topics | {"repetition": records(rows)})).exercises
    assert one.sets[0].ratios == {"UT/LT": None}


def test_exercises_of_one_log_are_told_apart() -> None:
    rows = [repetition(4), repetition(10, exercise=1)]
    names = NAMES | {"exercises": ["row", "y_raise"]}
    done = training(log(topics=log().topics | {"repetition": records(rows)}, names=names))
    assert [(one.name, len(one.repetitions)) for one in done.exercises] == [("row", 1), ("y_raise", 1)]


@pytest.mark.parametrize("hz", [50.0, 75.0, 100.0])
def test_the_devices_definition_of_a_median_frequency_in_float64(hz) -> None:
    rng = np.random.default_rng(2)
    t = np.arange(2 * PAIR_FRAMES) / 1000
    band_signal = sum(np.sin(2 * np.pi * (hz + d) * t + rng.uniform(0, 7)) for d in np.linspace(-10, 10, 41))
    found = median_of_pairs([band_signal[:PAIR_FRAMES], 5 * band_signal[PAIR_FRAMES:]])
    assert found == pytest.approx(hz, abs=4)
