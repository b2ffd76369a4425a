"""Each fault of a sensor alone, in a set: data back, heading flagged, other sensors unharmed, one record."""

import random
from pathlib import Path

import pytest

from host_tools.athlete.workout import Plan
from host_tools.twin.run import Action
from tests.hard_time_rig import SET_FROM_S, run_session, session_script, train
from tests.imu_faults import FAULTS, NAMED, draw, inject

QUICK = (*NAMED, "flaky", "slow", "bad_quaternions")  # the others in `make validate`


@pytest.mark.parametrize(
    "kind", [kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.validate) for kind in FAULTS]
)
def test_a_fault_costs_at_most_a_second_and_leaves_one_record(kind: str, tmp_path: Path) -> None:
    found = inject(tmp_path, [draw(kind, random.Random(kind))], seed=1)
    assert found.wrong == []


@pytest.mark.parametrize("kind", ["int_noise", "flaky"])
def test_a_bno085_that_stretches_the_clock_is_no_worse(kind: str, tmp_path: Path) -> None:
    assert inject(tmp_path, [draw(kind, random.Random(kind))], seed=3, bno085=True).wrong == []


def test_two_faults_at_once_are_survived_too(tmp_path: Path) -> None:
    rng = random.Random(2)
    found = inject(tmp_path, [draw("bus_held", rng, 0), draw("unplugged", rng, 1)], seed=2)
    assert found.back_s <= 1.0 and found.kept >= 0.98


def test_a_sensor_that_is_frozen_while_the_others_move_is_told(tmp_path: Path) -> None:
    plan = Plan(sets=(8,), false_starts=0, regrips=0)
    done = train(tmp_path, plan, seed=2, athlete="good", faults=("imu:scapula:frozen@12+14",))
    [(part, code, began_us, ended_us)] = [record for record in done.seen.faults() if record[0] < 8]
    assert (part, code) == (1, 9)
    assert done.seen.at(3 + 12 + 9.5) < began_us < done.seen.at(3 + 12 + 12)
    assert abs(ended_us - done.seen.at(3 + 12 + 14)) < 1_000_000


# what is wrong from before the first line of the firmware on, until two seconds into the set
AT_BOOT = {
    "unplugged": (("imu", "thorax", "unplugged", 1), ("imu", "thorax", "unplugged", 0), {0}),
    "bus held": (("bus", 0, -1), ("bus", 0, 0), {0, 1, 4}),
    "bus open": (("bus", 1, "open"), ("bus", 1, 0), {2, 17}),
}


@pytest.mark.parametrize("name", AT_BOOT)
def test_a_fault_from_before_the_boot_costs_no_more_than_its_own_data(name: str, tmp_path: Path) -> None:
    begins, ends, parts = AT_BOOT[name]
    script, _ = session_script(6.0, Action(round((SET_FROM_S + 2) * 1e6), ends), pose_after=True)
    seen = run_session(tmp_path, (Action(1000, begins, "world"), *script))
    # a pose without a sensor cannot be stored whole: that is no fault of the storage
    assert {record[0] for record in seen.faults() if not 8 <= record[0] < 16} == parts
    back_us = seen.at(SET_FROM_S + 2)
    for segment in range(3):
        assert seen.reports_us(segment)[seen.sampled_us(segment) > back_us][0] - back_us < 1_000_000
    _, flags = seen.flags()
    assert not flags[-2:].any()
