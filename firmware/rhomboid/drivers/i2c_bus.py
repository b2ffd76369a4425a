"""An I2C bus that can be cleared: a slave that holds SDA low is clocked free (NXP UM10204 section 3.1.16)."""

from machine import I2C, Pin
from micropython import const

_CLEAR_CLOCKS = const(9)
# the longest read of the loop, 64 bytes at 400 kHz, takes 1.5 ms; a stretching slave gets as much again
_TIMEOUT_US = const(4000)


class I2cBus:
    """One bus of the board; `i2c` is the machine.I2C in use, made anew by clear()."""

    def __init__(self, number, sda, scl, hz):
        self.number = number
        self.hz = hz
        self.cleared = 0
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
        scl.init(Pin.OPEN_DRAIN, Pin.PULL_UP)
        sda.init(Pin.OPEN_DRAIN, Pin.PULL_UP)
        sda.value(1)
        scl.value(1)
        for _ in range(_CLEAR_CLOCKS):
            if sda.value():
                break
            scl.value(0)
            scl.value(1)
        sda.value(0)
        scl.value(1)
        sda.value(1)
        free = sda.value() == 1
        self.cleared += 1
        self._make()
        return free
