"""Motors and their drivers: set up once, lost and found again, never in the way of the loop."""

from pathlib import Path

import pytest

from host_tools.athlete.workout import Plan
from host_tools.sim.firmware_side import CALIBRATED_TACTORS, module
from host_tools.twin.run import Action, Scenario, run
from tests.hard_time_rig import SET_FROM_S, replaced_main, run_session, session_script, train

UPPER, LOWER, FAILED = 16, 17, 1
# bits of the DRV2605L's feedback register: LRA, brake 4x, medium gain, and the gain of the calibration
LRA_FEEDBACK = 0xB5
READ_BACK = """
from machine import I2C, Pin
from rhomboid.supervision import start
from rhomboid.supervision.device import Device
def measured(self, old=Device.start):
    for number, (sda, scl) in enumerate(((4, 5), (2, 3))):
        i2c = self.buses[number].i2c
        print("registers", number, list(i2c.readfrom_mem(0x5A, 0x16, 5)))
    old(self)
Device.start = measured
start.run()
"""


def first_start(folder: Path, *script: Action, **scenario):
    """A device without settings, until its cable is seen."""
    ends = (Action(12_000_000, ("usb", 1), "world"), Action(16_000_000, ("end",), "world"))
    return run(Scenario(script=(*script, *ends), duration_us=60_000_000, **scenario), folder / "out")


def calibration_of(result) -> list[int]:
    slots = module("rhomboid.settings.slots")
    path = result.files / "settings" / "a.json"
    return slots.decode(path.read_bytes())[0]["drv_calibration"] if path.exists() else []


def test_the_first_start_calibrates_both_motors_and_keeps_what_it_found(tmp_path: Path) -> None:
    result = first_start(tmp_path)
    assert len(result.of_kind("calibration")) == 2
    assert calibration_of(result) == CALIBRATED_TACTORS


def test_a_later_start_writes_it_back_and_calibrates_nothing(tmp_path: Path) -> None:
    script, _ = session_script(2.0, rest_s=1.0)
    seen = run_session(
        tmp_path, script, {"raw_imu": 0}, firmware=replaced_main(tmp_path, READ_BACK), board="feather_rp2350"
    )
    assert seen.result.of_kind("calibration") == []
    # rated voltage, overdrive clamp, compensation, back-EMF, feedback
    told = [line.split(" ", 2)[2] for line in seen.result.console.splitlines() if line.startswith("registers")]
    assert told == [f"[62, 140, 13, 110, {LRA_FEEDBACK}]"] * 2


def test_a_motor_that_is_not_connected_leaves_the_calibration_open_and_is_told(tmp_path: Path) -> None:
    result = first_start(tmp_path, Action(0, ("tactor", "upper", "motor_open", 1), "world"))
    assert calibration_of(result) == []


@pytest.mark.parametrize("name", ["upper", "lower"])
def test_a_driver_that_is_unplugged_for_two_seconds_is_set_up_again_and_leaves_one_record(
    name: str, tmp_path: Path
) -> None:
    begin_s, end_s = SET_FROM_S + 1, SET_FROM_S + 3
    faults = [
        Action(round(at_s * 1e6), ("tactor", name, "unplugged", value)) for at_s, value in ((begin_s, 1), (end_s, 0))
    ]
    script, _ = session_script(5.0, *faults)
    seen = run_session(tmp_path, script)
    [(part, code, began_us, ended_us)] = seen.faults()
    assert (part, code) == (UPPER if name == "upper" else LOWER, FAILED)
    assert 0 <= began_us - seen.at(begin_s) <= 350_000 and 0 <= ended_us - seen.at(end_s) <= 350_000
    # the signal that the set has ended is felt again: library and drive of an LRA stand in the chip
    ended = [event for event in seen.result.of_kind("go") if event["t_us"] > ended_us]
    assert {event["tactor"] for event in ended} == {"upper", "lower"}
    assert int(seen.topics["health"]["overruns"].max()) == 0


def test_a_dead_tactor_costs_its_own_cues_and_nothing_else(tmp_path: Path) -> None:
    plan = Plan(sets=(4,), false_starts=0, regrips=0)
    done = train(tmp_path, plan, seed=3, faults=("tactor:upper:unplugged@5+100",))
    health = done.seen.topics["health"]
    assert health["overruns"].max() == 0 and len(done.seen.topics["repetition"]["timestamp"]) == 4
    assert {event["tactor"] for event in done.seen.result.of_kind("go") if event["t_us"] > done.seen.at(10)} == {
        "lower"
    }
    assert {record[0] for record in done.seen.faults()} >= {UPPER}


def test_a_pattern_of_ones_own_is_what_is_felt(tmp_path: Path) -> None:
    script, _ = session_script(2.0, rest_s=1.0)
    own = {"set_begun": "- -|", "set_ended": "|..."}
    seen = run_session(tmp_path, script, {"raw_imu": 0, "cue_patterns": own, "haptic_strength_percent": 50})
    goes = [event for event in seen.result.of_kind("go") if event["t_us"] > seen.at(SET_FROM_S)]
    felt = [(event["tactor"], event["waveform"][:5]) for event in goes]
    # buzz at 60 % twice, 120 ms between; the pulse before the effort; then three clicks at 60 %
    assert felt == [("upper", [49, 0x8C, 49, 0, 0]), ("lower", [2, 0, 0, 0, 0]), ("lower", [2, 2, 2, 0, 0])]
