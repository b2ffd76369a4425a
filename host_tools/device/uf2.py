"""A UF2 file of MicroPython: whose it is, before it may go onto a board and format its storage."""

import struct
from pathlib import Path

from host_tools.errors import BadInput
from host_tools.sim.firmware_side import module

# github.com/microsoft/uf2: 512-byte blocks, magic numbers at both ends, payload of at most 476 bytes from byte 32
_BLOCK = struct.Struct("<IIIIIIII")
_BLOCK_BYTES = 512
_MAGIC, _MAGIC_2, _MAGIC_END = 0x0A324655, 0x9E5D5157, 0x0AB16F30


def board_of(path: Path) -> str:
    """Name of the board that this MicroPython was built for. Raises BadInput when it is none of ours, or no UF2."""
    try:
        content = _payload(path.read_bytes())
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}; check the path") from error
    except ValueError as error:
        raise BadInput(f"{path}: not a UF2 file ({error}); download it again") from error
    for mark, board in module("rhomboid.supervision.board")._BY_MACHINE:
        # what os.uname().machine will say
        if f"{mark} with RP2".encode() in content or f"{mark} W with RP2".encode() in content:
            return board
    raise BadInput(f"{path}: no MicroPython for a board of ours; see `rhomboid doctor` for the right page")


def _payload(data: bytes) -> bytes:
    if not data or len(data) % _BLOCK_BYTES:
        raise ValueError("its length is no multiple of 512")
    content = bytearray()
    for at in range(0, len(data), _BLOCK_BYTES):
        first, second, _, _, count, _, _, _ = _BLOCK.unpack_from(data, at)
        (end,) = struct.unpack_from("<I", data, at + _BLOCK_BYTES - 4)
        if (first, second, end) != (_MAGIC, _MAGIC_2, _MAGIC_END) or count > 476:
            raise ValueError(f"block {at // _BLOCK_BYTES} is damaged")
        content += data[at + 32 : at + 32 + count]
    return bytes(content)
