"""Device time in 64 bits, widened from the 30-bit microsecond ticks that bytecode can hold without allocating.

A clock is array('I', (low, high, last_ticks)): microseconds as two 32-bit words and the ticks value they belong to.
"""

from array import array

import micropython
from micropython import const

LAST = const(2)
_TICKS_MASK = const(0x3FFF_FFFF)
_HALF = const(0x2000_0000)


def new_clock(ticks):
    """Clock that reads `ticks` (0..2^30-1 us) now: at power-on the chip's ticks are the time since power-on."""
    return array("I", (ticks, 0, ticks))


@micropython.viper
def advance(clock: ptr32, ticks: int):
    """Move the clock to `ticks` (0..2^30-1). To be called at least every 2^29 us (537 s); earlier ticks change nothing.

    Bounds: words are added in halves of 16 bits, so that no sum exceeds 2^18 in either width of viper's int.
    """
    step = ((ticks - int(clock[LAST]) + _HALF) & _TICKS_MASK) - _HALF
    if step > 0:
        low = int(clock[0])
        low_half = (low & 0xFFFF) + (step & 0xFFFF)
        high_half = ((low >> 16) & 0xFFFF) + (step >> 16) + (low_half >> 16)
        clock[0] = ((high_half & 0xFFFF) << 16) | (low_half & 0xFFFF)
        clock[1] = int(clock[1]) + (high_half >> 16)
        clock[LAST] = ticks


@micropython.viper
def stamp(clock: ptr32, ticks: int, target: ptr8, offset: int):
    """Write the 64-bit time of `ticks` as 8 little-endian bytes at target[offset].

    `ticks` (0..2^30-1) lies within 2^29 us (537 s) of the last advance, before or after it.
    """
    step = ((ticks - int(clock[LAST]) + _HALF) & _TICKS_MASK) - _HALF
    low = int(clock[0])
    half = (low & 0xFFFF) + (step & 0xFFFF)
    target[offset] = half & 255
    target[offset + 1] = (half >> 8) & 255
    half = ((low >> 16) & 0xFFFF) + ((step >> 16) & 0xFFFF) + (half >> 16)
    target[offset + 2] = half & 255
    target[offset + 3] = (half >> 8) & 255
    high = int(clock[1]) + (half >> 16)
    if step < 0:
        high -= 1
    for k in range(4):
        target[offset + 4 + k] = high & 255
        high >>= 8
