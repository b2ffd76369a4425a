"""The virtual BNO08x on the virtual bus: SHTP as the chip speaks it, and its ways of failing."""

from pathlib import Path

import pytest

from host_tools.twin.run import Action, ImuStream
from tests.t1_firmware.twin_bench import run_main, said, turning_imu

START = """
i2c = bus(0, 4000)
edges = array("i", [0] * 3)  # count, last, first
def on_edge(pin):
    edges[0] += 1
    edges[1] = time.ticks_us()
    if edges[0] == 1:
        edges[2] = edges[1]
line = Pin(6, Pin.IN, Pin.PULL_UP)
line.irq(on_edge, Pin.IRQ_FALLING, hard=True)
def ready():
    time.sleep_ms(250)
    drain(i2c)
    enable(i2c)
    time.sleep_ms(5)
    drain(i2c)
def wait(limit_ms=100):
    t = time.ticks_ms()
    while line.value() and time.ticks_diff(time.ticks_ms(), t) < limit_ms:
        machine.idle()
    return line.value() == 0
def reports(buffer):
    # [(sample time from the edge, sequence, i)]
    length = (buffer[0] | buffer[1] << 8) & 0x7FFF
    found = []
    base = 0
    at = 4
    while at < length and at + 12 <= len(buffer):
        if buffer[at] == 0xFB:
            base = edges[1] - 100 * int.from_bytes(buffer[at + 1 : at + 5], "little")
            at += 5
        elif buffer[at] == 8:
            delay = (buffer[at + 2] >> 2) << 8 | buffer[at + 3]
            found.append([base + 100 * delay, buffer[at + 1], buffer[at + 4] | buffer[at + 5] << 8])
            at += 12
        else:
            return found + [[-1, buffer[at], 0]]
    return found
"""


def test_after_power_it_advertises_then_tells_of_its_reset_then_initialises(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + """
wait(300)
say(edges[2])
for i in range(4):
    c = cargo(i2c, size=300)
    say([c[0] | c[1] << 8, c[2], c[3], c[4], c[6]])
    time.sleep_ms(1)
""",
    )
    first_edge, *cargoes = said(result)
    assert 90_000 <= first_edge <= 200_000
    assert cargoes == [[276, 0, 0, 0, 4], [5, 1, 0, 1, 0], [20, 2, 0, 0xF1, 0x84], [0, 0, 0, 0, 0]]


def test_a_header_read_is_followed_by_a_continuation_that_has_everything(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + """
wait(300)
whole = []
say(list(cargo(i2c, size=4)))
for size in (100, 100, 100):
    c = cargo(i2c, size=size)
    say(list(c[:4]))
    length = (c[0] | c[1] << 8) & 0x7FFF
    whole.extend(c[4 : min(size, length)])
say([len(whole), whole[1], whole[-2], whole[-1]])
""",
    )
    header, first, second, third, whole = said(result)
    assert header == [276 & 0xFF, 276 >> 8, 0, 0]
    assert first == [276 & 0xFF, 276 >> 8 | 0x80, 0, 1]
    assert second == [180, 0x80, 0, 2]
    assert third == [84, 0x80, 0, 3]
    assert whole == [272, 1, 0x2A, 0x0E]


def test_product_id_features_and_calibration_are_answered(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + """
time.sleep_ms(250)
drain(i2c)
def ask(*body):
    packet = bytes((4 + len(body), 0, 2, 0)) + bytes(body)
    i2c.writeto(0x4A, packet)
    time.sleep_ms(3)
    c = cargo(i2c)
    return list(c[: c[0]])
say(ask(0xF9, 0))
say(ask(0xFD, 8, 0, 0, 0, 0x10, 0x27, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
drain(i2c)
say(ask(0xFD, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
say(ask(0xF2, 0, 7, 1, 1, 1, 0, 0, 0, 0, 0, 0))
say(ask(0xF2, 1, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0))
""",
    )
    product, on, off, calibration, saved = said(result)
    assert product[0] == 36 and product[4] == product[20] == 0xF8
    assert on[2] == 2 and on[4:6] == [0xFC, 8] and on[9:13] == [0x10, 0x27, 0, 0]
    assert off[9:13] == [0, 0, 0, 0]
    assert calibration[4] == 0xF1 and calibration[6] == 7 and calibration[9] == 0
    assert saved[4] == 0xF1 and saved[6] == 6 and saved[9] == 0


def test_sample_times_lie_on_the_sensors_own_grid_and_values_on_the_stimulus(tmp_path: Path) -> None:
    imu = ImuStream(turning_imu(tmp_path / "turn.i32", 4000), ppm=4000.0, phase_us=1300)
    result = run_main(
        tmp_path,
        START
        + """
ready()
n = 0
while n < 120:
    if wait():
        for r in reports(cargo(i2c)):
            say(r)
            n += 1
""",
        imus={"thorax": imu},
        stimulus_start_us=800_000,
        costs={"handler": 0, "ticks": 0},
    )
    lines = [line for line in said(result) if line[0] > 830_000]
    step_us = 2500 / 1.004
    for at_us, _, _ in lines:
        steps = (at_us - 800_000 - 1300) / step_us
        assert abs(steps - round(steps)) * step_us <= 101
    times = [line[0] for line in lines]
    assert (times[-1] - times[0]) / (len(times) - 1) == pytest.approx(4 * step_us, abs=2)
    sequences = [line[1] for line in lines]
    assert sequences == [(sequences[0] + i) % 256 for i in range(len(lines))]


def test_late_reading_gives_a_batch_with_delays_and_int_is_repeated(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + """
ready()
wait()
reports(cargo(i2c))
edges[0] = 0
time.sleep_ms(65)
say(edges[0])
found = reports(cargo(i2c, size=200))
say([b[0] - a[0] for a, b in zip(found, found[1:])])
say([b[1] - a[1] for a, b in zip(found, found[1:])])
""",
    )
    edges, spacing, sequence = said(result)
    assert edges >= 5  # asked again about every 10.2 ms
    assert len(spacing) >= 5
    assert all(9_800 <= us <= 10_200 for us in spacing)
    assert set(sequence) == {1}


@pytest.mark.parametrize("bno085", [False, True])
def test_reading_without_data(tmp_path: Path, bno085: bool) -> None:
    """A BNO086 answers with an empty packet at once, a BNO085 holds the clock."""
    imu = ImuStream(turning_imu(tmp_path / "turn.i32", 4), bno085=bno085)
    result = run_main(
        tmp_path,
        START
        + """
time.sleep_ms(250)
drain(i2c)
t = time.ticks_us()
c = cargo(i2c, size=4)
say([list(c), 1 if time.ticks_diff(time.ticks_us(), t) > 2000 else 0])
""",
        imus={"thorax": imu},
    )
    assert said(result) == [[[0, 0, 0, 0], int(bno085)]]


FAULT_LOOP = """
ready()
log = []
while time.ticks_us() < 3000000:
    try:
        if wait(20):
            c = cargo(i2c, size=300)
            found = reports(c)
            unknown = found and found[0][0] == -1
            first = found[0][1] if found else 0
            log.append([time.ticks_us() // 1000, c[0] | c[1] << 8, c[3], first, -1 if unknown else len(found)])
        else:
            log.append([time.ticks_us() // 1000, -1, 0, 0, 0])
    except OSError as e:
        log.append([time.ticks_us() // 1000, -2, e.args[0], 0, 0])
        time.sleep_ms(10)
for entry in log:
    say(entry)
"""


def _faulty(tmp_path: Path, *actions: tuple[int, tuple]) -> list[list[int]]:
    result = run_main(
        tmp_path,
        START + FAULT_LOOP,
        script=tuple(Action(at_us, what, "world") for at_us, what in actions),
        duration_us=4_000_000,
    )
    return said(result)


def _between(log: list[list[int]], begin_ms: int, end_ms: int) -> list[list[int]]:
    return [entry for entry in log if begin_ms <= entry[0] < end_ms]


def test_unplugged_it_does_not_acknowledge_and_comes_back_without_reports(tmp_path: Path) -> None:
    log = _faulty(
        tmp_path, (1_000_000, ("imu", "thorax", "unplugged", 1)), (1_500_000, ("imu", "thorax", "unplugged", 0))
    )
    assert {entry[1] for entry in _between(log, 1030, 1490)} <= {-1, -2}
    after = _between(log, 1600, 3000)
    assert [entry[1] for entry in after if entry[1] > 0] == [276, 5, 20]  # boots, then silence


def test_without_acknowledge_it_goes_on_and_int_asks_in_vain(tmp_path: Path) -> None:
    log = _faulty(tmp_path, (1_000_000, ("imu", "thorax", "nak", 1)), (1_500_000, ("imu", "thorax", "nak", 0)))
    assert {entry[1] for entry in _between(log, 1030, 1490)} == {-2}
    assert max(entry[4] for entry in _between(log, 1500, 1530)) > 10


def test_silent_it_acknowledges_but_has_nothing_to_say(tmp_path: Path) -> None:
    log = _faulty(tmp_path, (1_000_000, ("imu", "thorax", "silent", 1)), (1_500_000, ("imu", "thorax", "silent", 0)))
    assert {entry[1] for entry in _between(log, 1030, 1490)} == {-1}
    assert any(entry[4] for entry in _between(log, 1500, 1600))


def test_a_reset_of_its_own_switches_reports_off(tmp_path: Path) -> None:
    log = _faulty(tmp_path, (1_000_000, ("imu", "thorax", "reset")))
    assert [entry[1] for entry in _between(log, 1030, 3000) if entry[1] > 0] == [276, 5, 20]


def test_lost_cargoes_leave_a_gap_in_both_sequences(tmp_path: Path) -> None:
    log = [entry for entry in _faulty(tmp_path, (1_000_000, ("imu", "thorax", "lost_cargos", 2))) if entry[4]]
    gaps = [(b[2] - a[2]) % 256 for a, b in zip(log, log[1:], strict=False)]
    reports = [(b[3] - a[3]) % 256 for a, b in zip(log, log[1:], strict=False)]
    assert sum(gap - 1 for gap in gaps) == 2
    assert sum(gap - 1 for gap in reports) == 2


def test_an_absurd_length_is_announced_once(tmp_path: Path) -> None:
    log = _faulty(tmp_path, (1_000_000, ("imu", "thorax", "absurd_lengths", 1)))
    assert [entry[1] for entry in log].count(0x7E57) == 1


def test_an_unknown_report_comes_before_the_known_one(tmp_path: Path) -> None:
    log = _faulty(tmp_path, (1_000_000, ("imu", "thorax", "unknown_reports", 3)))
    assert [entry[3] for entry in log if entry[4] == -1] == [0x5E] * 3


def test_with_its_int_wire_open_only_polling_finds_the_data(tmp_path: Path) -> None:
    log = _faulty(
        tmp_path, (1_000_000, ("imu", "thorax", "int_open", 1)), (1_500_000, ("imu", "thorax", "int_open", 0))
    )
    assert {entry[1] for entry in _between(log, 1030, 1490)} == {-1}
    assert max(entry[4] for entry in _between(log, 1500, 1600)) > 10


def test_a_held_bus_times_out_until_scl_is_clocked(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + """
time.sleep_ms(1100)
try:
    cargo(i2c)
except OSError as e:
    say([e.args[0], Pin(4).value()])
try:
    bus(1).readfrom_into(0x5A, bytearray(1))
    say("the other bus works")
except OSError as e:
    say(e.args[0])
scl = Pin(5, Pin.OPEN_DRAIN, value=1)
pulses = 0
while Pin(4).value() == 0:
    scl.value(0)
    scl.value(1)
    pulses += 1
i2c = bus(0)
say([pulses, len(cargo(i2c))])
""",
        script=(Action(1_000_000, ("bus", 0, 7), "world"),),
    )
    lines = result.console.splitlines()
    assert lines == ["[110, 0]", "the other bus works", "[7, 64]"]


def test_the_rst_line_holds_it_in_reset_and_each_reset_turns_its_heading(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + """
rst = Pin(24, Pin.OUT, value=1)
for i in range(2):
    rst.value(0)
    time.sleep_ms(10)
    try:
        cargo(i2c)
        say("acknowledged")
    except OSError as e:
        say(e.args[0])
    rst.value(1)
    ready()
    wait()
    c = cargo(i2c)
    say([list(c[17:21])])
""",
    )
    first, heading, second, other = said(result)
    assert first == second == 5
    assert heading != other
