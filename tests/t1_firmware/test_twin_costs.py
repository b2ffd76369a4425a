"""CPU time on the virtual board: charged by class of operation, scaled by chip."""

from pathlib import Path

from host_tools.twin.estimate_costs import Instructions, parse
from host_tools.twin.run import costs_of
from tests.t1_firmware.test_twin_adc import START
from tests.t1_firmware.twin_bench import run_main, said

NOTHING = {name: 0 for name in costs_of("rp2040") if name != "free_bytes"}


def test_an_rp2350_is_charged_half_of_an_rp2040() -> None:
    small, large = costs_of("rp2040"), costs_of("rp2350")
    assert small["ticks"] == 15 and small["gc"] == 24_000  # design section 4
    assert all(abs(large[name] - small[name] / 2) <= 0.5 for name in NOTHING)
    assert costs_of("rp2350", {"tick": 7})["tick"] == 7


def test_touching_the_hardware_and_collecting_take_their_time(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
import gc
def cost(work):
    t = time.ticks_us()
    work()
    return time.ticks_diff(time.ticks_us(), t)
pin = Pin(0, Pin.OUT)
say([cost(lambda: None), cost(pin.on), cost(gc.collect), cost(lambda: mem32[0x400A0000])])
""",
        costs={**NOTHING, "ticks": 1, "pin": 10, "gc": 100, "register": 1000},
    )
    assert said(result) == [[1, 11, 101, 1001]]


def test_the_work_of_a_tick_is_charged_when_new_samples_are_seen(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        START
        + """
dma = start(ring(1024), 100000, 10)
time.sleep_ms(10)
times = []
for i in range(3):
    t = time.ticks_us()
    dma.count
    times.append(time.ticks_diff(time.ticks_us(), t))
say(times)
""",
        costs={**NOTHING, "tick": 2000, "conversion_q8": 2560},
    )
    first, second, third = said(result)[0]
    assert first == 2000 + 160 * 10
    assert 2000 < second < 2000 + 60 * 10  # the conversions of the time just charged
    assert 2000 < third < second


def test_a_report_is_charged_when_it_is_read(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
i2c = bus(0)
time.sleep_ms(250)
drain(i2c)
enable(i2c)
time.sleep_ms(5)
drain(i2c)
time.sleep_ms(45)
buffer = bytearray(64)
t = time.ticks_us()
i2c.readfrom_into(0x4A, buffer)
t = time.ticks_diff(time.ticks_us(), t)
say([(buffer[0] - 9) // 12, (t - (11 + 9 * 64) * 5 // 2) // 1000])
""",
        costs={**NOTHING, "imu_report": 1000},
    )
    reports, charged_ms = said(result)[0]
    assert reports >= 3
    assert charged_ms == reports


def test_instructions_of_no_known_object_are_viper_code() -> None:
    lines = ["ob=(1) micropython.so", "fn=(1) run", "10 5", "cob=(2) ???", "cfn=(2) 0x1000", "calls=3 0", "10 600"]
    lines += ["ob=(2)", "fn=(2)", "0 40", "+4 2"]
    assert parse("\n".join(lines)) == Instructions(5, 42)
