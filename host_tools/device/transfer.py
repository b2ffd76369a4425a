"""Bytes of a file on the device over the cable: blocks with a checksum, as on_device/pull.py sends them."""

import struct
import zlib

from host_tools.device.connection import Connection, Stream

BLOCK_BYTES = 4096
_HEAD = struct.Struct("<HI")


class _Spoilt(Exception):
    """A block whose head or checksum is wrong."""


def receive(device: Connection, path: str, offset: int, count: int, blocks: list[bytes]) -> None:
    """Append the blocks of a part of the file to `blocks`, up to the first spoilt one.

    The device has on_device/files.py and on_device/pull.py. Raises Failed when the cable is pulled; what came before
    stands in `blocks`.
    """
    try:
        with device.streaming(f"_r_send({path!r}, {offset}, {count})") as stream:
            while data := _block(stream):
                blocks.append(data)
    except _Spoilt:
        device.drain()


def _block(stream: Stream) -> bytes:
    """The next block, empty at the end."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise _Spoilt
    length, crc = _HEAD.unpack(head)
    if length > BLOCK_BYTES:
        raise _Spoilt
    data = stream.read(length)
    if len(data) < length or zlib.crc32(data) != crc:
        raise _Spoilt
    return data
