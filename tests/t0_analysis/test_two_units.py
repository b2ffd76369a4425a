"""Two units on one athlete: their clocks from the trunk's motion or from the marks, and left against right."""

import dataclasses

import numpy as np
import pytest

from host_tools.analysis.log_data import LogData
from host_tools.analysis.symmetry import pairs, side_measures, start_lag
from host_tools.analysis.two_units import align
from host_tools.errors import BadInput
from host_tools.report.sides import sides_view
from host_tools.stimuli.smooth_noise import SmoothNoise
from tests.t0_report.logs import NAMES, SITES, records, repetition

WORKOUT_S = 400.0
TILT_ERROR_DEG = 1.5  # per sensor, correlated over 3 s (design section 7)


def trunk(t: np.ndarray, seed: int = 3) -> list[np.ndarray]:
    """Flexion, side bend and turn of a trunk that trains: a few degrees with every repetition, and postures between."""
    rng = np.random.default_rng(seed)
    found = []
    for size in (6.0, 3.0, 4.0):
        starts = np.cumsum(rng.uniform(3.5, 6.0, 120))
        course = sum(size * rng.uniform(0.5, 1.5) * np.exp(-(((t - s) / 0.8) ** 2)) for s in starts)
        posture = np.interp(t, np.linspace(0, WORKOUT_S, 30), rng.normal(0, 4, 30))
        found.append(course + posture)
    return found


def unit(side: str, start_us: int, clock_ppm: float, seed: int, first_s: float, last_s: float, marks=()) -> LogData:
    """A log of one unit: its clock reads start_us at the workout's zero and runs clock_ppm fast."""
    rng = np.random.default_rng(seed)

    def read(seconds):
        return start_us + np.round(np.asarray(seconds) * 1e6 * (1 + clock_ppm * 1e-6)).astype(np.int64)

    t = np.arange(first_s, last_s, 0.05) + rng.uniform(0, 0.05)
    mirrored = -1.0 if side == "left" else 1.0
    angles = {"timestamp": read(t).astype(np.uint64), "flags": np.zeros(len(t), np.uint16)}
    noise = TILT_ERROR_DEG * SmoothNoise(rng, 3, 3.0, 0.0, WORKOUT_S + 1).at(t)
    names = ("thorax_flexion", "thorax_lateral", "thorax_rotation")
    for k, (name, sign, course) in enumerate(zip(names, (1.0, mirrored, mirrored), trunk(t), strict=True)):
        angles[name] = np.round(100 * (sign * course + noise[:, k])).astype(np.int16)
    rows = []
    for k, s in enumerate(np.arange(first_s + 5, last_s - 10, 6.0)):
        late = 0.06 if side == "left" else 0.0
        row = repetition(0, index=k + 1, range_cdeg=5000 if side == "left" else 6200)
        shift = {"start_us": int(read(s + late)), "timestamp": int(read(s + late + 4))}
        rows.append(row | shift)
    marker = [
        {"timestamp": int(read(s)), "kind": k % 2, "value": 0} for k, s in enumerate(marks) if first_s <= s <= last_s
    ]
    topics = {"segment_angles": angles, "repetition": records(rows), "marker": records(marker)}
    if not marker:
        del topics["marker"]
    settings = {f"mvc_uv_q4_{c}": 6400 for c in range(len(SITES))}
    return LogData(f"{side}.ulg", topics, {"side": side, "exercise": "row"}, settings, SITES, NAMES)


LEFT, RIGHT = (5_000_000, 25.0), (812_345_678, -15.0)


def true_right_us(left_us: np.ndarray) -> np.ndarray:
    seconds = (left_us - LEFT[0]) / 1e6 / (1 + LEFT[1] * 1e-6)
    return RIGHT[0] + seconds * 1e6 * (1 + RIGHT[1] * 1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_clocks_are_found_from_the_trunks_motion_with_their_drift(seed: int) -> None:
    left, right = unit("left", *LEFT, 10 + seed, 7.0, WORKOUT_S), unit("right", *RIGHT, 20 + seed, 0.0, 390.0)
    found = align(left, right)
    stamps = left.topics["segment_angles"]["timestamp"].astype(np.int64)
    error_ms = np.abs(found.right_us(stamps) - true_right_us(stamps)) / 1000
    assert found.source == "motion of the trunk"
    assert error_ms.max() < 25, (error_ms.max(), found)
    assert abs(found.drift_ppm + 40) < 40


def test_flexion_alone_aligns_the_clocks_when_bend_and_turn_disagree() -> None:
    left, right = unit("left", *LEFT, 10, 7.0, WORKOUT_S), unit("right", *RIGHT, 20, 0.0, 390.0)
    for name in ("thorax_lateral", "thorax_rotation"):
        left.topics["segment_angles"][name] *= -1
    found = align(left, right)
    stamps = left.topics["segment_angles"]["timestamp"].astype(np.int64)
    assert found.source == "motion of the trunk"
    assert np.abs(found.right_us(stamps) - true_right_us(stamps)).max() < 40_000


def test_without_angles_the_marks_align_the_clocks_to_about_a_second() -> None:
    presses = [20.0, 60.0, 95.0, 150.0, 210.0, 260.0]
    left = unit("left", *LEFT, 1, 0.0, WORKOUT_S, [s + 0.4 for s in presses])
    right = unit("right", *RIGHT, 2, 0.0, WORKOUT_S, presses)
    bare = {name: columns for name, columns in left.topics.items() if name != "segment_angles"}
    found = align(dataclasses.replace(left, topics=bare), right)
    assert found.source == "marks of sets" and found.uncertainty_ms >= 1000
    assert abs(float(found.right_us(LEFT[0] + 100_000_000)) - true_right_us(np.array(LEFT[0] + 1e8))) < 1e6


def test_two_workouts_are_not_aligned_and_the_page_says_why() -> None:
    left, right = unit("left", *LEFT, 1, 0.0, 120.0), unit("right", *RIGHT, 2, 200.0, 390.0)
    with pytest.raises(BadInput, match="same workout"):
        align(left, right)
    assert "cannot be aligned" in sides_view(left, right).missing


def test_sides_are_compared_repetition_by_repetition() -> None:
    left, right = unit("left", *LEFT, 1, 0.0, WORKOUT_S), unit("right", *RIGHT, 2, 0.0, WORKOUT_S)
    found = pairs(left, right, align(left, right))
    assert len(found) == len(left.rows("repetition"))
    lag = start_lag(found)
    assert lag is not None and lag[0] == pytest.approx(60, abs=25)
    measures = {m.name: m for m in side_measures(left, right, found)}
    assert measures["range"].difference == pytest.approx(-12) and measures["range"].verdict.startswith("beyond")
    assert measures["range"].index == pytest.approx(100 * (1 - 12 / 112))
    assert measures["UT peak"].verdict.startswith("within")
    assert measures["upward rotation per degree of elevation"].reason.startswith("fewer than")
    shown = sides_view(left, right)
    assert not shown.missing and len(shown.measures.rows) == len(measures)
