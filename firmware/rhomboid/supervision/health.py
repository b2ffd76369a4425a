"""Health of the loop: period percentiles, overruns; one histogram of 256 cells, no allocation."""

from array import array

import micropython
from micropython import const

_BIN_US = const(100)
_BINS = const(256)  # 25.6 ms; longer periods count in the last bin, the maximum is kept exactly
COUNT = const(0)
MAX_US = const(1)
OVERRUNS = const(2)
LAST_US = const(3)
BUSY_MAX_US = const(4)
BUSY_SUM_US = const(5)
_CELLS = const(6)
_OVERRUN_US = const(20_000)
_TICKS_MASK = const(0x3FFF_FFFF)


@micropython.viper
def note(cells: ptr32, bins: ptr32, begin_us: int, end_us: int):
    """Count one tick: period since the tick before, and time spent in it. Ticks below 2^30; differences fit 30 bits."""
    if cells[COUNT] > 0:
        period = (begin_us - cells[LAST_US]) & _TICKS_MASK
        k = period // _BIN_US
        if k > _BINS - 1:
            k = _BINS - 1
        bins[k] += 1
        if period > int(cells[MAX_US]):
            cells[MAX_US] = period
        if period > _OVERRUN_US:
            cells[OVERRUNS] += 1
    busy = (end_us - begin_us) & _TICKS_MASK
    if busy > int(cells[BUSY_MAX_US]):
        cells[BUSY_MAX_US] = busy
    cells[BUSY_SUM_US] += busy
    cells[LAST_US] = begin_us
    cells[COUNT] += 1


@micropython.viper
def percentile(bins: ptr32, permille: int) -> int:
    """Upper edge (us) of the bin that holds the given share of periods; counts up to 2^20 per window."""
    total = 0
    for k in range(_BINS):
        total += bins[k]
    wanted = (total * permille + 999) // 1000
    seen = 0
    for k in range(_BINS):
        seen += bins[k]
        if seen >= wanted:
            return (k + 1) * _BIN_US
    return _BINS * _BIN_US


class LoopHealth:
    """Statistics since reset(); `cells`: COUNT, MAX_US, OVERRUNS, BUSY_MAX_US, BUSY_SUM_US."""

    def __init__(self):
        self.cells = array("i", [0] * _CELLS)
        self.bins = array("i", [0] * _BINS)

    def percentile_us(self, permille):
        """Loop period in us below which `permille` of the ticks stayed."""
        return percentile(self.bins, permille)

    def reset(self):
        """Begin a new window."""
        for k in range(_BINS):
            self.bins[k] = 0
        for k in range(_CELLS):
            self.cells[k] = 0
