"""Is this the right board, with the right MicroPython? If not: what to put on it, and how."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from host_tools.device.bundle import architecture_of
from host_tools.device.connection import Connection
from host_tools.device.device_files import DeviceFiles
from host_tools.errors import Failed
from host_tools.sim.firmware_side import module
from host_tools.twin.run import load_board

OLDEST_MICROPYTHON = (1, 28)
# what micropython.org calls these boards
_UF2 = {
    "feather_rp2350": "ADAFRUIT_FEATHER_RP2350",
    "pico2_w": "RPI_PICO2_W",
    "pico": "RPI_PICO",
    "rp2040_bench": "RPI_PICO",
}
_CHIP_DRIVES = ("RPI-RP2", "RP2350")


class OtherMicroPython(Failed):
    """Another UF2 must go onto the device, which may format its storage: back up first."""


@dataclass(frozen=True)
class Identity:
    """board: name of its file in firmware/rhomboid/boards; architecture: of mpy-cross."""

    board: str
    architecture: str


def identify(device: Connection, files: DeviceFiles) -> Identity:
    """Raises Failed for a board that is not supported, OtherMicroPython for a MicroPython that is not."""
    board = board_name(device, files)
    facts = device.facts
    remedy = f"put MicroPython for {_UF2[board]} on it ({uf2_page(board)}): {_BY_HAND}"
    if facts.micropython[:2] < OLDEST_MICROPYTHON:
        version = ".".join(map(str, facts.micropython))
        raise OtherMicroPython(f"{device.port}: MicroPython {version} is too old; {remedy}")
    expected = load_board(board)["FILES_BYTES"]
    found = files.storage().total
    if found != expected:
        raise OtherMicroPython(
            f"{device.port}: its storage has {found // 1024} KB, a {board} has {expected // 1024} KB: "
            f"this is the MicroPython of another board; {remedy}"
        )
    try:
        architecture = architecture_of(facts.mpy)
    except Failed as error:
        raise OtherMicroPython(f"{device.port}: {error}; {remedy}") from error
    return Identity(board, architecture)


def board_name(device: Connection, files: DeviceFiles) -> str:
    """Name of the board's file. Raises Failed for a board that is not supported."""
    named = files.text("/board")
    known: tuple[tuple[str, str], ...] = module("rhomboid.supervision.board")._BY_MACHINE
    if named is not None and named.strip() in _UF2:
        return named.strip()
    for mark, name in known:
        if mark in device.facts.machine:
            return name
    boards = ", ".join(sorted(_UF2))
    raise Failed(
        f"{device.port}: wrong chip: '{device.facts.machine[:60]}' is none of {boards}; "
        "choose the right device with --port, or write the name of a board that is wired alike to its file /board"
    )


def uf2_page(board: str) -> str:
    """Where the MicroPython of a board is to be had."""
    return f"https://micropython.org/download/{_UF2[board]}/"


_BY_HAND = "hold BOOT while plugging it in, copy the UF2 file onto the drive that appears, wait 10 s, flash again"


def waiting_drive(roots: tuple[Path, ...] = ()) -> Path | None:
    """The drive of a board that waits in its boot-select mode, where MicroPython goes."""
    for root in roots or _mounts():
        for drive in sorted(root.glob("*")) + sorted(root.glob("*/*")):
            if drive.name.startswith(_CHIP_DRIVES) and (drive / "INFO_UF2.TXT").is_file():
                return drive
    return None


def _mounts() -> tuple[Path, ...]:
    return (Path("/Volumes"),) if sys.platform == "darwin" else (Path("/media"), Path("/run/media"))


def no_micropython(drive: Path) -> Failed:
    """What to say about a board in boot-select mode."""
    pages: dict[str, Any] = {name: uf2_page(board) for board, name in _UF2.items()}
    return Failed(
        f"{drive}: a board waits here without MicroPython; copy the UF2 file of your board onto it "
        f"({', '.join(pages.values())}), wait 10 s, flash again"
    )
