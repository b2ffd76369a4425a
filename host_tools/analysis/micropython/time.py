"""Ticks of 30 bits, as on the chip: the unix port's own do not wrap there."""

_HALF = 1 << 29
_MASK = (1 << 30) - 1


def ticks_diff(after, before):
    return ((after - before + _HALF) & _MASK) - _HALF


def ticks_add(ticks, step):
    return (ticks + step) & _MASK


def ticks_us():
    """Nobody asks for the present in a replay."""
    return 0


ticks_ms = ticks_us
