"""The virtual clock: time moves only when something takes time, interrupts come when they are due."""

from pathlib import Path

from host_tools.twin.run import Action
from tests.interpreters import argv_prefix
from tests.t1_firmware.twin_bench import run_main, said

NO_COSTS = {"ticks": 0, "pin": 0, "register": 0, "i2c": 0, "idle": 0, "handler": 0, "boot": 0, "flash_read": 0}


def test_sleep_and_bus_move_the_clock_by_what_they_take(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
t0 = time.ticks_us()
time.sleep_ms(250)
t1 = time.ticks_us()
bus(0).readfrom_into(0x5A, bytearray(20))
t2 = time.ticks_us()
say([time.ticks_diff(t1, t0), time.ticks_diff(t2, t1)])
""",
        costs=NO_COSTS,
    )
    # 11 bits of start, address, acknowledge and stop, 20 x 9 of data, 2.5 us each
    assert said(result) == [[250_000, 478]]


def test_ticks_wrap_at_two_to_the_thirtieth_and_differences_hold(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
before = time.ticks_us()
for i in range(11):
    time.sleep(100)
after = time.ticks_us()
say([before, after, time.ticks_diff(after, before), time.ticks_diff(time.ticks_add(before, -5), before)])
""",
        duration_us=2_000_000_000,
        costs=NO_COSTS,
    )
    before, after, difference, small = said(result)[0]
    assert after == (before + 1_100_000_000) % 2**30
    assert difference == 1_100_000_000 - 2**30
    assert small == -5


def test_idle_ends_with_the_millisecond_or_with_an_interrupt(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
count = [0]
def on_edge(pin):
    count[0] += 1
Pin(6, Pin.IN, Pin.PULL_UP).irq(on_edge, Pin.IRQ_FALLING, hard=True)
longest = 0
while not count[0]:
    t = time.ticks_us()
    machine.idle()
    longest = max(longest, time.ticks_diff(time.ticks_us(), t))
say([longest, Pin(6).value()])
""",
        costs=NO_COSTS,
    )
    assert said(result) == [[1000, 0]]


def test_interrupts_wait_while_they_are_disabled_and_edges_are_not_counted(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
count = [0]
def on_edge(pin):
    count[0] += 1
time.sleep_ms(300)
Pin(6, Pin.IN, Pin.PULL_UP).irq(on_edge, Pin.IRQ_FALLING, hard=True)
state = machine.disable_irq()
time.sleep_ms(50)  # INT is repeated every 10.2 ms
inside = count[0]
machine.enable_irq(state)
say([inside, count[0]])
""",
    )
    assert said(result) == [[0, 1]]


def test_a_stall_makes_cpu_work_longer_but_no_sleep(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
time.sleep_ms(50)
t = time.ticks_us()
time.sleep_ms(600)
say(time.ticks_diff(time.ticks_us(), t))
t = time.ticks_us()
for i in range(100):
    Pin(6).value()  # a millisecond of work each
say(time.ticks_diff(time.ticks_us(), t))
""",
        script=(Action(200_000, ("stall", 400_000), "world"), Action(700_000, ("stall", 400_000), "world")),
        costs={**NO_COSTS, "pin": 1000},
    )
    assert said(result) == [600_000, 500_000]


def test_handlers_run_with_the_heap_locked_and_never_inside_each_other(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
log = array("i", [0] * 4)
def on_edge(pin):
    if log[0]:
        log[1] += 1
    log[0] = 1
    try:
        bytearray(100)
    except MemoryError:
        log[2] += 1
    time.sleep_ms(4)  # the other sensor asks meanwhile
    log[0] = 0
    log[3] += 1
time.sleep_ms(100)
for number in (6, 9):
    Pin(number, Pin.IN, Pin.PULL_UP).irq(on_edge, Pin.IRQ_FALLING, hard=True)
time.sleep_ms(400)
say(list(log))
""",
    )
    busy, nested, locked, handled = said(result)[0]
    assert (busy, nested) == (0, 0)
    assert handled > 4
    assert locked == handled


def test_models_allocate_for_themselves_while_the_firmware_may_not(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
i2c = bus(0)
buffer = bytearray(64)
def work():
    for i in range(50):
        time.sleep_ms(10)
        i2c.readfrom_into(0x4A, buffer)
    try:
        bytearray(200)
    except MemoryError:
        return 1
    return 0
failures = depth = 0
micropython.heap_lock()
failures = work()
depth = micropython.heap_unlock()
say([failures, depth])
""",
    )
    assert said(result) == [[1, 0]]


def test_an_integer_that_the_chip_would_box_is_refused_under_a_locked_heap(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
dma = rp2.DMA()
mem32[0x400D800C] = 0x80000000
ok = mem32[0x400D800C]
micropython.heap_lock()
refused = 0
try:
    mem32[0x400D800C]
except MemoryError:
    refused = 1
micropython.heap_unlock()
say([ok, refused])
""",
    )
    assert said(result) == [[0x80000000, 1]]


def test_the_same_scenario_gives_the_same_bytes_on_every_interpreter(tmp_path: Path, mpy_all: str) -> None:
    source = """
import os, random
count = [0]
def on_edge(pin):
    count[0] += 1
for number in (6, 9, 11):
    Pin(number, Pin.IN, Pin.PULL_UP).irq(on_edge, Pin.IRQ_FALLING, hard=True)
i2c = bus(0)
time.sleep_ms(250)
drain(i2c)
enable(i2c)
with open("/log", "wb") as f:
    for i in range(40):
        machine.idle()
        f.write(cargo(i2c, size=32))
        f.write(b"%d %d;" % (time.ticks_us(), random.getrandbits(16)))
say([count[0], time.ticks_us()])
"""
    first = run_main(tmp_path / "x64", source, seed=5)
    again = (
        run_main(tmp_path / mpy_all, source, seed=5, interpreter=argv_prefix(mpy_all)) if mpy_all != "x64" else first
    )
    other_seed = run_main(tmp_path / "other", source, seed=6)
    assert again.console == first.console
    assert again.events == first.events
    assert (again.files / "log").read_bytes() == (first.files / "log").read_bytes()
    assert (other_seed.files / "log").read_bytes() != (first.files / "log").read_bytes()
