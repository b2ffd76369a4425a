"""Motor drivers, fuel gauge, button, LED, flash, watchdog: each as its data sheet says, and what survives a reset."""

from pathlib import Path

import pytest

from host_tools.twin.flash_journal import image_after, operations
from host_tools.twin.run import Action, BoardUnknown, FirmwareCrashed, FirmwareHung, FlashTiming, Scenario, run
from tests.t1_firmware.twin_bench import run_main, said

DRIVER = """
i2c = bus(0)
def put(register, *values):
    i2c.writeto_mem(0x5A, register, bytes(values))
def get(register):
    return i2c.readfrom_mem(0x5A, register, 1)[0]
"""


def test_go_plays_the_sequence_with_its_waits_and_clears_itself(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        DRIVER
        + """
say([get(0) >> 5, get(1)])
put(0x0C, 1)
say(get(0x0C))  # standby: nothing plays
put(1, 0)
put(4, 1, 0x80 | 10, 1, 0)
put(0x0C, 1)
t = time.ticks_ms()
while get(0x0C):
    time.sleep_ms(1)
say(time.ticks_diff(time.ticks_ms(), t))
put(0x0C, 1)
put(0x0C, 0)
say(get(0x0C))
""",
    )
    identity, standby, length, stopped = said(result)
    assert identity == [7, 0x40]
    assert standby == 0
    assert 215 <= length <= 230  # two clicks of 60 ms, 100 ms between them
    assert stopped == 0
    goes = result.of_kind("go")
    assert [go["waveform"] for go in goes] == [[1, 0x8A, 1, 0, 0, 0, 0, 0]] * 2
    assert goes[0]["tactor"] == "upper" and goes[0]["ms"] == 220


def test_auto_calibration_wants_an_lra_and_leaves_its_result(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        DRIVER
        + """
def calibrate():
    put(1, 7)
    put(0x0C, 1)
    t = time.ticks_ms()
    while get(0x0C):
        time.sleep_ms(5)
    return [time.ticks_diff(time.ticks_ms(), t) // 100, get(0) >> 3 & 1, get(0x18), get(0x19)]
put(1, 0)
put(0x1A, 0x36)
say(calibrate())
put(0x1A, 0xB6)
put(0x1E, 0x30)
say(calibrate())
""",
    )
    erm, lra = said(result)
    assert erm[1:] == [1, 0x0C, 0x6C]
    assert lra == [11, 0, 0x0D, 0x6E]


def test_an_unplugged_tactor_does_not_acknowledge(tmp_path: Path) -> None:
    with pytest.raises(FirmwareCrashed, match="EIO"):
        run_main(
            tmp_path,
            DRIVER + "time.sleep_ms(200)\nget(0)\n",
            script=(Action(100_000, ("tactor", "upper", "unplugged", 1), "world"),),
        )


def test_the_fuel_gauge_tells_voltage_and_charge(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
i2c = bus(1)
def word(register):
    return int.from_bytes(i2c.readfrom_mem(0x36, register, 2), "big")
say([word(2), word(4), word(8)])
time.sleep(1)
say([word(2), word(4) >> 8])
""",
        script=(Action(500_000, ("battery", 5, 3300), "world"),),
    )
    before, after = said(result)
    assert before == [3950000 * 8 // 625, 80 * 256, 0x12]
    assert after == [3300000 * 8 // 625, 5]


def test_button_usb_and_led(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
led = Pin(7, Pin.OUT, value=0)
button = Pin(1, Pin.IN, Pin.PULL_UP)
usb = Pin(10, Pin.IN, Pin.PULL_DOWN)
led.on()
for at in (500, 1100, 1300):
    time.sleep_ms(at - time.ticks_ms())
    say([button.value(), usb.value()])
led.off()
""",
        script=(Action(200_000, ("button", 1)), Action(400_000, ("button", 0)), Action(450_000, ("usb", 1))),
    )
    assert said(result) == [[1, 0], [0, 0], [1, 1]]
    assert result.stimulus_start_us == 800_000  # ready after 100 ms of light, then where the mirrored EMG comes round
    assert [event["level"] for event in result.of_kind("led")] == [1, 0]


def test_flash_stalls_the_cpu_and_keeps_its_files_over_a_reset(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
import os
if machine.reset_cause() == machine.PWRON_RESET:
    t = time.ticks_us()
    with open("/data", "wb") as f:
        for i in range(8):
            f.write(bytes(4096))
    say(time.ticks_diff(time.ticks_us(), t))
    mem32[0x400D800C] = 77
    machine.reset()
say([machine.reset_cause(), os.stat("/data")[6], mem32[0x400D800C], 1 if time.ticks_us() < 1000000 else 0])
""",
        flash_timing=FlashTiming(erase_us=45_000, program_us=400),
    )
    stall_us, after = said(result)
    first, second = result.boots
    assert first["stop"] == "reset" and second["stop"] == "main returned"
    assert first["erases"] >= 8 and first["programs"] >= 128
    assert stall_us >= first["erases"] * 45_000 + first["programs"] * 400
    assert after == [3, 8 * 4096, 77, 1]
    assert (result.files / "data").read_bytes() == bytes(8 * 4096)


def test_every_flash_operation_can_be_replayed(tmp_path: Path) -> None:
    result = run_main(
        tmp_path, "with open('/a', 'wb') as f:\n    f.write(bytes(10000))\n", journal_flash=True, board="pico"
    )
    journal = result.out_dir / "flash_operations.bin"
    count = sum(1 for _ in operations(journal))
    base = result.out_dir / "flash_base.bin"
    assert count > 3
    assert image_after(base, journal, count) == (result.out_dir / "flash.bin").read_bytes()
    cut = tmp_path / "cut.bin"
    cut.write_bytes(image_after(base, journal, count - 1))
    again = run_main(
        tmp_path / "again", "import os\nsay(sum(1 for _ in os.ilistdir('/')))\n", board="pico", flash_image=cut
    )
    assert said(again)[0] >= 1


def test_the_watchdog_resets_the_chip_but_not_what_is_around_it(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
i2c = bus(0)
if machine.reset_cause() == machine.PWRON_RESET:
    time.sleep_ms(250)
    drain(i2c)
    enable(i2c)
    time.sleep_ms(50)
    dog = machine.WDT(timeout=500)
    for i in range(5):
        time.sleep_ms(400)
        dog.feed()
    say(time.ticks_ms())
    while True:
        time.sleep_ms(1)
time.sleep_ms(50)
say(cargo(i2c)[2])
""",
    )
    fed_until_ms, channel = said(result)
    assert result.boots[0]["stop"] == "watchdog"
    assert result.boots[1]["world_us"] // 1000 - fed_until_ms in (499, 500, 501)
    assert channel == 3  # the sensor still reports


def test_firmware_that_hangs_without_touching_the_hardware(tmp_path: Path) -> None:
    hang = """
if machine.reset_cause() == machine.WDT_RESET:
    say("back")
else:
    dog = machine.WDT(timeout=2000)
    time.sleep_ms(1000)
    dog.feed()
    while True:
        pass
"""
    with pytest.raises(FirmwareHung):
        run_main(tmp_path / "a", hang, stall_seconds=1)
    result = run_main(tmp_path / "b", hang, stall_seconds=1, hang_is_watchdog=True)
    assert result.console == "back\n"
    assert 3_000_000 < result.boots[1]["world_us"] < 3_400_000


def test_nothing_runs_after_a_reset_not_even_finally(tmp_path: Path) -> None:
    result = run_main(
        tmp_path,
        """
if machine.reset_cause() == machine.PWRON_RESET:
    try:
        machine.reset()
    finally:
        try:
            with open("/late", "w") as f:
                f.write("too late")
        except OSError:
            pass
import os
say(sorted(name for name in os.listdir("/") if name == "late"))
""",
    )
    assert said(result) == [[]]


def test_a_crash_ends_the_run_with_its_traceback(tmp_path: Path) -> None:
    with pytest.raises(FirmwareCrashed, match="ZeroDivisionError"):
        run_main(tmp_path, "1 / 0\n")


def test_an_unknown_board_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(BoardUnknown, match="unknown board 'toaster'; there are: feather_rp2350"):
        run(Scenario(board="toaster"), tmp_path)
