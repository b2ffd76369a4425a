"""The reader on damaged logs: no crash, no hang, and no wrong value that is not flagged."""

import io
import random
import time
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest

from host_tools.analysis.framing import CHECKPOINT, CHECKPOINT_BYTES
from host_tools.analysis.reader import Columns, Log, read, read_bytes
from host_tools.errors import BadInput
from tests.interpreters import FIRMWARE, REPOSITORY, run_micropython

SCRIPT = """
import sys
from rhomboid.recording.storage import Storage
from workout_log import Workout
storage = Storage(sys.argv[1])
workout = Workout(storage)
workout.begin(storage.new_path())
for k in range(2):
    workout.set(5)
    workout.rest(11)
workout.end()
"""
LONGEST_S = 2.0  # for one damaged log; a whole one of this size takes 5 ms


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> bytes:
    folder: Path = tmp_path_factory.mktemp("log")
    run_micropython("x64", SCRIPT, folder / "logs", path=(FIRMWARE, REPOSITORY / "tests" / "mpy"))
    return (folder / "logs" / "00001.ulg").read_bytes()


@pytest.fixture(scope="module")
def reference(whole) -> Log:
    return read_bytes(whole, "whole")


def spans(data: bytes) -> list[int]:
    """Ends of the spans: where each checkpoint ends."""
    ends, at = [], data.find(CHECKPOINT)
    while at >= 0:
        ends.append(at + CHECKPOINT_BYTES)
        at = data.find(CHECKPOINT, at + 1)
    return ends


def rows(columns: Columns) -> list[tuple[int, ...]]:
    return list(zip(*(values.tolist() for values in columns.values()), strict=True))


def count(log: Log) -> int:
    return sum(len(flags) for flags in log.verified.values())


def test_a_whole_log_has_no_problem(reference):
    assert reference.complete and not reference.problems
    assert reference.info["end"] == "complete"


def test_a_log_cut_after_a_checkpoint_is_verified_and_known_to_be_cut(whole):
    log = read_bytes(whole[: spans(whole)[-3]], "cut")
    assert not log.complete
    assert log.problems == ["The log has no end: the device lost power or was reset before it closed the log."]
    assert all(flags.all() for flags in log.verified.values())


def test_records_after_the_last_checkpoint_are_kept_but_flagged(whole):
    end = spans(whole)[1]
    log = read_bytes(whole[: end + 500], "cut")
    flags = np.concatenate(list(log.verified.values()))
    assert 5 < np.count_nonzero(~flags) < 50
    assert log.problems[0].startswith(
        f"The log is cut or damaged after its last checkpoint (bytes {end} to {end + 500}"
    )


def test_damage_in_one_span_leaves_the_others_verified(whole, reference):
    begin, end = spans(whole)[1:3]
    damaged = bytearray(whole)
    damaged[begin + 100] ^= 4
    log = read_bytes(bytes(damaged), "damaged")
    assert len(log.problems) == 1
    assert f"bytes {begin} to {end} of {len(whole)}" in log.problems[0]
    assert count(reference) - count(log) <= 1
    unverified = sum(np.count_nonzero(~flags) for flags in log.verified.values())
    assert 10 < unverified < 200 < count(log)


def test_a_lost_span_is_named_by_its_checkpoint(whole):
    begin, end = spans(whole)[1:3]
    log = read_bytes(whole[:begin] + whole[end:], "short")
    assert log.problems == ["Checkpoint 2 is missing: their records are lost."]


def test_damaged_definitions_take_the_proof_from_everything(whole):
    damaged = whole.replace(b"internal_rotation;", b"internal_rotatiom;")
    log = read_bytes(damaged, "damaged")
    assert log.problems[0].startswith("The beginning of the log (names, formats, settings) is damaged")
    assert not any(flags.any() for flags in log.verified.values()) and count(log) > 200


@pytest.mark.parametrize("data", [b"", b"U", b"hello" * 100, bytes(5000), b"\xff" * 5000])
def test_what_is_no_log_is_refused_in_one_line(data):
    with pytest.raises(BadInput, match="^x.ulg: not a log"):
        read_bytes(data, "x.ulg")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadInput, match="none.ulg: No such file"):
        read(tmp_path / "none.ulg")


def damage(whole: bytes, source: random.Random) -> bytes:
    """Bits flipped, a block lost, erased or torn, the rest cut off; often in the definitions, where it hurts most."""
    data = bytearray(whole)
    reach = source.choice([len(data), 3000])
    for _ in range(source.choice([1, 1, 1, 2, 5, 30])):
        data[source.randrange(reach)] ^= 1 << source.randrange(8)
    kind = source.choice(["bits", "bits", "cut", "block"])
    at = source.randrange(len(data))
    if kind == "cut":
        del data[at:]
    elif kind == "block":
        length = source.randrange(1, 4096)
        data[at : at + length] = source.choice([b"", bytes(length), b"\xff" * length, source.randbytes(length)])
    return bytes(data)


def check(whole: bytes, right: Mapping[str, set], reference: Log, source: random.Random) -> float:
    """Read one damaged log; the seconds it took."""
    began = time.perf_counter()
    printed = io.StringIO()
    with redirect_stdout(printed):
        try:
            log = read_bytes(damage(whole, source), "damaged")
        except BadInput:
            return 0.0
    took = time.perf_counter() - began
    assert log.problems
    assert not printed.getvalue(), "pyulog has seen damage"
    for topic, columns in log.topics.items():
        flags = log.verified[topic]
        assert len(flags) == len(columns["timestamp"])
        assert all(row in right[topic] for row, proved in zip(rows(columns), flags, strict=True) if proved)
    if not log.problems[0].startswith("The beginning"):
        assert log.parameters == reference.parameters and log.start_us == reference.start_us
        assert {k: v for k, v in log.info.items() if k != "end"} == {
            k: v for k, v in reference.info.items() if k != "end"
        }
    return took


def check_many(whole: bytes, reference: Log, seeds: range) -> float:
    right = {topic: set(rows(columns)) for topic, columns in reference.topics.items()}
    return max(check(whole, right, reference, random.Random(seed)) for seed in seeds)


def test_no_damage_passes_unflagged(whole, reference):
    assert check_many(whole, reference, range(400)) < LONGEST_S


@pytest.mark.validate
def test_no_damage_passes_unflagged_10000_times(whole, reference):
    assert check_many(whole, reference, range(10_000)) < LONGEST_S
