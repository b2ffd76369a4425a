"""The same log bytes on every interpreter: device time, CRC and packing at the edges of their ranges."""

import random
import struct
import zlib
from pathlib import Path

import pytest

from tests.interpreters import FIRMWARE, REPOSITORY, run_micropython

PATH = (FIRMWARE, REPOSITORY / "tests" / "mpy")

CLOCK = """
import sys
from rhomboid.fixed import clock64
lines = [[int(word) for word in line.split()] for line in open(sys.argv[1])]
clock = clock64.new_clock(lines[0][0])
out = bytearray(8 * len(lines[1]))
for ticks in lines[0]:
    clock64.advance(clock, ticks)
for k in range(len(lines[1])):
    clock64.stamp(clock, lines[1][k], out, 8 * k)
open(sys.argv[2], "wb").write(out)
"""


def test_device_time_passes_every_carry(mpy_all, tmp_path):
    source = random.Random(1)
    times = [5]
    while times[-1] < 1 << 36:
        times.append(times[-1] + source.choice([10_000, 1, (1 << 29) - 1, source.randrange(1 << 29)]))
    around = [0, 1, -1, 77, -77, (1 << 29) - 1, -(1 << 29)] + [source.randrange(-(1 << 29), 1 << 29) for _ in range(50)]
    asked = [max(0, times[-1] + step) for step in around]
    text = "\n".join(" ".join(str(us % (1 << 30)) for us in line) for line in (times, asked))
    (tmp_path / "in").write_text(text)
    run_micropython(mpy_all, CLOCK, tmp_path / "in", tmp_path / "out")
    found = struct.unpack(f"<{len(asked)}Q", (tmp_path / "out").read_bytes())
    assert list(found) == asked


@pytest.mark.parametrize("last", [(1 << 32) - 3, (1 << 32) + 3, 1 << 35])
def test_device_time_reaches_back_over_a_carry(mpy_all, tmp_path, last):
    steps = range(4, last, (1 << 29) - 7)
    times = [*steps, last]
    asked = [last - 10, last + 10, last]
    (tmp_path / "in").write_text("\n".join(" ".join(str(us % (1 << 30)) for us in line) for line in (times, asked)))
    run_micropython(mpy_all, CLOCK, tmp_path / "in", tmp_path / "out")
    assert list(struct.unpack("<3Q", (tmp_path / "out").read_bytes())) == asked


def test_an_earlier_tick_does_not_move_the_clock(mpy_all):
    script = """
from rhomboid.fixed import clock64
clock = clock64.new_clock(5000)
clock64.advance(clock, 4000)
print(list(clock))
"""
    assert run_micropython(mpy_all, script).strip() == "[5000, 0, 5000]"


def test_crc_is_that_of_zlib(mpy_all, tmp_path):
    data = random.Random(2).randbytes(5000)
    (tmp_path / "data").write_bytes(data)
    script = """
import sys
from array import array
from rhomboid.fixed import crc32
data = open(sys.argv[1], "rb").read()
state = array("I", [0])
out = bytearray(4)
crc32.begin(state)
for first, count in ((0, 1), (1, 0), (1, 4000), (4001, 999)):
    crc32.update(crc32.TABLE, state, data, first, count)
crc32.store(state, out, 0)
print(out.hex())
"""
    assert run_micropython(mpy_all, script, tmp_path / "data").strip() == zlib.crc32(data).to_bytes(4, "little").hex()


PACK = """
import sys
from array import array
from rhomboid.fixed import clock64
from rhomboid.recording import buffer
ring = buffer.Buffer(4096, [buffer.EVENT])
ring.clear(4)
ring.cells[buffer.OPEN] = 1
edge = (0, 1, -1, 127, 128, 255, 256, 32766, 32767, 32768, -32767, -32768, -32769, 65535, 65536, -65536, 0x3FFFFFFF,
        -0x40000000, 0x7FFFFFFF, -0x80000000)
source = array("i", edge)
clock = clock64.new_clock(0x3FFFFFF0)
operations = []
for kind in ("uint8_t", "int16_t", "uint16_t", "int32_t"):
    for k in range(len(edge)):
        operations += [buffer.OPERATION[kind], k]
operations += [buffer.OPERATION["uint64_t"], 3, buffer.WIDE, 18]
length = 13 + len(edge) * (1 + 2 + 2 + 4) + 16
plan = array("h", [length, buffer.EVENT, 0, 0, len(operations) // 2] + operations)
out = bytearray(length)
for k in range(30):  # over the ring's end
    buffer.append(plan, source, clock, ring.cells, ring.memory, 0x3FFFFFFF)
    buffer.take(ring.cells, ring.memory, out, length)
print(out.hex())
"""


def test_fields_saturate_alike(mpy_all):
    edge = [0, 1, -1, 127, 128, 255, 256, 32766, 32767, 32768, -32767, -32768, -32769, 65535, 65536, -65536, 0x3FFFFFFF]
    edge += [-0x40000000, 0x7FFFFFFF, -0x80000000]
    u8 = [min(max(v, 0), 255) for v in edge]
    i16 = [v if v == -32768 else min(max(v, -32767), 32767) for v in edge]
    u16 = [min(max(v, 0), 65535) for v in edge]
    body = struct.pack("<20B20h20H20i", *u8, *i16, *u16, *edge)
    # a tick of 127 is 127 us after the wrap of the ticks
    body += struct.pack("<QiI", (1 << 30) + 127, 0x7FFFFFFF, 0x80000000)
    head = struct.pack("<HBHQ", 2 + 8 + len(body), ord("D"), 0, 0x3FFFFFFF)
    assert run_micropython(mpy_all, PACK).strip() == (head + body).hex()


WORKOUT = """
import sys
from rhomboid.recording.storage import Storage
from workout_log import Workout
storage = Storage(sys.argv[1])
workout = Workout(storage, 24_576, start_us=0x3FFFFFFF - 20_000_000)
workout.begin(storage.new_path())
workout.set(40)
workout.rest(2)
workout.set(3, raw=True)
workout.rest(11)
workout.end()
"""


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> bytes:
    return recorded("x64", tmp_path_factory.mktemp("x64"))


def recorded(interpreter: str, folder: Path) -> bytes:
    run_micropython(interpreter, WORKOUT, folder / "logs", path=PATH)
    return (folder / "logs" / "00001.ulg").read_bytes()


def test_a_workout_gives_the_same_log_bytes_without_allocating(mpy_32, reference, tmp_path):
    assert recorded(mpy_32, tmp_path) == reference
