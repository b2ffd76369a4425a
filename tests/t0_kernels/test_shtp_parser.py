"""The SHTP parser of the loop against a plain model, on every interpreter, and on hostile bytes."""

import json
import random
import struct
from pathlib import Path

import pytest

from tests.interpreters import run_micropython

SCRIPT = """
import json, sys
from array import array
from rhomboid.drivers import shtp
quat = array('h', [0] * 32); time_us = array('i', [0] * 8); state = array('i', [0] * shtp.STATE_CELLS)
for line in open(sys.argv[1]):
    hexed, n, int_us = json.loads(line)
    buf = bytes(int(hexed[i:i + 2], 16) for i in range(0, len(hexed), 2))
    state[shtp.EDGE_US] = int_us
    answer = shtp.parse(buf, n, quat, time_us, state)
    print(json.dumps([answer, list(state), list(quat), list(time_us)]))
"""

SAMPLE, RESET, REJECTED, FEATURE_SET, STRANGE, GAP = 1, 2, 4, 8, 16, 32
COUNT, EPOCH, _, LOST, UNKNOWN, BAD, REMAINING = range(7)


def cargo(channel: int, sequence: int, payload: bytes, continued: bool = False) -> bytes:
    return struct.pack("<HBB", 4 + len(payload) | continued << 15, channel, sequence) + payload


def rotation(i: int, j: int, k: int, real: int, delay_100us: int = 0, sequence: int = 0) -> bytes:
    return struct.pack("<BBBB4h", 8, sequence, 3 | delay_100us >> 8 << 2, delay_100us & 255, i, j, k, real)


def time_base(delta_100us: int) -> bytes:
    return struct.pack("<BI", 0xFB, delta_100us)


def parse(mpy: str, folder: Path, reads: list[tuple[bytes, int]]) -> list[tuple[int, list[int], list[int], list[int]]]:
    """Feed (bytes, INT time) reads to the parser; after each: (answer, state, quat ring, time ring)."""
    file = folder / "reads.json"
    file.write_text("\n".join(json.dumps([data.hex(), len(data), int_us]) for data, int_us in reads))
    return [json.loads(line) for line in run_micropython(mpy, SCRIPT, file).splitlines()]


def test_a_report_gives_its_quaternion_real_part_first_at_its_sensor_time(mpy_all, tmp_path):
    read = cargo(3, 0, time_base(57) + rotation(-1, 11585, -11585, 5, delay_100us=3))
    [(answer, state, quat, time_us)] = parse(mpy_all, tmp_path, [(read, 1_000_000)])
    assert answer == SAMPLE
    assert state[COUNT] == 1
    assert quat[:4] == [5, -1, 11585, -11585]
    assert time_us[0] == 1_000_000 - 5700 + 300


def test_sample_time_wraps_with_the_ticks(mpy_all, tmp_path):
    read = cargo(3, 0, time_base(20) + rotation(1, 2, 3, 16384))
    [(_, _, _, time_us)] = parse(mpy_all, tmp_path, [(read, 500)])
    assert time_us[0] == (500 - 2000) % 2**30


def test_a_batch_read_in_pieces_keeps_every_sample_and_its_own_delay(mpy_all, tmp_path):
    reports = [rotation(n, 0, 0, 16384, delay_100us=100 * n) for n in range(3)]
    whole = cargo(3, 7, time_base(250) + b"".join(reports))
    first = whole[:21]
    rest = cargo(3, 8, b"".join(reports[1:]), continued=True)
    results = parse(mpy_all, tmp_path, [(first, 50_000), (rest, 50_000)])
    assert results[0][1][REMAINING] == 24
    _, state, quat, time_us = results[1]
    assert (state[COUNT], state[REMAINING], state[LOST]) == (3, 0, 0)
    assert quat[:12] == [16384, 0, 0, 0, 16384, 1, 0, 0, 16384, 2, 0, 0]
    assert time_us[:3] == [25_000, 35_000, 45_000]


def test_a_lost_cargo_is_counted_from_its_sequence_number(mpy_all, tmp_path):
    reads = [
        (cargo(3, s, time_base(0) + rotation(1, 2, 3, 16384)), 10_000 * n)
        for n, s in enumerate((254, 255, 2, 3), start=1)
    ]
    assert parse(mpy_all, tmp_path, reads)[-1][1][LOST] == 2


def test_a_cargo_that_comes_twice_is_told_and_not_counted_as_lost(mpy_all, tmp_path):
    twice = cargo(3, 7, time_base(0) + rotation(1, 2, 3, 16384))
    reads = [(twice, 10_000), (twice, 10_500), (cargo(3, 8, time_base(0) + rotation(1, 2, 3, 16384)), 20_000)]
    results = parse(mpy_all, tmp_path, reads)
    assert [r[0] for r in results] == [SAMPLE, GAP, SAMPLE]
    assert (results[-1][1][COUNT], results[-1][1][LOST]) == (2, 0)


@pytest.mark.parametrize(
    ("quaternion", "taken"),
    [
        ((16384, 0, 0, 0), True),
        ((-8192, 8192, -8192, 8192), True),
        ((9459, -9459, 9459, 0), True),  # norm rounded up
        ((15900, 0, 0, 0), True),  # 0.97 of one
        ((32767, 32767, 32767, 32767), False),
        ((-32768, -32768, -32768, -32768), False),
        ((-1, -1, -1, -1), False),  # a bus that nobody drives
        ((8192, 0, 0, 0), False),
        ((18000, 0, 0, 0), False),
    ],
)
def test_a_quaternion_that_is_no_rotation_is_refused(mpy_all, tmp_path, quaternion, taken):
    [(answer, state, _, _)] = parse(mpy_all, tmp_path, [(cargo(3, 0, time_base(0) + rotation(*quaternion)), 10_000)])
    assert (answer, state[COUNT]) == ((SAMPLE, 1) if taken else (REJECTED, 0))


@pytest.mark.parametrize("delta_100us", [0x7FFFFFFF, 0xFFFFFC7C, 100_000, 0x10000, 4000])
def test_a_time_that_cannot_be_is_refused_while_the_sensor_is_live(mpy_all, tmp_path, delta_100us):
    good = [cargo(3, n, time_base(20) + rotation(1, 2, 3, 16384)) for n in range(3)]
    bad = cargo(3, 2, time_base(delta_100us) + rotation(1, 2, 3, 16384))
    reads = [(good[0], 10_000_000), (good[1], 10_010_000), (bad, 10_020_000)]
    _, state, _, time_us = parse(mpy_all, tmp_path, reads)[-1]
    assert state[COUNT] == 2 and time_us[1] == 10_008_000


def test_a_self_reset_begins_a_new_heading_epoch(mpy_all, tmp_path):
    reads = [(cargo(1, 0, b"\x01"), 10), (cargo(0, 0, bytes(17)), 20), (cargo(2, 0, b"\xfc\x08" + bytes(15)), 30)]
    results = parse(mpy_all, tmp_path, reads)
    assert [r[0] for r in results] == [RESET, 0, FEATURE_SET]
    assert results[-1][1][EPOCH] == 1


@pytest.mark.parametrize(
    "read",
    [
        b"\xff" * 21,
        struct.pack("<HBB", 0x7FFE, 3, 0) + bytes(17),
        struct.pack("<HBB", 3, 3, 0) + bytes(17),
        struct.pack("<HBB", 30, 9, 0) + bytes(17),
    ],
    ids=["all ones", "absurd length", "length below the header", "unknown channel"],
)
def test_impossible_headers_are_rejected_and_nothing_is_awaited(mpy_all, tmp_path, read):
    [(answer, state, _, _)] = parse(mpy_all, tmp_path, [(read, 10)])
    assert answer == REJECTED
    assert (state[BAD], state[REMAINING], state[COUNT]) == (1, 0, 0)


def test_an_empty_packet_and_a_zero_quaternion_are_no_sample(mpy_all, tmp_path):
    reads = [(bytes(21), 10), (cargo(3, 0, time_base(0) + rotation(0, 0, 0, 0)), 20)]
    results = parse(mpy_all, tmp_path, reads)
    assert [r[0] for r in results] == [0, 0]


def test_an_unknown_report_ends_the_cargo_but_not_the_parser(mpy_all, tmp_path):
    reads = [
        (cargo(3, 0, time_base(0) + b"\x77" + bytes(11)), 10),
        (cargo(3, 1, time_base(0) + rotation(1, 2, 3, 16384)), 20),
    ]
    results = parse(mpy_all, tmp_path, reads)
    assert results[0][1][UNKNOWN] == 1
    assert results[1][0] == SAMPLE


def test_random_bytes_never_write_outside_or_go_backwards(mpy_all, tmp_path):
    source = random.Random(8)
    reads = []
    for n in range(3000):
        data = bytearray(source.randbytes(source.choice((4, 21, 64))))
        if source.random() < 0.7:  # mostly plausible headers, so that the body is reached
            data[0:4] = bytes((source.randrange(64), source.choice((0, 0x80)), 3, n & 255))
            for at in range(4, len(data) - 12, 12):
                data[at] = source.choice((0xFB, 0x08, 0x08, 0xFA, data[at]))
        reads.append((bytes(data), source.randrange(2**30)))
    results = parse(mpy_all, tmp_path, reads)
    assert len(results) == len(reads)
    counts = [r[1][COUNT] for r in results]
    assert counts == sorted(counts)
    assert all(0 <= t < 2**30 for r in results for t in r[3])
    assert all(0 <= r[1][REMAINING] <= 1024 for r in results)
