"""What goes wrong in the field is told in one line with the remedy, and an exit code."""

import errno
import os
import struct
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import serial
from serial.tools import list_ports

from host_tools.cli import main
from host_tools.device import connection, identity, ports
from host_tools.device.connection import connect
from host_tools.errors import Failed
from host_tools.twin import run
from host_tools.twin.port import PortBoard, PortOptions

from .conftest import Plug


def told(capsys: pytest.CaptureFixture, *arguments: str, code: int = 1) -> str:
    """Run a command that fails; its one line."""
    assert main(arguments) == code
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    return line


def usb(*names: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(device=name, vid=0x239A, pid=0x8160, serial_number=name[-1]) for name in names]


def test_no_device(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(list_ports, "comports", lambda: [SimpleNamespace(device="/dev/ttyS0", vid=None, pid=None)])
    assert "no device found; plug it in" in told(capsys, "pull")


def test_two_devices(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(list_ports, "comports", lambda: usb("/dev/ttyACM1", "/dev/ttyACM0"))
    assert "/dev/ttyACM0, /dev/ttyACM1; choose one with --port" in told(capsys, "doctor")


def test_connect_strings_of_mpremote_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_ports, "comports", lambda: usb("/dev/ttyACM7"))
    given = (None, "auto", "id:7", "a7", "port:/dev/ttyACM7", "/dev/ttyACM7")
    assert {ports.find(port) for port in given} == {"/dev/ttyACM7"}
    with pytest.raises(Failed, match="serial number 8"):
        ports.find("id:8")


def test_a_port_that_is_not_there(capsys: pytest.CaptureFixture) -> None:
    assert "no such port; plug the device in" in told(capsys, "pull", "--port", "/dev/ttyNowhere")


def test_permission_denied(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    def refused(*_: object, **__: object) -> None:
        raise serial.SerialException(errno.EACCES, "could not open port /dev/tty")

    monkeypatch.setattr(serial, "serial_for_url", refused)
    line = told(capsys, "doctor", "--port", "/dev/tty")
    assert "permission denied; add yourself to the port's group (sudo usermod -aG" in line


def test_a_port_that_another_program_holds(plug: Plug, capsys: pytest.CaptureFixture) -> None:
    board = plug("blank")
    with serial.Serial(board.port, exclusive=True):
        assert "busy; close the other program" in told(capsys, "pull", "--port", board.port)


BUSY = """
import micropython, time
micropython.kbd_intr(-1)
while True:
    try:
        time.sleep_ms(100)
    except KeyboardInterrupt:
        print("still here")
"""


def test_a_device_that_does_not_hand_over(plug: Plug, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.py").write_text(BUSY)
    board = plug("blank", files={"/main.py": tmp_path / "main.py"})
    monkeypatch.setattr(connection, "_READ_S", 0.3)
    monkeypatch.setattr(connection, "_ATTEMPTS", 1)
    with pytest.raises(Failed, match="busy in another mode.*reset button"):
        connect(board.port, hand_over_s=0.3)


def test_a_device_without_micropython_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    import pty

    monkeypatch.setattr(connection, "_READ_S", 0.2)
    monkeypatch.setattr(connection, "_ATTEMPTS", 1)
    outer, inner = pty.openpty()
    with pytest.raises(Failed, match="silent.*UF2"):
        connect(os.ttyname(inner), hand_over_s=0.2)
    os.close(outer)
    os.close(inner)


def test_unplugged_in_the_middle(plug: Plug, capsys: pytest.CaptureFixture) -> None:
    board = plug()
    board.wait_for_prompt()
    board.cut_after(3000, power=False)
    assert "unplugged in the middle; plug it in again" in told(capsys, "doctor", "--port", board.port)


def test_a_full_disk_of_this_computer(plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "log").write_bytes(b"x" * 1000)
    (tmp_path / "full").symlink_to("/dev/full")
    board = plug("blank", files={"/logs/00001.ulg": tmp_path / "log"})
    out = tmp_path / "logs"
    out.mkdir()
    (out / "4f4944_00001.ulg.part").symlink_to("/dev/full")
    line = told(capsys, "pull", "--port", board.port, "--out", str(out))
    assert "No space left on device; make room or choose another --out" in line


def test_a_folder_that_is_a_file(plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "log").write_bytes(b"x")
    board = plug("blank", files={"/logs/00001.ulg": tmp_path / "log"})
    line = told(capsys, "pull", "--port", board.port, "--out", str(tmp_path / "log"))
    assert "choose another --out" in line


def flash_says(plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture, **options: object) -> str:
    (tmp_path / "log").write_bytes(b"a log")
    board = plug("blank", options=PortOptions(**options), files={"/logs/00001.ulg": tmp_path / "log"})
    return told(capsys, "flash", "--port", board.port, "--backup-to", str(tmp_path / "backup"))


def test_a_micropython_that_is_too_old_is_told_after_a_backup(
    plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    line = flash_says(plug, tmp_path, capsys, micropython="1.24.1")
    assert "MicroPython 1.24.1 is too old" in line and "ADAFRUIT_FEATHER_RP2350" in line and "hold BOOT" in line
    (kept,) = (tmp_path / "backup").iterdir()
    assert f"rhomboid restore {kept}" in line


def test_a_chip_that_runs_no_native_code_of_ours_is_told(
    plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert "no native code" in flash_says(plug, tmp_path, capsys, mpy=0x0306)


def test_the_micropython_of_another_board_is_told_after_a_backup(
    plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(run.MACHINE_NAMES, "feather_rp2350", "Raspberry Pi Pico 2 W with RP2350")
    board = plug("blank")
    line = told(capsys, "flash", "--port", board.port, "--backup-to", str(tmp_path))
    assert "7168 KB, a pico2_w has 2560 KB" in line and "RPI_PICO2_W" in line
    assert list(tmp_path.glob("rhomboid_*.zip"))


def uf2(path: Path, machine: str) -> Path:
    """A UF2 file whose program holds a machine name, as MicroPython's do."""
    content = (b"\0" * 300 + machine.encode() + b"\0").ljust(512, b"\0")
    blocks = bytearray()
    for number in range(2):
        payload = content[256 * number : 256 * number + 256]
        blocks += struct.pack("<8I", 0x0A324655, 0x9E5D5157, 0, 0x10000000, 256, number, 2, 0xE48BFF59)
        blocks += payload.ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30)
    path.write_bytes(blocks)
    return path


def test_a_uf2_of_another_board_is_refused(plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    board = plug("blank")
    path = uf2(tmp_path / "pico.uf2", "Raspberry Pi Pico 2 W with RP2350")
    line = told(capsys, "flash", "--uf2", str(path), "--port", board.port, code=2)
    assert "made for a pico2_w, this is a feather_rp2350: its storage would be formatted" in line
    path.write_bytes(b"x" * 512)
    assert "not a UF2 file" in told(capsys, "flash", "--uf2", str(path), "--port", board.port, code=2)


def test_a_uf2_of_this_board_is_prepared_with_a_backup(
    plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    board = plug("blank")
    path = uf2(tmp_path / "feather.uf2", "Adafruit Feather RP2350 with RP2350")
    assert main(["flash", "--uf2", str(path), "--port", board.port, "--backup-to", str(tmp_path)]) == 0
    assert "waits as a drive" in capsys.readouterr().out
    assert list(tmp_path.glob("rhomboid_*.zip"))


def test_the_wrong_chip(plug: Plug, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(run.MACHINE_NAMES, "feather_rp2350", "Generic ESP32 module with ESP32")
    board = plug("blank")
    assert "wrong chip: 'Generic ESP32" in told(capsys, "flash", "--port", board.port)


def test_a_board_that_waits_for_its_uf2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    drive = tmp_path / "maker" / "RP2350"
    drive.mkdir(parents=True)
    (drive / "INFO_UF2.TXT").write_text("UF2 Bootloader v1.0\nModel: Raspberry Pi RP2350\nBoard-ID: RP2350\n")
    monkeypatch.setattr(identity, "_mounts", lambda: (tmp_path,))
    monkeypatch.setattr(list_ports, "comports", lambda: [])
    line = told(capsys, "flash")
    assert f"{drive}: a board waits here without MicroPython; copy the UF2" in line
    assert "micropython.org/download/ADAFRUIT_FEATHER_RP2350" in line


def test_the_first_connection_does_not_wait_for_long(plug: Plug) -> None:
    board: PortBoard = plug()
    began = time.monotonic()
    connect(str(board.link)).close()
    assert time.monotonic() - began < 3.0
