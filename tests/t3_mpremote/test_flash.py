"""An update sends what changed, and a cut at any byte of it leaves a device that boots, with settings and logs."""

import time
from pathlib import Path

import pytest

from host_tools.cli import main
from host_tools.device.bundle import Bundle
from host_tools.device.connection import connected
from host_tools.device.device_files import DeviceFiles
from host_tools.device.flash import Flashed, flash
from host_tools.errors import Failed
from host_tools.sim.firmware_side import default_settings, write_slot
from host_tools.twin.port import PortBoard
from tests.validate.tables import write_table

from .conftest import Plug, booted, version

KEPT = ("/settings/a.json", "/logs/00001.ulg")
CUT_POINTS = 320  # bar of the issue: at least 300


def update(board: PortBoard, bundle: Bundle) -> Flashed:
    with connected(board.port) as device:
        return flash(device, bundle)


def kept_hashes(board: PortBoard) -> dict[str, str | None]:
    with connected(board.port) as device:
        return DeviceFiles(device).hashes(files=KEPT)


@pytest.fixture
def used(plug: Plug, tmp_path: Path) -> PortBoard:
    """A device with firmware, settings of its own and a log."""
    slot, log = tmp_path / "a.json", tmp_path / "log"
    write_slot(default_settings() | {"exercise": "y_raise"}, slot)
    log.write_bytes(bytes(range(256)) * 300)
    return plug(usb=False, files=dict(zip(KEPT, (slot, log), strict=True)))


def test_a_blank_board_becomes_a_device(plug: Plug, built: Bundle, capsys: pytest.CaptureFixture) -> None:
    board = plug("blank", usb=False)
    assert main(["flash", "--port", board.port]) == 0
    assert f"Version {built.version} runs from slot a" in capsys.readouterr().out
    assert booted(board)


def test_without_a_change_nothing_is_sent_within_two_seconds(
    plug: Plug, built: Bundle, capsys: pytest.CaptureFixture
) -> None:
    board = plug()
    began = time.monotonic()
    assert main(["flash", "--port", str(board.link)]) == 0
    assert time.monotonic() - began < 2.0
    assert "nothing sent" in capsys.readouterr().out


def test_an_update_sends_what_changed_and_switches_the_slot(
    used: PortBoard, built: Bundle, next_version: Bundle
) -> None:
    before = kept_hashes(used)
    done = update(used, next_version)
    assert done.sent == ("/app_b/rhomboid/__init__.mpy",)
    assert done.slot == "b" and done.copied == len(built.slot) - 1
    assert booted(used) and version(used) == "99.0.0"
    back = update(used, built)
    assert (back.slot, back.sent, back.copied) == ("a", (), 0)  # slot a still holds it
    assert version(used) == built.version
    assert kept_hashes(used) == before


def cut(board: PortBoard, bundle: Bundle, count: int, power: bool) -> bool:
    """Pull the cable `count` bytes into an update, and start the board again; False when the update ended before."""
    board.cut_after(count, power)
    try:
        update(board, bundle)
        hit = board.wait_for_cut(0.2)  # perhaps in its last bytes
    except Failed as error:
        assert "unplugged" in str(error)
        hit = board.wait_for_cut(5)
        assert hit
    if hit:
        board.power_off()
        board.power_on()
        board.plug()
    return hit


def survive_cuts(board: PortBoard, versions: tuple[Bundle, Bundle], counts: list[int]) -> dict[str, int]:
    """Cut an update at each count; the device must boot, hold its data, take the update. What was found, counted."""
    before = kept_hashes(board)
    found = {"cut": 0, "old version": 0, "new version": 0}
    for number, count in enumerate(counts):
        found["cut"] += cut(board, versions[1], count, power=number % 2 == 0)
        assert booted(board), f"cut after {count} bytes: does not boot"
        with connected(board.port) as device:
            running = device.ask("import json, rhomboid; print(json.dumps(rhomboid.VERSION))")
            assert running in (versions[0].version, versions[1].version), count
            found["new version" if running == versions[1].version else "old version"] += 1
            assert DeviceFiles(device).hashes(files=KEPT) == before, count
            assert flash(device, versions[1]).version == versions[1].version, count
        versions = (versions[1], versions[0])
    return found


def bytes_of_an_update(board: PortBoard, there: Bundle, back: Bundle) -> int:
    update(board, there)
    begun = board.received
    update(board, back)
    return board.received - begun


def test_a_cut_update_leaves_a_device_that_boots(used: PortBoard, built: Bundle, next_version: Bundle) -> None:
    assert survive_cuts(used, (built, next_version), [40, 5000, 9000])["cut"] >= 2


@pytest.mark.validate
def test_an_update_cut_at_every_nth_byte_leaves_a_device_that_boots(
    used: PortBoard, built: Bundle, next_version: Bundle
) -> None:
    total = bytes_of_an_update(used, next_version, built)
    step = max(total // CUT_POINTS, 1)
    found = survive_cuts(used, (built, next_version), list(range(1, total, step)))
    rows = [(what, times) for what, times in found.items()]
    write_table("flash_cuts", f"An update of {total} bytes cut at every {step}th byte", ("found", "times"), rows)
    assert found["cut"] >= 300


def test_a_first_installation_that_was_cut_is_completed_by_the_next(plug: Plug, built: Bundle) -> None:
    board = plug("blank", usb=False)
    for count in (100_000, 250_000):
        assert cut(board, built, count, power=True)
    assert update(board, built).slot == "a"
    assert booted(board)


def test_a_full_device_says_so_and_keeps_running(
    plug: Plug, next_version: Bundle, built: Bundle, tmp_path: Path
) -> None:
    filler = tmp_path / "filler"
    filler.write_bytes(bytes(6_300_000))
    board = plug(files={"/filler": filler})
    with pytest.raises(Failed, match="storage is full.*pull --free"):
        update(board, next_version)
    assert version(board) == built.version
