"""What is wrong now, part by part: watched a little each tick, told to the log when it begins and when it ends."""

from array import array

from micropython import const

from rhomboid import features as f
from rhomboid.drivers import bno08x

# parts: 0..2 the IMUs thorax, scapula, humerus; 8..11 the EMG channels; then
UPPER_TACTOR = const(16)
LOWER_TACTOR = const(17)
FUEL_GAUGE = const(18)
STORAGE = const(20)
BOARD = const(22)
_FIRST_CHANNEL = const(8)

# codes of an IMU
SILENT = const(1)
INT_OPEN = const(2)
# codes of an EMG channel are bit numbers of its quality; of every other part
FAILED = const(1)
WATCHDOG_RESET = const(2)
ALLOCATION = const(3)

_QUALITY_BITS = const(7)  # settling is no fault


class FaultWatch:
    """Call step() every tick: it looks at one part. `open_faults()` counts what is wrong now."""

    def __init__(self, imus, channels, cells, log):
        self._imus = tuple(imus)
        self._channels = channels
        self._cells = cells
        self._log = log
        self._parts = len(self._imus) + channels
        self._known = array("i", [0] * self._parts)
        self._polled = array("i", [0] * len(self._imus))
        self._next = 0

    def step(self, now_us):
        """Look at the next part; tell the log what changed."""
        part = self._next
        self._next = part + 1 if part + 1 < self._parts else 0
        if part < len(self._imus):
            imu = self._imus[part]
            now = 0 if imu.state[bno08x.STAGE] == bno08x.LIVE else 1 << SILENT
            polled = imu.state[bno08x.POLLED]
            if polled - self._polled[part] > 1:
                now |= 1 << INT_OPEN
            self._polled[part] = polled
            number = part
        else:
            channel = part - len(self._imus)
            now = self._cells[f.QUALITY_0 + channel] & ((1 << _QUALITY_BITS) - 1)
            number = _FIRST_CHANNEL + channel
        changed = now ^ self._known[part]
        if changed:
            self._known[part] = now
            for code in range(_QUALITY_BITS):
                if changed >> code & 1:
                    self._log.fault(now_us, number, code, now >> code & 1)
