"""The one button: short, double, triple, held 1.5 s, held 5 s, told apart without a screen."""

from array import array
from time import ticks_diff

from micropython import const

NONE = const(0)
SHORT = const(1)
DOUBLE = const(2)
NEUTRAL = const(3)  # held 1.5 s, then released
MVC = const(4)  # held 5 s
ARMED = const(5)  # 1.5 s reached while still held: time for a felt tick
TRIPLE = const(6)

_DEBOUNCE_US = const(20_000)
_DOUBLE_US = const(350_000)
_NEUTRAL_US = const(1_500_000)
_MVC_US = const(5_000_000)

_LEVEL = const(0)
_SINCE_US = const(1)
_CLICKS = const(2)
_REPORTED = const(3)


class Button:
    """Polled once per tick. `pin` reads 0 while pressed."""

    def __init__(self, pin):
        self._pin = pin
        self._cells = array("i", [1, 0, 0, 0])

    def pressed(self):
        """The level now, bounces included."""
        return self._pin.value() == 0

    def poll(self, now_us):
        """The gesture that has just become certain, or NONE."""
        cells = self._cells
        level = self._pin.value()
        held_us = ticks_diff(now_us, cells[_SINCE_US])
        if level != cells[_LEVEL]:
            if held_us < _DEBOUNCE_US and cells[_CLICKS] | cells[_REPORTED]:
                return NONE
            cells[_LEVEL] = level
            cells[_SINCE_US] = now_us
            if level == 0:
                cells[_REPORTED] = NONE
                return NONE
            if cells[_REPORTED] == MVC:
                return NONE
            if cells[_REPORTED] == ARMED:
                cells[_CLICKS] = 0
                return NEUTRAL
            cells[_CLICKS] += 1
            if cells[_CLICKS] == 3:
                cells[_CLICKS] = 0
                return TRIPLE
            return NONE
        if level == 0:
            if held_us >= _MVC_US and cells[_REPORTED] == ARMED:
                cells[_REPORTED] = MVC
                cells[_CLICKS] = 0
                return MVC
            if held_us >= _NEUTRAL_US and cells[_REPORTED] == NONE:
                cells[_REPORTED] = ARMED
                return ARMED
        elif cells[_CLICKS] and held_us > _DOUBLE_US:
            clicks = cells[_CLICKS]
            cells[_CLICKS] = 0
            return clicks  # SHORT or DOUBLE
        return NONE
