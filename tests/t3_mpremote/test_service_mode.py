"""SERVICE begins with the cable or with Ctrl-C, keeps what was recorded, and ends with the cable."""

import time

from host_tools.analysis.reader import read_bytes
from host_tools.device.backup import read_file
from host_tools.device.connection import connect
from host_tools.device.device_files import DeviceFiles
from host_tools.twin.port import PortBoard
from host_tools.twin.run import Action

from .conftest import Mpremote, Plug, booted


def usb(at_s: float, present: int) -> Action:
    return Action(round(at_s * 1e6), ("usb", present), clock="world")


def press(at_s: float) -> tuple[Action, Action]:
    begin_us = round(at_s * 1e6)
    return Action(begin_us, ("button", 1), clock="world"), Action(begin_us + 100_000, ("button", 0), clock="world")


def first_log(board: PortBoard) -> bytes:
    device = connect(board.port)
    try:
        data = read_file(device, DeviceFiles(device), "/logs/00001.ulg")
    finally:
        device.close()
    assert data is not None
    return data


def test_the_cable_ends_a_set_with_its_log_closed(plug: Plug) -> None:
    board = plug(usb=False, script=(*press(8), usb(20, 1)))
    board.wait_for_prompt()
    log = read_bytes(first_log(board), "log")
    assert log.complete and not log.problems
    assert len(log.topics["segment_angles"]["timestamp"]) > 100


def test_a_second_ctrl_c_does_not_cut_the_closing_short(plug: Plug, mpremote: Mpremote) -> None:
    board = plug(usb=False, script=press(8))
    while board.world_us() < 20_000_000:
        time.sleep(0.05)
    device = connect(board.port)
    device.close()
    mpremote(board, "resume", "exec", "pass")
    assert read_bytes(first_log(board), "log").complete


def test_in_service_the_watchdog_sleeps_and_the_front_ends_are_off(plug: Plug, mpremote: Mpremote) -> None:
    board = plug(usb=False, script=(*press(8), usb(20, 1)))
    board.wait_for_prompt()
    boots = board.boots
    assert (
        mpremote(board, "resume", "exec", "import time, machine; time.sleep(12); print(machine.Pin(0).value())")
        == "0\n"
    )
    assert board.boots == boots


def test_pulling_the_cable_makes_the_device_ready_again(plug: Plug, mpremote: Mpremote) -> None:
    # it bounces at 20 s and goes at 30 s
    board = plug(usb=False, script=(usb(1, 1), usb(20, 0), usb(20.05, 1), usb(30, 0)))
    board.wait_for_prompt()
    boots = board.boots
    mpremote(board, "resume", "exec", "import time; time.sleep(20)")
    assert board.boots == boots
    mpremote(board, "resume", "exec", "--no-follow", "time.sleep(20)")
    until = time.monotonic() + 10
    while board.boots == boots and time.monotonic() < until:
        time.sleep(0.02)
    assert board.boots == boots + 1 and booted(board)
