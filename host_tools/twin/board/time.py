"""The chip's `time` module in virtual time; ticks wrap at 2^30 as on the chip."""

import micropython
import utime
from virtual import clock
from virtual.heap import enter, leave

_ticks = clock.ticks
_wait = clock.wait
_TICKS_US = clock.COSTS["ticks"]
_epoch = [1609459200]  # 2021-01-01, where the RP2's calendar begins

mktime = utime.mktime


def gmtime(seconds=None):
    """(year, month, day, hour, minute, second, weekday, day of year), of now when `seconds` is missing."""
    return utime.gmtime(time() if seconds is None else seconds)


localtime = gmtime


def ticks_us():
    """Microseconds modulo 2^30."""
    return _ticks(_TICKS_US)


def ticks_cpu():
    """The same as ticks_us on this port."""
    return _ticks(_TICKS_US)


def ticks_ms():
    """Milliseconds modulo 2^30."""
    depth = enter()
    try:
        clock.spend(_TICKS_US)
        return clock.now_us() // 1000 & 0x3FFFFFFF
    finally:
        leave(depth)


@micropython.viper
def ticks_diff(a: int, b: int) -> int:
    """a - b within +-2^29."""
    return ((a - b + 0x20000000) & 0x3FFFFFFF) - 0x20000000


@micropython.viper
def ticks_add(a: int, b: int) -> int:
    """a + b modulo 2^30."""
    return (a + b) & 0x3FFFFFFF


def sleep_us(us):
    """Wait."""
    while us > 100000000:
        _wait(100000000)
        us -= 100000000
    if us > 0:
        _wait(us)


def sleep_ms(ms):
    """Wait."""
    while ms > 100000:
        _wait(100000000)
        ms -= 100000
    if ms > 0:
        _wait(ms * 1000)


def sleep(s):
    """Wait; fractions allowed."""
    sleep_us(int(s * 1000000))


def time():
    """Seconds since 1970."""
    return _epoch[0] + clock.now_us() // 1000000


def time_ns():
    """Nanoseconds since 1970."""
    return _epoch[0] * 1000000000 + clock.now_us() * 1000


def set_epoch(now_s):
    """The calendar shows `now_s` now (machine.RTC)."""
    _epoch[0] = now_s - clock.now_us() // 1000000
