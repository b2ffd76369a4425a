"""CRC-32 as in zlib and PNG, without allocating: the integers of binascii.crc32 exceed a small int of 32 bits."""

from array import array

import micropython


@micropython.viper
def _fill(table: ptr32):
    """Table of the reflected polynomial EDB88320. 32-bit viper cannot hold a literal of 2^30 or more."""
    polynomial = 0xEDB8
    polynomial = (polynomial << 16) | 0x8320
    low_31_bits = 1
    low_31_bits = (low_31_bits << 31) - 1
    for n in range(256):
        c = n
        for _ in range(8):
            if c & 1:
                c = polynomial ^ ((c >> 1) & low_31_bits)
            else:
                c = (c >> 1) & low_31_bits
        table[n] = c


TABLE = array("I", [0] * 256)
_fill(TABLE)


@micropython.viper
def begin(state: ptr32):
    """Start a new CRC in state[0] of an array('I', 1)."""
    state[0] = -1


@micropython.viper
def update(table: ptr32, state: ptr32, data: ptr8, first: int, count: int):
    """Take data[first : first + count] into state[0]; `table` is TABLE."""
    crc = int(state[0])
    for k in range(count):
        crc = int(table[(crc ^ data[first + k]) & 255]) ^ ((crc >> 8) & 0xFF_FFFF)
    state[0] = crc


@micropython.viper
def store(state: ptr32, target: ptr8, offset: int):
    """Write the finished CRC as 4 little-endian bytes at target[offset]; the running state stays."""
    crc = int(state[0]) ^ -1
    for k in range(4):
        target[offset + k] = crc & 255
        crc >>= 8
