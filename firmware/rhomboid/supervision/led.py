"""The status LED: steady READY, wink SET, slow REST, fast CALIBRATE, double SAFE, off SERVICE."""

from micropython import const

# one bit per 62.5 ms of a second, first bit lowest
STEADY = const(0xFFFF)
OFF = const(0)
WINK = const(0x0003)
SLOW = const(0x00FF)
FAST = const(0x5555)
DOUBLE = const(0x0505)


class StatusLed:
    """`show(pattern)` chooses, `step(n)` every 50 ms writes the pin when it changes; 20 steps are one second."""

    def __init__(self, pin):
        self._pin = pin
        self._pattern = OFF
        self._level = 0
        pin.value(0)

    def show(self, pattern):
        self._pattern = pattern

    def step(self, n):
        level = (self._pattern >> (n % 20 * 16 // 20)) & 1
        if level != self._level:
            self._level = level
            self._pin.value(level)
