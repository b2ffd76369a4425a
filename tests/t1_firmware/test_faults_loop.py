"""The loop of a set: on time, nothing allocated, cues soon after their sample; flash at its worst harms no sensor."""

from pathlib import Path

import numpy as np
import pytest

from host_tools.athlete.workout import Plan
from host_tools.twin.run import WORST_FLASH
from tests.cue_latency import latencies_us
from tests.hard_time_rig import (
    ALL_FEATURES,
    Seen,
    Trained,
    replaced_main,
    run_session,
    session_script,
    still_imus,
    train,
)

ALLOCATION = (22, 3)
# a tick of a set that allocates a list, once
ALLOCATES = """
from rhomboid.recording.records import LogRecords
from rhomboid.supervision import start
def activation(self, t_us, old=LogRecords.activation, calls=[0]):
    calls[0] += 1
    if calls[0] == 60:
        calls.append([t_us, calls])
    old(self, t_us)
LogRecords.activation = activation
start.run()
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    plan = Plan(sets=(6,), false_starts=0, regrips=0)
    faults = ("imu:scapula:unplugged@30+2", "imu:humerus:reset@35")
    return train(tmp_path_factory.mktemp("trained"), plan, seed=3, settings=ALL_FEATURES, faults=faults)


def ticks_of_set(seen: Seen) -> int:
    topic = seen.topics["marker"]
    begun, ended = (int(topic["timestamp"][topic["kind"] == kind][0]) for kind in (0, 1))
    return (ended - begun) // 10_000


def test_the_loop_keeps_its_period_with_cues_and_a_recovering_sensor(trained: Trained) -> None:
    health = trained.seen.topics["health"]
    assert len(trained.seen.topics["cue"]["timestamp"]) >= 3
    assert {record[0] for record in trained.seen.faults()} >= {1, 2}
    assert health["loop_p99"].max() <= 11_000 and health["loop_max"].max() <= 20_000
    assert health["overruns"].max() == 0


def test_no_tick_of_a_set_allocates(trained: Trained) -> None:
    assert ticks_of_set(trained.seen) >= 3000
    assert ALLOCATION not in [record[:2] for record in trained.seen.faults()]


def test_a_tick_that_allocates_is_found(tmp_path: Path) -> None:
    script, _ = session_script(5.0, rest_s=1.0)
    firmware = replaced_main(tmp_path, ALLOCATES)
    seen = run_session(tmp_path, script, {"raw_imu": 0}, firmware=firmware, imus=still_imus(tmp_path))
    assert [record[:2] for record in seen.faults() if record[0] == 22] == [ALLOCATION]


def test_a_cue_comes_within_40_ms_of_the_sample_that_decided_it(trained: Trained) -> None:
    assert latencies_us(trained).max() <= 40_000


def test_flash_at_its_worst_between_sets_harms_no_sensor(tmp_path: Path) -> None:
    script, _ = session_script(3.0, sets=3, rest_s=5.0)
    seen = run_session(tmp_path, script, {"raw_imu": 0}, flash_timing=WORST_FLASH, card_bytes=0)
    assert seen.result.boots[-1]["stalled_us"] > 3_000_000 and len(seen.result.boots) == 1
    assert [record for record in seen.faults() if record[0] < 8] == []
    t_us, flags = seen.flags()
    assert not np.any(flags[t_us > seen.at(4.0)] & 2)
