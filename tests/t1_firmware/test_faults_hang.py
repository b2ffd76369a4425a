"""A stage that hangs: reset by the watchdog, motors off first, log kept, reason told; three in a row are enough."""

from pathlib import Path
from typing import Any

import pytest

from host_tools.twin.run import Action
from tests.hard_time_rig import SET_FROM_S, logs_of, pressed, replaced_main, run_session, still_imus, topics_of

WATCHDOG_S = 8.0
HANGS_US = 13_500_000
WATCHDOG_RESET = (22, 2)
# what of each stage is wrapped, so that it hangs at its n-th call: module, class, method
STAGES = {
    "converter": ("rhomboid.drivers.adc_ring", "AdcRing", "_bound_take"),
    "sensor reader": ("rhomboid.drivers.bno08x", "Bno08x", "_bound_serve"),
    "sensor supervision": ("rhomboid.drivers.bno08x", "Bno08x", "supervise"),
    "tracking": ("rhomboid.tracking.segments", "Tracker", "_bound_step"),
    "activation": ("rhomboid.activation.chain", "EmgChain", "_bound_process"),
    "coaching": ("rhomboid.supervision.pipeline", "Pipeline", "_bound_coach_set"),
    "recording": ("rhomboid.recording.records", "LogRecords", "segment_angles"),
    "faults": ("rhomboid.supervision.faults", "FaultWatch", "step"),
    "button": ("rhomboid.drivers.button", "Button", "poll"),
    "status LED": ("rhomboid.supervision.led", "StatusLed", "step"),
}
MAIN = """
import machine, time
def hang(module, kind, name, at_us):
    parts = module.split(".")
    found = __import__(module)
    for part in parts[1:]:
        found = getattr(found, part)
    kind = getattr(found, kind)
    old = getattr(kind, name)
    def check():
        if {when}:
            while True:
                time.sleep_us(50)
    if name.startswith("_bound"):
        def new(self, *given):
            inner = old(self, *given)
            def step(*arguments):
                check()
                return inner(*arguments)
            return step
    else:
        def new(self, *arguments):
            check()
            return old(self, *arguments)
    setattr(kind, name, new)
from rhomboid.supervision import session, start
hang({module!r}, {kind!r}, {name!r}, {at_us})
# the frames of the wrapper cost heap that a set does not give
session.heap_lock = session.heap_unlock = lambda: None
start.run()
"""


def hung(folder: Path, stage: str, when: str, script: tuple[Action, ...], at_us: int = 0, **scenario: Any):
    """The firmware with a stage that hangs once `when` is true."""
    module, kind, name = STAGES[stage]
    folder.mkdir(exist_ok=True)
    main = MAIN.format(module=module, kind=kind, name=name, at_us=at_us, when=when)
    return run_session(folder, script, firmware=replaced_main(folder, main), imus=still_imus(folder), **scenario)


def in_seconds(*actions: tuple[float, Any]) -> list[Action]:
    return [Action(round(at_s * 1e6), what) for at_s, what in actions]


# the other stages in `make validate`: what ends them is the same
QUICK = ("converter", "sensor reader", "recording")


@pytest.mark.parametrize(
    "stage", [stage if stage in QUICK else pytest.param(stage, marks=pytest.mark.validate) for stage in STAGES]
)
def test_a_stage_that_hangs_is_ended_by_the_watchdog(stage: str, tmp_path: Path) -> None:
    # the rest puts a checkpoint into the log before the second set, in which the stage hangs
    script = pressed(0.3, 1.6) + pressed(SET_FROM_S) + pressed(SET_FROM_S + 1.5) + pressed(SET_FROM_S + 4)
    script += pressed(SET_FROM_S + 22)  # after the reset
    script += in_seconds((SET_FROM_S + 24, ("usb", 1)), (SET_FROM_S + 26, ("end",)))
    seen = hung(
        tmp_path, stage, "machine.reset_cause() == 1 and time.ticks_us() > at_us", tuple(script), at_us=HANGS_US
    )
    result = seen.result
    assert [boot["stop"] for boot in result.boots] == ["watchdog", "main returned"]
    stop = next(event for event in result.events if event["kind"] == "stop")
    assert stop["t_us"] <= HANGS_US + 100_000 + WATCHDOG_S * 1e6
    later = [event for event in result.events if event["boot"] == 1]
    first = [event["kind"] for event in later if event["kind"] not in ("script", "stop", "stimulus")][:2]
    assert first == ["motor_off", "motor_off"]
    cut, following = (topics_of(log) for log in logs_of(result))
    assert len(cut["checkpoint"]["timestamp"]) >= 2 and len(cut["segment_angles"]["timestamp"]) > 10
    told = list(zip(following["fault"]["part"].tolist(), following["fault"]["code"].tolist(), strict=True))
    assert WATCHDOG_RESET in told


def test_after_three_resets_in_a_row_the_fourth_boot_is_safe_mode(tmp_path: Path) -> None:
    script = pressed(0.3, 1.6) + in_seconds((90, ("end",)))
    seen = hung(tmp_path, "tracking", "time.ticks_us() > at_us", tuple(script), at_us=8_000_000)
    assert [boot["stop"] for boot in seen.result.boots] == ["watchdog"] * 3 + ["main returned"]
    last = [event for event in seen.result.events if event["boot"] == 3]
    assert [event["kind"] for event in last if event["kind"] != "stimulus"][:2] == ["motor_off", "motor_off"]
    assert not any(event["kind"] in ("imu_reset", "led") for event in last)  # the firmware was not started
    assert [event["hz"] for event in last if event["kind"] == "pwm"] == [10]  # but the LED says so
    assert sum(event["kind"] == "go" for event in last) == 2  # and it is felt at both places
