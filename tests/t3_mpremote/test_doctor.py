"""The doctor finds each fault, names the part and the remedy, and finds nothing on a device that is well."""

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from host_tools.cli import main
from host_tools.twin.port import PortBoard, PortOptions
from host_tools.twin.run import Action

from .conftest import Plug


@dataclass(frozen=True)
class Fault:
    """How it is injected, and the line it must give: part, text and remedy as patterns."""

    part: str
    text: str
    remedy: str
    action: tuple = ()
    options: dict = field(default_factory=dict)
    filler_bytes: int = 0


SET = {"epoch_s": 1_790_000_000}
FAULTS = {
    "imu_absent": Fault("thorax IMU", "absent.*0x4a", "plug.*3.3 V", ("imu", "thorax", "unplugged", 1)),
    "imu_silent": Fault("scapula IMU", "silent", "power", ("imu", "scapula", "silent", 1)),
    "int_open": Fault("humerus IMU", "INT wire open", "INT wire", ("imu", "humerus", "int_open", 1)),
    "bus_stuck": Fault("I2C bus 0", "held low", "one by one", ("bus", 0, -1)),
    "emg_flat": Fault("EMG UT", "flat", "signal wire", ("emg", 0, 4, 0)),
    "emg_rail": Fault("EMG MT", "rail", "reference electrode", ("emg", 1, 1, 0)),
    "emg_mains": Fault("EMG LAT", "mains: .* 50 Hz", "electrode snaps", ("emg", 3, 3, 100)),
    "tactor_absent": Fault("lower tactor", "no answer", "plug", ("tactor", "lower", "unplugged", 1)),
    "battery_low": Fault("battery", "low: 9 %", "charger", ("battery", 9, 3400)),
    "storage_full": Fault("storage", "full", r"pull --free", filler_bytes=6_420_000),
    "clock_unset": Fault("clock", "not set", "set now", options={"epoch_s": None}),
    "watchdog": Fault("last reset", "watchdog", "last log", options={"bitten": True}),
}
# those that do not hide each other, on one board
TOGETHER = (
    ("imu_absent", "emg_flat", "battery_low", "clock_unset"),
    ("imu_silent", "emg_rail", "tactor_absent", "storage_full"),
    ("int_open", "emg_mains", "watchdog"),
    ("bus_stuck",),
)


def board_with(plug: Plug, tmp_path: Path, names: tuple[str, ...]) -> PortBoard:
    faults = [FAULTS[name] for name in names]
    options = dict(SET)
    for fault in faults:
        options |= fault.options
    files = {}
    if any(fault.filler_bytes for fault in faults):
        files["/filler"] = tmp_path / "filler"
        files["/filler"].write_bytes(bytes(max(fault.filler_bytes for fault in faults)))
    script = tuple(Action(0, fault.action, clock="world") for fault in faults if fault.action)
    return plug(script=script, options=PortOptions(**options), files=files)


def check(board: PortBoard, names: tuple[str, ...], capsys: pytest.CaptureFixture) -> None:
    assert main(["doctor", "--port", board.port, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    lines = {line["part"]: line for line in said["lines"]}
    for name in names:
        fault = FAULTS[name]
        line = lines[fault.part]
        assert line["verdict"] == "fault", (name, line)
        assert re.search(fault.text, line["text"]), (name, line)
        assert re.search(fault.remedy, line["remedy"]), (name, line)
    blamed = {part for part, line in lines.items() if line["verdict"] == "fault"}
    hidden = {part for part in blamed if lines[part]["remedy"].startswith("first see")}
    assert blamed - hidden == {FAULTS[name].part for name in names}


@pytest.mark.parametrize("names", TOGETHER, ids=lambda names: "-".join(names))
def test_each_fault_gives_its_line_and_its_remedy(
    plug: Plug, tmp_path: Path, names: tuple[str, ...], capsys: pytest.CaptureFixture
) -> None:
    check(board_with(plug, tmp_path, names), names, capsys)


@pytest.mark.validate
@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_alone_is_the_only_one_blamed(
    plug: Plug, tmp_path: Path, name: str, capsys: pytest.CaptureFixture
) -> None:
    check(board_with(plug, tmp_path, (name,)), (name,), capsys)


def test_a_device_that_is_well_gets_no_fault_and_goes_on(plug: Plug, capsys: pytest.CaptureFixture) -> None:
    board = plug(options=PortOptions(**SET))
    assert main(["doctor", "--port", board.port, "--felt"]) == 0
    said = capsys.readouterr().out
    assert "all is well" in said and "->" not in said
    until = time.monotonic() + 10
    while board.boots < 2 and time.monotonic() < until:
        time.sleep(0.02)
    board.wait_for_prompt()
    assert any(event["kind"] == "go" for event in board.events())


def test_without_firmware_the_doctor_says_what_to_do(plug: Plug, capsys: pytest.CaptureFixture) -> None:
    board = plug("blank", options=PortOptions(**SET))
    assert main(["doctor", "--port", board.port]) == 1
    assert "run `rhomboid flash`" in capsys.readouterr().out
