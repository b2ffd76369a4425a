"""Each fault of a sensor alone, in a set: data back, heading flagged, other sensors unharmed, one record."""

import random
from pathlib import Path

import pytest

from tests.imu_faults import FAULTS, draw, inject


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_costs_at_most_a_second_and_leaves_one_record(kind: str, tmp_path: Path) -> None:
    found = inject(tmp_path, [draw(kind, random.Random(kind))], seed=1)
    assert found.wrong == []


def test_two_faults_at_once_are_survived_too(tmp_path: Path) -> None:
    rng = random.Random(2)
    found = inject(tmp_path, [draw("bus_held", rng, 0), draw("unplugged", rng, 1)], seed=2)
    assert found.back_s <= 1.0 and found.kept >= 0.98
