"""The flash that holds the files: 4 KB erase blocks, 256-byte program pages, and the CPU stalled meanwhile.

The image is a file of the host, so it survives resets and the heap knows nothing of it. Operations are counted, and
kept one by one in a binary journal when asked for (a power cut is a prefix of that journal): per operation a header
of 9 bytes (kind 1 = erase, 2 = program; address, length; little-endian uint32) and, for a program, the data.
"""

import micropython

from virtual import clock
from virtual.heap import enter, leave

ERASE_BYTES = 4096
PAGE_BYTES = 256


class FlashFile:
    """The image at `path`, `size` bytes, all 0xFF when it is new."""

    def __init__(self, path, size, erase_us, program_us):
        self.size = size
        self.erase_us = erase_us
        self.program_us = program_us
        self.erases = 0
        self.programs = 0
        self.stalled_us = 0
        self.dead = False  # after a reset nothing more may be written
        self.on_operation = None
        self._file = open(path, "r+b")
        self._journal = None
        self._blank = b"\xff" * ERASE_BYTES

    def open_journal(self, path):
        """Keep every operation from here on in the file at `path`."""
        self._journal = open("/host" + path, "ab")

    def journaled_bytes(self):
        """Length of the journal so far, 0 without one: says which operations are done."""
        return 0 if self._journal is None else self._journal.seek(0, 2)

    def read(self, address, buffer):
        """Fill `buffer`: memory-mapped, no stall."""
        self._file.seek(address)
        self._file.readinto(buffer)

    def erase(self, address):
        """One erase block to 0xFF."""
        if self.dead:
            return
        self._stall(self.erase_us)
        self.erases += 1
        self._log(1, address, ERASE_BYTES, None)
        self._file.seek(address)
        self._file.write(self._blank)

    def program(self, address, data):
        """Program pages: bits go from 1 to 0 only, as in the chip."""
        if self.dead:
            return
        pages = (address % PAGE_BYTES + len(data) + PAGE_BYTES - 1) // PAGE_BYTES
        self._stall(pages * self.program_us)
        self.programs += pages
        self._log(2, address, len(data), data)
        before = bytearray(len(data))
        self.read(address, before)
        _clear_bits(before, data, len(data))
        self._file.seek(address)
        self._file.write(before)

    def _stall(self, us):
        self.stalled_us += us
        if self.on_operation is not None:
            self.on_operation()
        clock.stall(us)

    def _log(self, kind, address, length, data):
        if self._journal is not None:
            self._journal.write(bytes((kind,)) + address.to_bytes(4, "little") + length.to_bytes(4, "little"))
            if data is not None:
                self._journal.write(data)


@micropython.viper
def _clear_bits(old: ptr8, new: ptr8, n: int):
    for i in range(n):
        old[i] = int(old[i]) & int(new[i])


class BlockDevice:
    """What MicroPython's littlefs wants of a flash (the extended block protocol)."""

    def __init__(self, flash):
        self._flash = flash

    def readblocks(self, number, buffer, offset=0):
        """Read from block `number`."""
        depth = enter()
        try:
            self._flash.read(number * ERASE_BYTES + offset, buffer)
            clock.spend(clock.COSTS["flash_read"])
        finally:
            leave(depth)

    def writeblocks(self, number, buffer, offset=None):
        """Program at `offset` of block `number`; without an offset the block is erased first."""
        depth = enter()
        try:
            if offset is None:
                for i in range(len(buffer) // ERASE_BYTES):
                    self._flash.erase((number + i) * ERASE_BYTES)
                offset = 0
            self._flash.program(number * ERASE_BYTES + offset, buffer)
        finally:
            leave(depth)

    def ioctl(self, operation, argument):
        """4 = block count, 5 = block size, 6 = erase a block."""
        if operation == 4:
            return self._flash.size // ERASE_BYTES
        if operation == 5:
            return ERASE_BYTES
        if operation == 6:
            depth = enter()
            try:
                self._flash.erase(argument * ERASE_BYTES)
            finally:
                leave(depth)
            return 0
        return None
