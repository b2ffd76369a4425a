"""Posture through the day: what is said about a pose that lasts, and breaks that are asked for, taken or missed."""

import numpy as np
import pytest

from tests.checked_viper import load
from tests.coaching_rig import FLEXION, LATERAL, TILT_CHANGE, UNDEFINED, coached

breaks = load("coaching/posture.py")
breaks.Breaks.__init__.__globals__["ticks_diff"] = lambda a, b: (a - b + 2**29) % 2**30 - 2**29
HEADING_LOST, REFERENCE_MISSING, FLAGS = 2, 1, 15


def day(seconds, **cells):
    """Ticks at rest with these features in 1/100 degree; a feature may be an array over the ticks."""
    ticks = np.zeros((100 * seconds, 57), dtype="<i4")
    ticks[:, 50] = np.arange(100 * seconds) * 10_000 % 2**30
    for name, values in cells.items():
        ticks[:, {"flexion": FLEXION, "lateral": LATERAL, "tilt": TILT_CHANGE, "flags": FLAGS}[name]] = values
    return ticks


@pytest.mark.parametrize(
    "pose, said",
    [
        ({"flexion": 2400}, "slouched"),
        ({"lateral": 1800}, "leaning"),
        ({"lateral": -1800}, "leaning"),
        ({"tilt": -1300}, "rounded"),
    ],
)
def test_a_pose_that_lasts_is_said_after_its_delay_and_again_only_after_a_minute(mpy, tmp_path, pose, said):
    result = coached(mpy, tmp_path, day(140, **pose), "posture")
    rules = {rule for _, rule in result.cues}
    assert rules == {said}
    first = result.cues[0][0]
    assert 400 <= first <= 1300
    assert len(result.cues) == (3 if said != "rounded" else 2)
    assert min(np.diff([tick for tick, _ in result.cues])) >= 6000


@pytest.mark.parametrize("pose", [{"flexion": 1900}, {"lateral": 1400}, {"tilt": -900}, {"flexion": -3000}, {}])
def test_within_wide_bands_nothing_is_said(mpy, tmp_path, pose):
    assert coached(mpy, tmp_path, day(60, **pose), "posture").cues == []


def test_a_glance_at_the_floor_is_no_posture(mpy, tmp_path):
    second = np.arange(6000) // 100
    flexion = np.where(second % 10 >= 6, 4500, 300)
    assert coached(mpy, tmp_path, day(60, flexion=flexion), "posture").cues == []


def test_a_lost_heading_does_not_matter_and_a_missing_reference_does(mpy, tmp_path):
    assert coached(mpy, tmp_path, day(30, tilt=-1500, flags=HEADING_LOST), "posture").cues
    assert not coached(mpy, tmp_path, day(30, tilt=-1500, flexion=3000, flags=REFERENCE_MISSING), "posture").cues
    assert not coached(mpy, tmp_path, day(30, tilt=UNDEFINED, flexion=UNDEFINED), "posture").cues


class Hour:
    """Breaks stepped once a second; `events` is the list of (second, event)."""

    def __init__(self, t_us=0, every_s=600):
        self.breaks = breaks.Breaks(t_us, every_s)
        self.t_us = t_us
        self.second = 0
        self.events = []

    def seconds(self, count, retractions=()):
        for k in range(count):
            self.t_us = (self.t_us + 1_000_000) % 2**30
            self.second += 1
            event = self.breaks.step(self.t_us, k in retractions)
            if event:
                self.events.append((self.second, event))


def test_a_break_is_due_in_its_time_and_complete_with_five_retractions():
    hour = Hour()
    hour.seconds(600)
    hour.seconds(60, retractions=(5, 10, 15, 20, 25))
    assert hour.events == [(600, breaks.DUE), (626, breaks.TAKEN)]
    hour.seconds(700)
    assert hour.events[2:] == [(1226, breaks.DUE), (1316, breaks.MISSED)]
    assert list(hour.breaks.cells[3:5]) == [1, 1]


def test_four_retractions_are_no_break():
    hour = Hour()
    hour.seconds(600)
    hour.seconds(100, retractions=(5, 10, 15, 20))
    assert hour.events == [(600, breaks.DUE), (690, breaks.MISSED)]


def test_a_break_taken_early_counts_and_single_retractions_long_apart_do_not():
    hour = Hour()
    hour.seconds(100, retractions=(20, 30, 40, 50, 60))
    assert hour.events == [(61, breaks.TAKEN)]
    apart = Hour()
    for _ in range(5):
        apart.seconds(100, retractions=(50,))
    assert apart.events == []


def test_a_skipped_break_comes_in_its_full_time():
    hour = Hour()
    hour.seconds(610)
    hour.breaks.skip()
    hour.seconds(599)
    assert hour.events == [(600, breaks.DUE)]
    hour.seconds(2)
    assert hour.events[-1][1] == breaks.DUE


def test_a_day_of_wrapping_ticks_keeps_the_hours():
    day_long = Hour(2**30 - 5_000_000, every_s=1500)
    day_long.seconds(8 * 3600)
    asked = [second for second, event in day_long.events if event == breaks.DUE]
    assert len(asked) == 8 * 3600 // (1500 + breaks.BREAK_LASTS_S)
