"""Runs in MicroPython: a flash in memory under littlefs, with a journal of its erases and page programs.

Journal: per operation a byte (1 erase, 2 program), address and length (uint32, little-endian), and a program's data.
"""

import struct

import micropython
import vfs

ERASE_BYTES = 4096
PAGE_BYTES = 256
ERASE = 1
PROGRAM = 2


@micropython.viper
def clear_bits(image: ptr8, address: int, data: ptr8, count: int):
    """Program: bits go from 1 to 0 only."""
    for k in range(count):
        image[address + k] = int(image[address + k]) & int(data[k])


class Flash:
    """Block device of littlefs over `image`; operations go to the file `journal` when given, and are counted."""

    def __init__(self, image, journal=None):
        self.image = image
        self.operations = 0
        self.erases = 0
        self.programs = 0
        self._journal = journal
        self._blank = b"\xff" * ERASE_BYTES

    def erase(self, address):
        self._note(ERASE, address, ERASE_BYTES)
        self.erases += 1
        self.image[address : address + ERASE_BYTES] = self._blank

    def program(self, address, page):
        self._note(PROGRAM, address, len(page))
        self.programs += 1
        if self._journal:
            self._journal.write(page)
        clear_bits(self.image, address, page, len(page))

    def _note(self, kind, address, length):
        self.operations += 1
        if self._journal:
            self._journal.write(struct.pack("<BII", kind, address, length))

    def readblocks(self, number, buffer, offset=0):
        address = number * ERASE_BYTES + offset
        buffer[:] = memoryview(self.image)[address : address + len(buffer)]

    def writeblocks(self, number, buffer, offset=0):
        address = number * ERASE_BYTES + offset
        data = memoryview(buffer)
        for k in range(0, len(data), PAGE_BYTES):
            self.program(address + k, data[k : k + PAGE_BYTES])

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self.image) // ERASE_BYTES
        if operation == 5:
            return ERASE_BYTES
        if operation == 6:
            self.erase(argument * ERASE_BYTES)
        return 0


def filesystem(flash):
    """littlefs as the chip's boot code makes it. Raises OSError when there is none."""
    return vfs.VfsLfs2(flash, progsize=PAGE_BYTES)


def format(flash):
    vfs.VfsLfs2.mkfs(flash, progsize=PAGE_BYTES)
