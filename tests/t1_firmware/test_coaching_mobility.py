"""Mobility before load, and the word after a set."""

from array import array
from types import SimpleNamespace

import numpy as np
import pytest

from tests.checked_viper import load
from tests.coaching_rig import COMPLETED, Row, Set
from tests.interpreters import run_micropython

UNDEFINED = -32768
EXERCISE = {"mobility": {"HUMERAL_FLEXION_CDEG": 6000, "RETRACTION_CDEG": 800}, "range_cdeg": 7000}
ARM, RETRACTION, FLAGS, PULSE = 8, 14, 15, 8

mobility = load("coaching/mobility.py")
mobility.Mobility.__init__.__globals__["features"] = SimpleNamespace(
    HUMERAL_FLEXION_CDEG=ARM, RETRACTION_CDEG=RETRACTION, FLAGS=FLAGS, UNDEFINED=UNDEFINED,
    FLAG_PULSE=8, FLAG_REFERENCE_MISSING=1, FLAG_HEADING_LOST=2,
)  # fmt: skip


def moved(arm_cdeg, retraction_cdeg, flags=0):
    """A check in which the arm and the shoulder blade swing once through these ranges."""
    cells = array("i", [0] * 48)
    check = mobility.Mobility(EXERCISE, cells)
    cells[ARM] = cells[RETRACTION] = UNDEFINED
    check.step()
    for share in np.concatenate([np.linspace(0, 1, 50), np.linspace(1, 0, 50)]):
        cells[ARM] = int(arm_cdeg * share) - 1500
        cells[RETRACTION] = int(retraction_cdeg * share) - 200
        cells[FLAGS] = flags
        check.step()
    return check


def test_enough_mobility_leaves_the_target():
    check = moved(6100, 900)
    assert check.short() == [] and check.permille() == 1000
    assert check.target_cdeg(EXERCISE) == 7000


def test_a_short_reach_is_named_and_lowers_the_target():
    check = moved(4200, 900)
    assert check.short() == [("HUMERAL_FLEXION_CDEG", 4200, 6000)]
    assert check.target_cdeg(EXERCISE) == 7000 * 700 // 1000


def test_the_target_is_never_lowered_below_half():
    assert moved(600, 900).target_cdeg(EXERCISE) == 3500


@pytest.mark.parametrize("flag", [1, 2, PULSE])
def test_flagged_frames_show_no_mobility(flag):
    assert moved(9000, 900, flag).permille() == 0


SUMMARY = """
import sys
from array import array
from rhomboid import features as f
from rhomboid.coaching.coach import Coach
cells = array("i", [f.UNDEFINED] * f.COUNT)
record = array("i", [0] * 6)
coach = Coach("row", {"emg_sites": ["UT", "MT", "LT", "LAT"]}, cells, record)
tick = array("i", [0] * 57)
first = True
with open(sys.argv[1], "rb") as file:
    while file.readinto(tick):
        for i in range(48):
            cells[i] = tick[i]
        for i in range(6):
            record[i] = tick[51 + i]
        if first:
            coach.begin_set(tick[50])
            first = False
        coach.step(tick[50], tick[48], tick[49])
rule = coach.worst_of_set()
print(coach.rule_names[rule] if rule >= 0 else "-")
coach.begin_set(tick[50])
print(coach.worst_of_set())
"""


@pytest.mark.parametrize(
    "rows, said",
    [
        ([Row()] * 6, "-"),
        ([Row()] * 5 + [Row(ut=1.7)], "-"),
        ([Row()] * 3 + [Row(trunk=(0, 12, 0))] * 3 + [Row(lead_ms=-90)] * 2, "thorax_lean"),
    ],
)
def test_after_a_set_the_rule_that_spoiled_most_of_it_is_named(mpy, tmp_path, rows, said):
    made = Set()
    made.rest(300)
    for row in rows:
        made.row(row)
    assert (made.ticks[:, 48] == COMPLETED).sum() == len(rows)
    (tmp_path / "set.bin").write_bytes(made.ticks.tobytes())
    assert run_micropython(mpy, SUMMARY, tmp_path / "set.bin").split() == [said, "-1"]
