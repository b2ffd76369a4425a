"""A set of rows through the coach in MicroPython: what it sees, what it says, what it lets pass. The heap is locked."""

import numpy as np
import pytest

from tests.coaching_rig import ABANDONED, COMPLETED, FLAGS, REST, STARTED, Row, Set, coached

PULSE, HEADING_LOST, SCAPULA_DEAD = 8, 2, 32
FAULTS = {
    "arm_before_scapula": Row(lead_ms=-90),
    "scapula_lost upward": Row(upward=-12),
    "scapula_lost tilt": Row(tilt=-12),
    "retraction_lost": Row(internal=12),
    "ut_lt_ratio": Row(ut=1.7),
    "ut_mt_ratio": Row(mt=0.5, lat=0.5),
    "lat_dominance": Row(lat=1.6),
    "thorax_extension": Row(trunk=(-12, 0, 0)),
    "thorax_lean": Row(trunk=(0, 12, 0)),
    "thorax_rotation": Row(trunk=(0, 0, -12)),
    "eccentric_fast": Row(eccentric_ms=1200),
}


def set_of(*rows, start_us=0):
    made = Set(start_us)
    made.rest(300)
    for row in rows:
        made.row(row)
    return made.ticks


def test_good_rows_pass_without_a_word(mpy, tmp_path):
    result = coached(mpy, tmp_path, set_of(*[Row()] * 6))
    assert result.cues == [] and result.verdicts == [set()] * 6


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen_in_its_repetitions_and_in_no_other(mpy, tmp_path, fault):
    rule = fault.split()[0]
    bad = FAULTS[fault]
    ticks = set_of(Row(), Row(), bad, bad, Row(), bad)
    result = coached(mpy, tmp_path, ticks)
    assert [rule in verdict for verdict in result.verdicts] == [False, False, True, True, False, True]
    assert all(verdict <= {rule, "ut_lt_ratio", "ut_mt_ratio", "shrug"} for verdict in result.verdicts)
    assert result.cues, "a verdict without a word"


def test_the_cue_comes_within_the_movement_or_at_its_end(mpy, tmp_path):
    """Latest: when the repetition is complete (tempo); the scapular rules by the end of the hold."""
    for fault, bad in FAULTS.items():
        ticks = set_of(Row(), bad)
        begins, ends = np.flatnonzero(ticks[:, 48] == STARTED)[-1], np.flatnonzero(ticks[:, 48] == COMPLETED)[-1]
        result = coached(mpy, tmp_path, ticks)
        assert all(begins <= tick <= ends + 1 for tick, _ in result.cues), fault


def test_of_several_faults_the_most_useful_is_said_first(mpy, tmp_path):
    several = Row(lead_ms=-90, ut=2.0, upward=-12)
    result = coached(mpy, tmp_path, set_of(Row(), several))
    assert result.cues[0][1] == "arm_before_scapula"
    assert {"arm_before_scapula", "ut_lt_ratio", "scapula_lost"} <= result.verdicts[1]


def test_cues_are_at_least_a_second_apart(mpy, tmp_path):
    worst = Row(lead_ms=-90, ut=2.0, trunk=(-12, 12, 12), upward=-12, eccentric_ms=1200)
    result = coached(mpy, tmp_path, set_of(*[worst] * 6))
    assert len(result.cues) > 6
    assert min(np.diff([tick for tick, _ in result.cues])) >= 100


def test_a_shrug_is_called_a_shrug(mpy, tmp_path):
    result = coached(mpy, tmp_path, set_of(Row(), Row(upward=12, tilt=-12, ut=2.4)))
    assert result.cues[0][1] == "shrug"
    assert {"shrug", "scapula_lost", "ut_lt_ratio"} <= result.verdicts[1]


def test_a_false_start_is_not_blamed_for_its_order(mpy, tmp_path):
    """The arm moves a little with no muscle before it, and comes back."""
    ticks = set_of(Row(lead_ms=-600))
    moved = np.flatnonzero(ticks[:, 48] == STARTED)[0]
    ticks = ticks[: moved + 80]
    ticks[-1, 48:50] = ABANDONED, REST
    assert coached(mpy, tmp_path, ticks).fired == []


def test_an_abandoned_movement_gets_no_verdict_at_its_end(mpy, tmp_path):
    bad = Row(eccentric_ms=1200, abandoned=True)
    result = coached(mpy, tmp_path, set_of(Row(), bad, bad))
    assert result.cues == []


@pytest.mark.parametrize("flag", [HEADING_LOST, SCAPULA_DEAD])
def test_a_lost_sensor_silences_the_rules_that_need_it_and_no_other(mpy, tmp_path, flag):
    bad = Row(upward=-12, ut=1.7, flags=flag)
    result = coached(mpy, tmp_path, set_of(bad, bad))
    assert result.verdicts == [{"ut_lt_ratio", "ut_mt_ratio"}] * 2


def test_a_bad_electrode_silences_the_muscles_and_no_other(mpy, tmp_path):
    bad = Row(upward=-12, ut=2.0, lat=2.0, quality=4)
    result = coached(mpy, tmp_path, set_of(Row(), bad))
    assert result.verdicts[1] == {"scapula_lost"}


def test_marked_frames_start_no_cue(mpy, tmp_path):
    ticks = set_of(Row(), Row(ut=2.0, upward=-12))
    ticks[::2, FLAGS] = PULSE
    result = coached(mpy, tmp_path, ticks)
    assert result.cues and all(ticks[tick, FLAGS] == 0 for tick, _ in result.cues)


def test_the_wrap_of_ticks_in_the_middle_of_a_set_is_not_seen(mpy, tmp_path):
    rows = [Row(), FAULTS["arm_before_scapula"], FAULTS["eccentric_fast"], Row(upward=-12)]
    plain = coached(mpy, tmp_path, set_of(*rows))
    length_us = 10_000 * len(set_of(*rows))
    for part in (0.3, 0.5, 0.7):
        wrapped = coached(mpy, tmp_path, set_of(*rows, start_us=int(2**30 - part * length_us)))
        assert wrapped.fired == plain.fired and wrapped.verdicts == plain.verdicts
