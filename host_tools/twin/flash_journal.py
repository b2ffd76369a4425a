"""Flash operations of a run (Scenario.journal_flash), and the image that a power cut after any of them leaves
behind."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADER = struct.Struct("<BII")


@dataclass(frozen=True)
class Operation:
    """An erase (data is None) of `length` bytes at `address`, or a program of `data`."""

    address: int
    length: int
    data: bytes | None

    @property
    def journal_bytes(self) -> int:
        """What it takes in the journal."""
        return _HEADER.size + len(self.data or b"")


def operations(path: Path) -> Iterator[Operation]:
    """The operations in the journal at `path`, in order."""
    with open(path, "rb") as file:
        while header := file.read(_HEADER.size):
            kind, address, length = _HEADER.unpack(header)
            yield Operation(address, length, None if kind == 1 else file.read(length))


def apply(image: bytearray, operation: Operation, done: int | None = None) -> None:
    """Carry `operation` out on `image`; `done`: only so many bytes of it, as when the power fails within a program."""
    end = operation.address + (operation.length if done is None else done)
    if operation.data is None:
        image[operation.address : end] = b"\xff" * (end - operation.address)
        return
    for at in range(operation.address, end):
        image[at] &= operation.data[at - operation.address]


def image_after(base: Path, journal: Path, count: int) -> bytearray:
    """The image when the power fails after the first `count` operations; `base` is flash_base.bin of the run."""
    image = bytearray(base.read_bytes())
    for number, operation in enumerate(operations(journal)):
        if number == count:
            break
        apply(image, operation)
    return image
