"""The virtual microSD card, byte by byte in SPI mode; its blocks are a file of the host.

As the SD Physical Layer Simplified Specification 7 has it: commands of six bytes, R1, R3, R7, data tokens, data
response, and MISO held low while the card programs. An SDHC card: addresses count blocks.
"""

from virtual import clock

BLOCK_BYTES = 512
_READY = 0xFF
# after a write (engineering choices within the 250 ms of the specification): as a rule, and now and then
_PROGRAM_US = 1_000
_HOUSEKEEPING = ((1024, 100_000), (128, 8_000))
_READ_US = 300  # from the command to the data


class VirtualSdCard:
    """`exchange(out, into)` moves bytes while chip select is low."""

    def __init__(self, path, blocks):
        self.blocks = blocks
        self.absent = False
        self.writes = 0
        self.busy_us = 0  # device time until which it programs
        self._file = open(path, "r+b")
        self._frame = bytearray()
        self._answer = bytearray()
        self._block = -1  # the block that is to be written
        self._data = None  # bytes of it, once the token has come
        self._idle = True
        self._application = False

    def exchange(self, out, into):
        """One byte in each direction for each byte of `out` (None: all 0xFF) and of `into` (None: not looked at)."""
        count = len(into) if out is None else len(out)
        k = 0
        while k < count:
            if out is not None and self._data is not None and len(self._data) < BLOCK_BYTES + 2:
                part = out[k : k + BLOCK_BYTES + 2 - len(self._data)]
                self._data += part
                k += len(part)
                if len(self._data) == BLOCK_BYTES + 2:
                    self._program()
                continue
            if into is not None and out is None and self._answer and not self._frame and self._block < 0:
                part = bytes(self._answer[: count - k])
                into[k : k + len(part)] = part
                self._answer = self._answer[len(part) :]
                k += len(part)
                continue
            byte = self._byte(0xFF if out is None else out[k])
            if into is not None:
                into[k] = byte
            k += 1

    def _byte(self, sent):
        if self.absent:
            return _READY
        if self._answer:
            byte = self._answer[0]
            self._answer = self._answer[1:]
            return byte
        if clock.now_us() < self.busy_us:
            return 0
        if self._block >= 0:
            if sent == 0xFE:
                self._data = bytearray()
            return _READY
        if self._frame or sent & 0xC0 == 0x40:
            self._frame.append(sent)
            if len(self._frame) == 6:
                self._command()
        return _READY

    def _command(self):
        frame = self._frame
        self._frame = bytearray()
        command = frame[0] & 0x3F
        argument = frame[1] << 24 | frame[2] << 16 | frame[3] << 8 | frame[4]
        application, self._application = self._application, False
        answer = None
        if command == 0:
            self._idle = frame[5] == 0x95 or self._idle
            answer = b""
        elif command == 8:
            answer = bytes((0, 0, 1, frame[4]))
        elif command == 55:
            self._application = True
            answer = b""
        elif command == 41 and application:
            self._idle = False
            answer = b""
        elif command == 58:
            answer = b"\xc0\xff\x80\x00"
        elif command == 9:
            size = self.blocks // 1024 - 1
            csd = bytes((0x40, 14, 0, 0x32, 0x5B, 0x59, 0, size >> 16 & 0x3F, size >> 8 & 255, size & 255))
            answer = b"\xff\xfe" + csd + b"\x7f\x80\x0a\x40\x00\x01" + b"\x00\x00"
        elif command == 17 and argument < self.blocks:
            clock.wait(_READ_US)
            self._file.seek(argument * BLOCK_BYTES)
            answer = b"\xff\xfe" + self._file.read(BLOCK_BYTES) + b"\x00\x00"
        elif command == 24 and argument < self.blocks:
            self._block = argument
            answer = b""
        if answer is None:
            self._answer = bytearray((0xFF, 0x04 | self._idle))  # illegal
        else:
            self._answer = bytearray((0xFF, 1 if self._idle else 0)) + answer

    def _program(self):
        self._file.seek(self._block * BLOCK_BYTES)
        self._file.write(bytes(self._data[:BLOCK_BYTES]))
        self._block = -1
        self._data = None
        self._answer = bytearray((0x05,))
        self.writes += 1
        us = _PROGRAM_US
        for period, longer_us in _HOUSEKEEPING:
            if self.writes % period == 0:
                us = longer_us
                break
        self.busy_us = clock.now_us() + us

    def select(self, level):
        """Chip select: what was begun and not finished is forgotten when it rises."""
        if level:
            self._frame = bytearray()
            self._answer = bytearray()


class BlockDevice:
    """The card's blocks without the wire, for the factory and for reading it out."""

    def __init__(self, path, blocks):
        self._file = open(path, "r+b")
        self._blocks = blocks

    def readblocks(self, number, buffer):
        """Read from block `number`."""
        self._file.seek(number * BLOCK_BYTES)
        self._file.readinto(buffer)

    def writeblocks(self, number, buffer):
        """Write from block `number` on."""
        self._file.seek(number * BLOCK_BYTES)
        self._file.write(buffer)

    def ioctl(self, operation, argument):
        """4 = block count, 5 = block size."""
        if operation == 3:
            self._file.flush()
        return {4: self._blocks, 5: BLOCK_BYTES}.get(operation, 0)
