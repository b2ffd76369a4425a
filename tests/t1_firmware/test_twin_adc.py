"""The virtual ADC, its FIFO and DMA: what arrives in the ring, and what happens when nobody empties the FIFO."""

from pathlib import Path

import pytest

from host_tools.twin.run import Action, FirmwareCrashed
from tests.t1_firmware.twin_bench import ramp_emg, run_main, said

# RP2350 registers; the RP2040 test replaces the base and the DREQ
START = """
import uctypes
BASE, DREQ = 0x400A0000, 48
CS, FCS, FIFO, DIV = BASE, BASE + 8, BASE + 12, BASE + 16
power = Pin(EMG_POWER, Pin.OUT, value=1)
def ring(size):
    block = bytearray(2 * size)
    lead = -uctypes.addressof(block) & (size - 1)
    return memoryview(block)[lead : lead + size]
def start(target, count, ring_bits, cycles=3000, channels=0xF):
    dma = rp2.DMA()
    control = dma.pack_ctrl(size=1, inc_read=False, inc_write=True, ring_sel=True, ring_size=ring_bits, treq_sel=DREQ)
    mem32[DIV] = (cycles - 1) << 8
    mem32[FCS] = 0x0C00
    mem32[FCS] = 0x01000009
    dma.config(read=FIFO, write=target, count=count, ctrl=control, trigger=True)
    mem32[CS] = channels << 16 | 0b1001
    return dma
def word(view, i):
    return view[2 * i] | view[2 * i + 1] << 8
""".replace("EMG_POWER", "0")


def _samples(lines: list[int]) -> list[tuple[int, int]]:
    return [(value // 1000, value % 1000) for value in lines]


def test_the_ring_holds_the_stimulus_in_round_robin_order_at_16_ks_per_second(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + """
time.sleep_ms(850)  # into the stimulus
target = ring(4096)
dma = start(target, 100000, 12)
time.sleep_ms(100)
done = 100000 - dma.count
say(done)
say([word(target, i) for i in range(1600)])
say(1 if dma.active() else 0)
""",
        emg=ramp_emg(tmp_path / "emg.u16", 8000),
        stimulus_start_us=800_000,
    )
    done, values, active = said(result)
    assert 1600 <= done <= 1603
    samples = _samples(values)
    assert [channel for channel, _ in samples] == [i % 4 for i in range(1600)]
    frames = [frame for channel, frame in samples if channel == 0]
    assert frames == [(frames[0] + i) % 1000 for i in range(400)]
    assert active == 1


@pytest.mark.parametrize(("board", "base", "dreq", "power"), [("rp2040_bench", 0x4004C000, 36, 14)])
def test_the_rp2040_has_its_own_addresses(tmp_path: Path, board: str, base: int, dreq: int, power: int) -> None:
    source = START.replace("0x400A0000, 48", f"{base}, {dreq}").replace("Pin(0,", f"Pin({power},")
    result = run_main(
        tmp_path,
        source + "target = ring(1024)\ndma = start(target, 5000, 10)\ntime.sleep_ms(50)\nsay(5000 - dma.count)\n",
        board=board,
    )
    assert 800 <= said(result)[0] <= 803


def test_three_channels_skip_the_fourth(tmp_path: Path) -> None:
    source = START.replace("0x400A0000, 48", f"{0x4004C000}, 36").replace("Pin(0,", "Pin(14,")
    result = run_main(
        tmp_path,
        source
        + """
time.sleep_ms(850)
target = ring(1024)
dma = start(target, 5000, 10, cycles=4000, channels=7)
time.sleep_ms(30)
dma.count  # memory is brought up to date when somebody looks
say([word(target, i) for i in range(300)])
""",
        board="pico",
        emg=ramp_emg(tmp_path / "emg.u16", 8000, columns=3),
        stimulus_start_us=800_000,
    )
    samples = _samples(said(result)[0])
    assert [channel for channel, _ in samples] == [i % 3 for i in range(300)]
    frames = [frame for channel, frame in samples if channel == 2]
    assert frames == [(frames[0] + i) % 1000 for i in range(100)]


def test_when_the_dma_stops_the_fifo_overflows_and_channels_come_out_rotated(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + """
time.sleep_ms(850)
target = ring(1024)
dma = start(target, 102, 10)
time.sleep_us(10030)  # 160 conversions: 102 by DMA, 8 in the FIFO, the others lost
say([1 if dma.active() else 0, mem32[FCS] >> 16 & 0xF, mem32[FCS] >> 11 & 1])
control = dma.pack_ctrl(size=1, inc_read=False, inc_write=True, ring_sel=True, ring_size=10, treq_sel=DREQ)
dma.config(write=target, count=1000, ctrl=control, trigger=True)
time.sleep_ms(5)
say([word(target, i) // 1000 for i in range(20)])
""",
        emg=ramp_emg(tmp_path / "emg.u16", 8000),
        stimulus_start_us=800_000,
        costs={"register": 0, "boot": 0},
    )
    state, channels = said(result)
    assert state == [0, 8, 1]
    # the FIFO kept the eight that followed the 102; what follows them is somewhere else in the round
    assert channels[:8] == [(102 + i) % 4 for i in range(8)]
    assert channels[8:] == [(channels[8] + i) % 4 for i in range(12)]
    assert channels[8] != (102 + 8) % 4


def test_a_stall_of_three_seconds_goes_on_filling_the_ring(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + "target = ring(32768)\ndma = start(target, 0x0FFFFFF0, 15)\ntime.sleep(3)\nsay(0x0FFFFFF0 - dma.count)\n",
    )
    assert 48_000 <= said(result)[0] <= 48_003


def test_the_upper_bits_of_the_rp2350s_count_are_a_mode(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START + "target = ring(1024)\ndma = start(target, 0xF0000100, 10)\ntime.sleep(1)\nsay(dma.count)\n",
    )
    assert said(result) == [0xF0000100]  # endless: does not count


def test_a_ring_out_of_line_with_its_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FirmwareCrashed, match="not aligned to its ring of 1024 bytes"):
        run_main(tmp_path, START + "start(ring(4096)[64 : 64 + 1024], 100, 10)\n")


def test_a_reader_without_dma_takes_them_from_the_fifo_one_by_one(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + """
time.sleep_ms(850)
mem32[FCS] = 1
mem32[DIV] = 2999 << 8
mem32[CS] = 0xF << 16 | 0b1001
values = []
while len(values) < 8:
    if mem32[FCS] >> 16 & 0xF:
        values.append(mem32[FIFO] // 1000)
say(values)
mem32[CS] = 1
from machine import ADC
say(ADC(Pin(28)).read_u16() >> 4)
""",
        emg=ramp_emg(tmp_path / "emg.u16", 8000),
        stimulus_start_us=800_000,
    )
    values, one = said(result)
    assert values == [0, 1, 2, 3] * 2
    assert one // 1000 == 2


def test_before_and_after_the_stimulus_its_ends_are_mirrored_and_unpowered_inputs_read_zero(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + """
power.off()
target = ring(4096)
dma = start(target, 1000000, 12)
time.sleep_ms(50)
say([max(word(target, i) for i in range(600)), 0])
power.on()
def frames(at_ms):
    time.sleep_ms(at_ms - time.ticks_ms())
    n = 1000000 - dma.count
    first = (n - 400) // 4 * 4
    return [word(target, (first + 4 * k) % 2048) for k in range(100)]
say(frames(790))
say(frames(840))
say(frames(1340))
""",
        emg=ramp_emg(tmp_path / "emg.u16", 2000),
        stimulus_start_us=800_000,
    )
    unpowered, before, during, after = said(result)
    assert unpowered == [0, 0]
    assert {b - a for a, b in zip(before, before[1:], strict=False)} == {-1}
    assert {b - a for a, b in zip(during, during[1:], strict=False)} == {1}
    assert {b - a for a, b in zip(after, after[1:], strict=False)} == {-1}


def test_electrode_faults(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + """
target = ring(32768)
dma = start(target, 1000000, 15)
time.sleep_ms(1000 - time.ticks_ms())
n = 1000000 - dma.count
for channel in range(4):
    values = [word(target, (n // 4 * 4 - 3200 + 4 * k + channel) & 16383) for k in range(800)]
    say([min(values), max(values), sum(values) // 800])
""",
        script=(
            Action(700_000, ("emg", 0, 1), "world"),
            Action(700_000, ("emg", 1, 2, 300), "world"),
            Action(700_000, ("emg", 2, 3, 100), "world"),
            Action(700_000, ("emg", 3, 4), "world"),
        ),
    )
    rail, off, mains, flat = said(result)
    assert rail == [4095, 4095, 4095]
    assert off[0] < 1800 and off[1] > 2300 and 2030 <= off[2] <= 2066
    assert 1940 <= mains[0] <= 1952 and 2144 <= mains[1] <= 2156
    assert flat == [2048, 2048, 2048]
