"""The status LED: steady READY, wink SET, slow REST, fast CALIBRATE, blink POSTURE, faint flicker SAFE, off SERVICE."""

from micropython import const

# one bit per 62.5 ms of a second, first bit lowest
STEADY = const(0xFFFF)
OFF = const(0)
WINK = const(0x0003)
SLOW = const(0x00FF)
FAST = const(0x5555)
BLINK = const(0x0001)
_FLICKER_HZ = const(10)  # the slowest that the timer of both chips divides down to
_FLICKER_DUTY = const(6553)  # a tenth of the time


class StatusLed:
    """`show(pattern)` chooses, `step(n)` every 50 ms writes the pin when it changes; 20 steps are one second."""

    def __init__(self, pin):
        self._pin = pin
        self._pattern = OFF
        self._level = 0
        pin.value(0)

    def show(self, pattern):
        self._pattern = pattern

    def flicker(self):
        """SAFE, where no loop runs: from here on the timer of the pin blinks."""
        from machine import PWM

        PWM(self._pin, freq=_FLICKER_HZ, duty_u16=_FLICKER_DUTY)

    def step(self, n):
        level = (self._pattern >> (n % 20 * 16 // 20)) & 1
        if level != self._level:
            self._level = level
            self._pin.value(level)
