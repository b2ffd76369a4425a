"""Settings and logs go into one file and come back; a file that was tampered with writes nothing."""

import json
import zipfile
from pathlib import Path

import pytest

from host_tools.cli import main
from host_tools.device.connection import connected
from host_tools.device.device_files import DeviceFiles
from host_tools.sim.firmware_side import default_settings, write_slot
from host_tools.twin.port import PortBoard

from .conftest import Plug

LOG = bytes(range(256)) * 100


def hashes(board: PortBoard) -> dict[str, str | None]:
    with connected(board.port) as device:
        return DeviceFiles(device).hashes(["/settings", "/logs"])


def save(board: PortBoard, folder: Path, capsys: pytest.CaptureFixture) -> Path:
    assert main(["backup", "--port", board.port, "--out", str(folder)]) == 0
    return Path(capsys.readouterr().out.strip())


@pytest.fixture
def used(plug: Plug, tmp_path: Path) -> PortBoard:
    write_slot(default_settings() | {"side": "left"}, tmp_path / "a.json")
    (tmp_path / "log").write_bytes(LOG)
    (tmp_path / "number").write_text("3")
    files = {"/settings/a.json": "a.json", "/logs/00003.ulg": "log", "/logs/number": "number"}
    return plug("blank", files={path: tmp_path / name for path, name in files.items()})


def test_a_formatted_device_gets_everything_back(
    used: PortBoard, plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    archive = save(used, tmp_path, capsys)
    fresh = plug("blank")
    assert main(["restore", str(archive), "--port", fresh.port]) == 0
    assert "3 files written" in capsys.readouterr().out
    assert hashes(fresh) == hashes(used)
    assert main(["restore", str(archive), "--port", fresh.port]) == 0
    assert "0 files written, 3 kept" in capsys.readouterr().out


def test_a_log_that_the_device_has_otherwise_stays(
    used: PortBoard, plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    archive = save(used, tmp_path, capsys)
    (tmp_path / "newer").write_bytes(b"another workout")
    other = plug("blank", files={"/logs/00003.ulg": tmp_path / "newer"})
    before = hashes(other)["/logs/00003.ulg"]
    assert main(["restore", str(archive), "--port", other.port]) == 0
    assert hashes(other)["/logs/00003.ulg"] == before


@pytest.mark.parametrize(
    "name", ["/../boot.py", "/boot.py", "/logs/../main.py", "/settings/c.json", "//logs/00001.ulg"]
)
def test_a_file_that_does_not_belong_in_a_backup_writes_nothing(
    plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture, name: str
) -> None:
    archive = tmp_path / "evil.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(name[1:], b"x")
        file.writestr("contents.json", json.dumps({"files": {name: "0"}}))
    board = plug("blank")
    assert main(["restore", str(archive), "--port", board.port]) == 2
    assert "nothing was written" in capsys.readouterr().err
    assert hashes(board) == {}


def test_a_damaged_backup_is_refused(used: PortBoard, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    archive = save(used, tmp_path, capsys)
    archive.write_bytes(archive.read_bytes()[:-30])
    assert main(["restore", str(archive), "--port", used.port]) == 2
    assert "not a backup" in capsys.readouterr().err
