"""A microSD card on SPI as a block device (SD Physical Layer Simplified Specification 7: SPI mode).

A block that is written is handed over and not waited for: the card programs it, 1 ms as a rule and 250 ms at worst,
while the loop goes on. The next access waits for it; ready() says without waiting whether it would have to.
"""

from time import sleep_ms, ticks_diff, ticks_ms

import vfs
from machine import SPI, Pin
from micropython import const

BLOCK_BYTES = const(512)
_SLOW_HZ = const(400_000)  # until the card is initialised
_HZ = const(10_000_000)  # every card in SPI mode takes 25 MHz; the wires of a wing are good for less
_INIT_MS = const(1_000)
_READ_MS = const(100)
_WRITE_MS = const(500)
_RESPONSE_BYTES = const(9)  # a response comes within eight bytes
_TOKEN = const(0xFE)
_ACCEPTED = const(0x05)
_EIO = const(5)
_ENODEV = const(19)


def mount(place, problems):
    """The card in the slot that the board names (SD_SPI), mounted at /sd; None when there is none.

    One that cannot be read is named in `problems`.
    """
    try:
        card = SdCard(*place)
    except OSError:
        return None
    try:
        vfs.mount(vfs.VfsFat(card), "/sd")  # type: ignore[abstract,arg-type]  # a block device needs no base class
    except OSError:
        problems.append("microSD: not readable; format it with FAT32 on a computer")
        return None
    return card


class SdCard:
    """spi, sck, mosi, miso, cs: numbers as in the board's SD_SPI. Raises OSError(19) when no card answers."""

    def __init__(self, spi, sck, mosi, miso, cs):
        self._cs = Pin(cs, Pin.OUT, value=1)
        pull_up = Pin(miso, Pin.IN, Pin.PULL_UP)
        self._spi = SPI(spi, baudrate=_SLOW_HZ, sck=Pin(sck), mosi=Pin(mosi), miso=pull_up)
        self._frame = bytearray(6)
        self._one = bytearray(1)
        self._crc = b"\xff\xff"
        self._start = bytes((0xFF, _TOKEN))
        self.blocks = 0
        self._by_blocks = True  # addresses count blocks (SDHC, SDXC), else bytes
        self._initialise()
        self._spi.init(baudrate=_HZ)
        self.blocks = self._capacity()
        self._cs.value(1)

    def ready(self):
        """False while the card still programs. One byte on the wire, nothing allocated."""
        self._cs.value(0)
        self._spi.readinto(self._one, 0xFF)
        self._cs.value(1)
        return self._one[0] == 0xFF

    def readblocks(self, number, buffer):
        """Fill `buffer`, whole blocks; a single one allocates nothing."""
        if len(buffer) == BLOCK_BYTES:
            self._read(number, buffer)
            return
        view = memoryview(buffer)
        for k in range(len(buffer) // BLOCK_BYTES):
            self._read(number + k, view[k * BLOCK_BYTES : (k + 1) * BLOCK_BYTES])

    def writeblocks(self, number, buffer):
        """Hand over whole blocks; a single one allocates nothing."""
        if len(buffer) == BLOCK_BYTES:
            self._write(number, buffer)
            return
        view = memoryview(buffer)
        for k in range(len(buffer) // BLOCK_BYTES):
            self._write(number + k, view[k * BLOCK_BYTES : (k + 1) * BLOCK_BYTES])

    def ioctl(self, operation, argument):
        """3 = wait until all is programmed, 4 = number of blocks, 5 = bytes of one."""
        if operation == 3:
            self._select()
            self._cs.value(1)
            return 0
        if operation == 4:
            return self.blocks
        return BLOCK_BYTES if operation == 5 else 0

    def _initialise(self):
        self._spi.write(b"\xff" * 10)  # 74 clocks and more without chip select
        self._cs.value(0)
        for _ in range(5):
            if self._command(0, 0, 0, 0, 0, 0x95) == 1:
                break
        else:
            self._cs.value(1)
            raise OSError(_ENODEV)
        second_version = self._command(8, 0, 0, 1, 0xAA, 0x87) == 1
        if second_version:
            self._spi.read(4, 0xFF)
        began_ms = ticks_ms()
        while True:
            self._command(55, 0, 0, 0, 0, 0xFF)
            if self._command(41, 0x40 if second_version else 0, 0, 0, 0, 0xFF) == 0:
                break
            if ticks_diff(ticks_ms(), began_ms) > _INIT_MS:
                self._fail()
            sleep_ms(5)
        if self._command(58, 0, 0, 0, 0, 0xFF):
            self._fail()
        self._by_blocks = bool(self._spi.read(4, 0xFF)[0] & 0x40)
        if not self._by_blocks and self._command(16, 0, 0, 2, 0, 0xFF):
            self._fail()

    def _capacity(self):
        """Blocks, from the card's own data."""
        if self._command(9, 0, 0, 0, 0, 0xFF):
            self._fail()
        csd = bytearray(16)
        self._data(csd)
        if csd[0] >> 6 == 1:
            return ((csd[7] & 0x3F) << 16 | csd[8] << 8 | csd[9]) + 1 << 10
        size = (csd[6] & 3) << 10 | csd[7] << 2 | csd[8] >> 6
        shift = ((csd[9] & 3) << 1 | csd[10] >> 7) + (csd[5] & 0x0F) - 7
        return size + 1 << shift

    def _read(self, number, block):
        self._select()
        if self._addressed(17, number):
            self._fail()
        self._data(block)
        self._cs.value(1)

    def _write(self, number, block):
        spi = self._spi
        self._select()
        if self._addressed(24, number):
            self._fail()
        spi.write(self._start)
        spi.write(block)
        spi.write(self._crc)
        spi.readinto(self._one, 0xFF)
        self._cs.value(1)
        if self._one[0] & 0x1F != _ACCEPTED:
            raise OSError(_EIO)

    def _select(self):
        """Chip select, once the card has programmed what it was given."""
        one = self._one
        self._cs.value(0)
        began_ms = ticks_ms()
        while True:
            self._spi.readinto(one, 0xFF)
            if one[0] == 0xFF:
                return
            if ticks_diff(ticks_ms(), began_ms) > _WRITE_MS:
                self._fail()

    def _addressed(self, command, number):
        """A command with the address of a block: its parts stay small, so that none of them is allocated."""
        if self._by_blocks:
            return self._command(command, number >> 24, number >> 16 & 255, number >> 8 & 255, number & 255, 0xFF)
        return self._command(command, number >> 15 & 255, number >> 7 & 255, (number & 127) << 1, 0, 0xFF)

    def _command(self, command, a, b, c, d, crc):
        """Send a command; its first response byte, 0xFF when there is none."""
        frame = self._frame
        frame[0] = 0x40 | command
        frame[1] = a
        frame[2] = b
        frame[3] = c
        frame[4] = d
        frame[5] = crc
        self._spi.write(frame)
        one = self._one
        for _ in range(_RESPONSE_BYTES):
            self._spi.readinto(one, 0xFF)
            if not one[0] & 0x80:
                break
        return one[0]

    def _data(self, into):
        """A block of data after its token, with its checksum left unread by."""
        one = self._one
        began_ms = ticks_ms()
        while one[0] != _TOKEN:
            self._spi.readinto(one, 0xFF)
            if ticks_diff(ticks_ms(), began_ms) > _READ_MS:
                self._fail()
        self._spi.readinto(into, 0xFF)
        self._spi.write(self._crc)

    def _fail(self):
        self._cs.value(1)
        raise OSError(_EIO)
