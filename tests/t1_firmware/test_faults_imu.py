"""Each fault of a sensor alone, in a set: data back, heading flagged, other sensors unharmed, one record."""

import random
from pathlib import Path

import pytest

from tests.imu_faults import FAULTS, NAMED, draw, inject


# the others in `make validate`
@pytest.mark.parametrize(
    "kind", [kind if kind in NAMED else pytest.param(kind, marks=pytest.mark.validate) for kind in FAULTS]
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
