"""The log writer in MicroPython, read back by our reader: what a set leaves behind, and what memory and storage do."""

from pathlib import Path

import numpy as np
import pytest

from host_tools.analysis.reader import Log, read
from tests.interpreters import FIRMWARE, REPOSITORY, run_micropython

PATH = (FIRMWARE, REPOSITORY / "tests" / "mpy")
HEAD = """
import os, sys
from rhomboid.recording.storage import Storage
from rhomboid.recording import buffer, ulog
from workout_log import Workout
storage = Storage(sys.argv[1])
"""


def log_of(interpreter: str, folder: Path, script: str, name: str = "00001.ulg") -> tuple[Log, str]:
    """Run `script` (which knows HEAD's names) and read the log it left."""
    printed = run_micropython(interpreter, HEAD + script, folder / "logs", path=PATH)
    return read(folder / "logs" / name), printed


WORKOUT = """
workout = Workout(storage)
workout.begin(storage.new_path())
workout.set(12)
workout.rest(3)
workout.set(12)
workout.rest(12)
workout.end()
"""


def test_a_workout_comes_back_whole(mpy, tmp_path):
    log, _ = log_of(mpy, tmp_path, WORKOUT)
    assert log.complete and not log.problems
    assert all(flags.all() for flags in log.verified.values())
    assert log.info["rules"] == ["ut_lt_ratio", "scapula_lost"] and log.info["side"] == "right"
    assert log.parameters["mvc_uv_q4_3"] == 0 and log.parameters["feature_hz"] == 20
    angles = log.topics["segment_angles"]
    # every sample is a function of its tick, and a tick is 10 ms after 1 s
    ticks = (angles["timestamp"].astype(np.int64) + 20_000 - 1_000_000) // 10_000
    assert np.array_equal(angles["internal_rotation"], ticks * 7 % 9001 - 4500)
    assert np.array_equal(angles["thorax_rotation"], (ticks * 7 + 7 * 331) % 9001 - 4500)
    envelope = log.topics["emg_envelope"]
    assert np.array_equal(envelope["uv_q4[2]"], np.maximum(0, (ticks * 7 + 18 * 331) % 9001 - 4500))
    assert len(angles["timestamp"]) == 2 * 12 * 20 + 2 * 3 + 2 * 12
    assert list(log.topics["repetition"]["index"]) == list(range(1, 9))


def test_a_fault_is_one_record_with_begin_and_end(mpy, tmp_path):
    log, _ = log_of(mpy, tmp_path, WORKOUT)
    faults = log.topics["fault"]
    assert np.array_equal(faults["ended_us"] - faults["began_us"], np.full(len(faults["began_us"]), 1_500_000))


def test_a_fault_longer_than_the_ticks_can_count_keeps_its_beginning(mpy, tmp_path):
    script = """
from rhomboid.fixed import clock64
workout = Workout(storage)
workout.begin(storage.new_path())
workout.log.fault(workout.us, 3, 9, 1)
for k in range(5000):  # 25 minutes in steps of 0.3 s
    workout.us = (workout.us + 300_000) & 0x3FFF_FFFF
    clock64.advance(workout.clock, workout.us)
workout.log.fault(workout.us, 3, 9, 0)
workout.log.fault(workout.us, 3, 4, 1)
workout.end()
"""
    faults = log_of(mpy, tmp_path, script)[0].topics["fault"]
    assert list(faults["began_us"]) == [1_000_000, 1_501_000_000]
    assert list(faults["ended_us"]) == [1_501_000_000, 0], "0 = still there when the log ended"


LONG_SET = """
workout = Workout(storage, 24_576)
workout.begin(storage.new_path())
workout.set(120)
while workout.log.flush_some(): pass
workout.rest(1)
workout.end()
"""


def test_a_set_too_long_for_memory_loses_old_features_but_no_event(mpy, tmp_path):
    log, _ = log_of(mpy, tmp_path, LONG_SET)
    assert log.complete and not log.problems
    assert len(log.topics["repetition"]["index"]) == 40
    assert len(log.topics["cue"]["rule"]) == 40
    assert len(log.topics["fault"]["part"]) == 24
    assert len(log.topics["marker"]["kind"]) == 12
    health = {name: int(values[-1]) for name, values in log.topics["health"].items()}
    assert health["events_dropped"] == 0
    kept = sum(
        len(log.topics[topic]["timestamp"]) for topic in ("segment_angles", "emg_envelope", "activation", "health")
    )
    made = 120 * (3 * 20 + 1) + 1 * (3 * 2 + 1)
    assert kept + health["features_thinned"] + health["features_dropped"] == made, "all that is missing is counted"


def test_memory_runs_short_at_20_hz_then_features_come_at_5_hz(mpy, tmp_path):
    log, _ = log_of(mpy, tmp_path, LONG_SET)
    steps = np.diff(log.topics["segment_angles"]["timestamp"].astype(np.int64))
    newest = steps[-60:-5]
    assert set(newest) == {200_000}


def test_features_come_at_their_full_rate_again_after_the_flush(mpy, tmp_path):
    script = LONG_SET.replace("workout.end()", "workout.set(5)\nworkout.end()")
    log, _ = log_of(mpy, tmp_path, script)
    steps = np.diff(log.topics["segment_angles"]["timestamp"].astype(np.int64))
    assert set(steps[-80:]) == {50_000}


def test_raw_streams_drain_in_a_set_and_their_gaps_show(mpy, tmp_path):
    script = """
workout = Workout(storage)
workout.begin(storage.new_path())
workout.set(20, raw=True)
workout.end()
"""
    log, _ = log_of(mpy, tmp_path, script)
    raw = log.topics["raw_emg"]
    sequence = raw["sequence"].astype(np.int64)
    steps = np.diff(sequence)
    # 3 frames are lost every second; a block that a gap cut short is padded and the next begins after the gap
    assert sequence[-1] + 10 <= 20 * 1000 + 20 * 3 and np.count_nonzero(steps != 10) == 20
    assert len(log.topics["raw_quaternion"]["w"]) == 3 * 100 * 20
    assert int(log.topics["health"]["raw_dropped"][-1]) == 0
    # samples of a block without a gap: frame k of tick t, channel c
    block = int(np.flatnonzero(sequence == 100)[0])
    tick = 11
    expected = [(tick * 13 + k * 97) % 16381 for k in range(40)]
    assert [int(raw[f"samples[{k}]"][block]) for k in range(40)] == expected
    assert int(raw["timestamp"][block]) == 1_000_000 + tick * 10_000 - 9_000


def test_raw_streams_that_nothing_drains_are_refused_before_features_suffer(mpy, tmp_path):
    script = """
workout = Workout(storage)
workout.log.stream_block = lambda: None
workout.begin(storage.new_path())
workout.set(4, raw=True)
workout.end()
"""
    log, _ = log_of(mpy, tmp_path, script)
    assert int(log.topics["health"]["raw_dropped"][-1]) > 0
    assert len(log.topics["segment_angles"]["flags"]) == 4 * 20


def test_a_flush_waits_for_a_span_or_ten_seconds(mpy, tmp_path):
    script = """
workout = Workout(storage)
workout.begin(storage.new_path())
path = sys.argv[1] + "/00001.ulg"
sizes = []
for second in range(60):
    workout.rest(1)
    sizes.append(os.stat(path)[6])
print(len(set(sizes)) - 1)
workout.end()
"""
    _, printed = log_of(mpy, tmp_path, script)
    assert int(printed) == 6


@pytest.mark.parametrize("damage", ["number lost", "number torn"])
def test_a_log_number_is_never_used_twice(mpy, tmp_path, damage):
    change = {"number lost": "os.remove(folder + '/number')", "number torn": "open(folder + '/number', 'w').close()"}
    script = f"""
folder = sys.argv[1]
print(storage.new_path())
open(storage.new_path(), "w").close()
print(Storage(folder).new_path())
open(folder + "/00007.ok", "w").close()
{change[damage]}
print(Storage(folder).new_path())
"""
    printed = run_micropython(mpy, HEAD + script, tmp_path / "logs", path=PATH)
    assert [Path(line).name for line in printed.split()] == ["00001.ulg", "00003.ulg", "00008.ulg"]
