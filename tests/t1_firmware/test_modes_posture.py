"""Posture mode in the twin: entered and left by three presses, a pose that lasts is said, breaks are counted."""

import numpy as np
import pytest

from host_tools.athlete.workout import Plan
from host_tools.sim.request import Request
from tests.modes_rig import presses, run, triple, write_bending


@pytest.fixture(scope="module")
def slouched(tmp_path_factory):
    """Upright, bent by 26 degrees for half a minute, by 14 for as long, upright; three presses before and after."""
    folder = tmp_path_factory.mktemp("slouch")
    degrees = np.interp(np.arange(0, 90, 0.05), [0, 20, 21, 50, 51, 80, 81, 90], [0, 0, 26, 26, 14, 14, 0, 0])
    request = Request(recording=write_bending(folder / "segments.csv", degrees), ideal=True, reference="first-frame")
    return run(request, folder / "board", triple(5.0) + triple(88.0), end_s=95.0)


def test_three_presses_begin_and_end_it(slouched) -> None:
    assert slouched.names() == ["neutral_pose", "posture_begun", "posture_ended"]
    (begun, _), (ended, minutes) = slouched.named("posture_begun")[0], slouched.named("posture_ended")[0]
    assert begun == pytest.approx(5.6, abs=0.5) and ended == pytest.approx(88.6, abs=0.5) and minutes == 1


def test_the_emg_front_ends_are_off_in_it(slouched) -> None:
    begun_us = slouched.result.stimulus_start_us
    power = [((e["t_us"] - begun_us) / 1e6, e["level"]) for e in slouched.result.of_kind("emg_power")]
    assert [level for at, level in power if at > 0][:2] == [0, 1]
    off = [at for at, level in power if not level and at > 0][0]
    assert off == pytest.approx(slouched.named("posture_begun")[0][0], abs=0.1)
    quiet = [(t - begun_us) / 1e6 for t in map(int, slouched.topics["emg_envelope"]["timestamp"])]
    assert not [at for at in quiet if 6.5 < at < 88]


def test_a_slouch_is_said_after_its_delay_and_a_small_one_not(slouched) -> None:
    cues = slouched.topics["cue"]
    said = [slouched.texts["rules"][rule] for rule in cues["rule"]]
    at = [(int(t) - slouched.result.stimulus_start_us) / 1e6 - 3.0 for t in cues["timestamp"]]
    assert said == ["slouched"]
    assert 20.5 + 5 <= at[0] <= 20.5 + 5 + 3  # 5 s (domain 3) and the slow low pass


def test_the_log_is_written_at_a_low_rate(slouched) -> None:
    begun_us = slouched.result.stimulus_start_us
    for topic in ("segment_angles", "health"):
        seconds = (slouched.topics[topic]["timestamp"].astype(np.int64) - begun_us) / 1e6
        inside = seconds[(seconds > 7) & (seconds < 88)]
        assert 7 <= len(inside) <= 9


def test_retractions_are_a_break_and_double_presses_snooze(tmp_path) -> None:
    """An athlete who holds retractions in posture mode; a double press before; a short press ends it."""
    plan = Plan(sets=(7,), false_starts=0, regrips=0)
    request = Request(exercise="retraction_hold", plan=plan, ideal=True)
    seen = run(request, tmp_path / "board", triple(3.4) + presses(6.0, 6.25) + presses(75.0), end_s=80.0)
    assert [value for _, value in seen.named("break_taken")] == [1]
    assert len(seen.topics["repetition"]["index"]) >= 5
    exercises = seen.texts["exercises"]
    assert {exercises[number] for number in seen.topics["repetition"]["exercise"]} == {"posture"}
    assert seen.names()[-1] == "posture_ended"


def test_sets_go_on_as_before_when_it_has_ended(tmp_path) -> None:
    plan = Plan(sets=(4,), false_starts=0, regrips=0)
    request = Request(plan=plan, ideal=True)
    seen = run(request, tmp_path / "board", triple(3.2) + presses(4.2, 4.9, 30.0), end_s=36.0)
    logs = sorted((seen.result.files / "logs").glob("*.ulg"))
    assert len(logs) == 2  # the day's posture, and the workout
    assert seen.names()[:2] == ["set_begin", "attention"] or "set_begin" in seen.names()
    assert len(seen.topics["repetition"]["index"]) >= 3
    assert (seen.topics["emg_envelope"]["mvc_permille[0]"] > 50).any()
