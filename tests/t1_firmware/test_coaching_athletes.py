"""Synthetic athletes with sensor errors and natural spread through the firmware's EMG, segmentation and coaching.

A quick look with fixed seeds; the statistics are in tests/validate/test_coaching_quality.py.
"""

import pytest

from tests.coaching_athletes import SEEN_AS, Case, false_cues_percent, judged, seen_percent

EXERCISES = ("row", "y_raise", "retraction_hold")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_good_repetitions_pass(mpy, tmp_path, exercise):
    results = judged(mpy, tmp_path, [Case(exercise, seed=seed) for seed in (1, 2, 4)])
    assert [len(result.verdicts) for result in results] == [10] * 3
    assert false_cues_percent(results) <= 4


@pytest.mark.parametrize("fault", ["late_set", "low_upward", "ut_dominance", "lean", "eccentric_fast"])
def test_faulty_repetitions_are_seen(mpy, tmp_path, fault):
    results = judged(mpy, tmp_path, [Case("row", fault, seed=seed) for seed in (1, 2)])
    assert seen_percent(results, SEEN_AS[fault]) >= 90


def test_half_of_a_fault_is_let_pass_and_twice_is_never(mpy, tmp_path):
    cases = [Case("row", "late_set", degree, seed) for degree in (0.25, 2.0) for seed in (3, 4)]
    results = judged(mpy, tmp_path, cases)
    assert seen_percent(results[:2], "arm_before_scapula") <= 5
    assert seen_percent(results[2:], "arm_before_scapula") == 100
