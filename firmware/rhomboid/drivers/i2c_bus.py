"""An I2C bus that can be cleared: a slave that holds SDA low is clocked free (NXP UM10204 section 3.1.16)."""

from array import array
from time import ticks_us

from machine import I2C, Pin
from micropython import const

# cells
HELD = const(0)
HELD_SINCE_US = const(1)
HELD_COUNT = const(2)
FREED_US = const(3)
_CELLS = const(4)

_CLEAR_CLOCKS = const(9)
# the longest read of the loop, 64 bytes at 400 kHz, takes 1.5 ms; a stretching slave gets as much again
_TIMEOUT_US = const(4000)


class I2cBus:
    """One bus of the board; `i2c` is the machine.I2C in use, made anew by clear().

    cells: HELD 1 while somebody holds a line low, HELD_SINCE_US ticks when that was found, HELD_COUNT times so far.
    """

    def __init__(self, number, sda, scl, hz):
        self.number = number
        self.hz = hz
        self.cells = array("i", [0] * _CELLS)
        self._sda_pin = sda
        self._scl_pin = scl
        self._sda = Pin(sda)
        self._scl = Pin(scl)
        if self.stuck():
            self.clear()
        else:
            self._make()

    def _make(self):
        self.i2c = I2C(self.number, scl=self._scl, sda=self._sda, freq=self.hz, timeout=_TIMEOUT_US)

    def stuck(self):
        """True while SDA or SCL is held low with no transfer under way."""
        return self._sda.value() == 0 or self._scl.value() == 0

    def clear(self):
        """Clock a stuck slave free, send a STOP and make the bus anew; True when SDA is high again.

        About 1 ms; called once per fault at most per tick, never in a healthy loop.
        """
        sda = self._sda
        scl = self._scl
        cells = self.cells
        if not cells[HELD]:
            cells[HELD] = 1
            cells[HELD_SINCE_US] = ticks_us()
            cells[HELD_COUNT] += 1
        scl.init(Pin.OPEN_DRAIN, Pin.PULL_UP)
        sda.init(Pin.OPEN_DRAIN, Pin.PULL_UP)
        sda.value(1)
        scl.value(1)
        for _ in range(_CLEAR_CLOCKS):
            if sda.value():
                break
            scl.value(0)
            scl.value(1)
        scl.value(0)
        sda.value(0)
        scl.value(1)
        sda.value(1)
        free = sda.value() == 1 and scl.value() == 1
        self._make()
        if free:
            cells[HELD] = 0
            cells[FREED_US] = ticks_us()
        return free
