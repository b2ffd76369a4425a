"""What the computer is told of a storage that was formatted, of a crash, of safe mode; and when a log was recorded."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from host_tools.analysis.note import read_note
from host_tools.analysis.reader import read
from host_tools.cli import main
from host_tools.twin.port import PortBoard
from host_tools.twin.run import Action

from .conftest import Mpremote, Plug, booted

NEW = "new or was formatted"


def usb(at_s: float, present: int) -> Action:
    return Action(round(at_s * 1e6), ("usb", present), clock="world")


def press(at_s: float, level: int = 1) -> Action:
    return Action(round(at_s * 1e6), ("button", level), clock="world")


def doctor_line(board: PortBoard, part: str, capsys: pytest.CaptureFixture) -> str:
    capsys.readouterr()
    main(["doctor", "--port", board.port])
    return next(line for line in capsys.readouterr().out.splitlines() if part in line)


def test_a_storage_that_was_formatted_is_told_until_the_computer_knows(
    plug: Plug, mpremote: Mpremote, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    board = plug()
    board.wait_for_prompt()
    mpremote(board, "exec", "import os; os.remove('/boots')")  # firmware that is frozen finds such a file system
    board.power_off()
    board.power_on()
    board.plug()
    board.wait_for_prompt()
    assert mpremote(board, "resume", "cat", ":/boots") == "1 new"
    assert "formatted since" in doctor_line(board, "storage", capsys)
    assert main(["pull", "--port", board.port, "--out", str(tmp_path / "logs")]) == 0
    assert NEW in capsys.readouterr().out
    assert "formatted" not in doctor_line(board, "storage", capsys)
    assert main(["pull", "--port", board.port, "--out", str(tmp_path / "logs")]) == 0
    assert NEW not in capsys.readouterr().out


def test_flash_knows_a_storage_that_it_has_never_seen(plug: Plug, capsys: pytest.CaptureFixture) -> None:
    board = plug("blank", usb=False)
    assert main(["flash", "--port", board.port]) == 0
    assert NEW in capsys.readouterr().out
    assert booted(board)
    assert main(["flash", "--port", board.port]) == 0
    assert NEW not in capsys.readouterr().out


def test_safe_mode_flashes_and_the_computer_reaches_it(plug: Plug, mpremote: Mpremote) -> None:
    board = plug(usb=False, script=(press(0), press(5, 0)))
    board.wait_for_prompt()
    said = mpremote(board, "resume", "exec", "import time; time.sleep(3); import os; print(os.listdir('/'))")
    assert "boots" in said
    events = board.events()
    assert not any(event["kind"] == "go" and event["t_us"] > 1_500_000 for event in events)
    assert [event["hz"] for event in events if event["kind"] == "pwm"] == [10]


def test_a_crash_is_shown_by_the_led_and_told_by_the_doctor(
    plug: Plug, mpremote: Mpremote, capsys: pytest.CaptureFixture
) -> None:
    board = plug()
    board.wait_for_prompt()
    broken = "from rhomboid.supervision import start\nstart._run = lambda *given: 1 // 0\nstart.run()\n"
    mpremote(board, "resume", "exec", f"with open('/main.py', 'w') as file: file.write({broken!r})")
    board.power_off()
    board.power_on()
    board.plug()
    board.wait_for_prompt()
    assert any(event["kind"] == "pwm" for event in board.events(board.boots - 1))
    assert "ZeroDivisionError" in doctor_line(board, "firmware", capsys)
    assert main(["flash", "--port", board.port]) == 0
    assert booted(board)
    assert "crashed" not in doctor_line(board, "firmware", capsys)


def test_a_log_begun_before_the_clock_was_set_gets_its_time(plug: Plug, tmp_path: Path) -> None:
    board = plug(usb=False, script=(press(8), press(8.1, 0), usb(30, 1)))
    board.wait_for_prompt()
    assert main(["pull", "--no-ask", "--port", board.port, "--out", str(tmp_path)]) == 0
    (log,) = tmp_path.glob("*.ulg")
    began = read_note(log).began_utc
    assert began is not None
    # the set began at 8.5 s and the cable came at 30 s; time stands still at the prompt
    assert 15 < (datetime.now(UTC) - began).total_seconds() < 60
    # and again, with the clock set meanwhile, from another computer
    other = tmp_path / "other"
    assert main(["pull", "--no-ask", "--port", board.port, "--out", str(other)]) == 0
    (again,) = other.glob("*.ulg")
    assert read_note(again).began_utc is not None
    assert abs((read_note(again).began_utc - began).total_seconds()) <= 1


def test_the_clock_goes_on_when_the_cable_is_pulled(plug: Plug, mpremote: Mpremote) -> None:
    board = plug(usb=False, script=(usb(6, 1), usb(30, 0), press(45), press(45.1, 0), usb(60, 1)))
    board.wait_for_prompt()
    boots = board.boots
    mpremote(board, "resume", "exec", "import machine; machine.RTC().datetime((2026, 5, 4, 0, 12, 0, 0, 0))")
    mpremote(board, "resume", "exec", "--no-follow", "import time; time.sleep(40)")
    until = time.monotonic() + 15
    while board.boots == boots and time.monotonic() < until:
        time.sleep(0.02)
    board.wait_for_prompt()
    assert mpremote(board, "resume", "exec", "import time; print(time.gmtime()[:4])") == "(2026, 5, 4, 12)\n"
    data = mpremote(board, "resume", "exec", "import os; print(os.listdir('/logs'))")
    assert "00001.ulg" in data


def test_the_number_of_the_boot_stands_in_the_log(plug: Plug, tmp_path: Path) -> None:
    board = plug(usb=False, script=(press(8), press(8.1, 0), usb(20, 1)))
    board.wait_for_prompt()
    assert main(["pull", "--no-ask", "--port", board.port, "--out", str(tmp_path)]) == 0
    (log,) = tmp_path.glob("*.ulg")
    assert read(log).info["boots"] == 1
    assert json.dumps(read(log).info["problems"] if "problems" in read(log).info else []) == "[]"
