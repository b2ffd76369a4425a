"""What is wrong now, part by part: watched a little each tick, told to the log when it begins and when it ends."""

from array import array
from time import ticks_diff

from micropython import const

from rhomboid import features as f
from rhomboid.drivers import i2c_bus
from rhomboid.drivers.bno08x import TROUBLE, TROUBLE_BEGAN_US, TROUBLE_LAST_US

# parts: 0..2 the IMUs thorax, scapula, humerus; 4, 5 the I2C buses 0, 1; 8..11 the EMG channels; then
UPPER_TACTOR = const(16)
LOWER_TACTOR = const(17)
FUEL_GAUGE = const(18)
STORAGE = const(20)
BOARD = const(22)
_FIRST_BUS = const(4)
_FIRST_CHANNEL = const(8)

# codes of an IMU are the values of TROUBLE in drivers/bno08x.py, codes of an EMG channel the bit numbers of its
# quality; of a bus
HELD = const(1)
# of every other part
FAILED = const(1)
WATCHDOG_RESET = const(2)
ALLOCATION = const(3)

_QUALITY_BITS = const(7)  # settling is no fault
# An IMU's episode is over when nothing more has happened for this long (engineering choice): one fault, one record
_QUIET_US = const(500_000)
# A silence is told after this time: a sensor that has reset itself says so when it is back (engineering choice)
_TOLD_AFTER_US = const(300_000)


class FaultWatch:
    """Call step() every few ticks: it looks at one channel, and at one IMU, a bus or the converter."""

    def __init__(self, device, channels, cells, log):
        """device: its imus, buses and emg; channels: how many have electrodes; cells: the feature vector; log: takes
        fault()."""
        self._imus = tuple(device.imus)
        self._buses = tuple([device.buses[number] for number in sorted(device.buses)])
        self._emg = device.emg
        self._channels = channels
        self._cells = cells
        self._log = log
        self._known = array("i", [0] * (_FIRST_CHANNEL + channels))
        self._next = 0
        self._next_channel = 0

    def step(self, now_us):
        """Look at the next parts; tell the log what changed."""
        k = self._next
        if k < len(self._imus):
            self._look_at_imu(k, now_us)
        elif k < len(self._imus) + len(self._buses):
            self._look_at_bus(k - len(self._imus))
        else:
            self._emg.watch()
            k = -1
        self._next = k + 1
        if self._channels:
            k = self._next_channel
            self._look_at_channel(k, now_us)
            k += 1
            self._next_channel = 0 if k == self._channels else k

    def _look_at_imu(self, k, now_us):
        imu = self._imus[k]
        state = imu.state
        known = self._known
        if not state[TROUBLE]:
            return
        over = imu.settled(now_us, _QUIET_US)
        if not known[k] and (over or ticks_diff(now_us, state[TROUBLE_BEGAN_US]) > _TOLD_AFTER_US):
            known[k] = state[TROUBLE]
            self._log.fault(state[TROUBLE_BEGAN_US], k, known[k], 1)
        if over:
            self._log.fault(state[TROUBLE_LAST_US], k, known[k], 0)
            known[k] = 0
            state[TROUBLE] = 0

    def _look_at_bus(self, k):
        cells = self._buses[k].cells
        part = _FIRST_BUS + k
        known = self._known
        # known: how often this bus had been held when its last fault was told
        if cells[i2c_bus.HELD_COUNT] != known[part]:
            known[part] = cells[i2c_bus.HELD_COUNT]
            self._log.fault(cells[i2c_bus.HELD_SINCE_US], part, HELD, 1)
        if known[part] and not cells[i2c_bus.HELD]:
            self._log.fault(cells[i2c_bus.FREED_US], part, HELD, 0)  # changes nothing when it has ended before

    def _look_at_channel(self, channel, now_us):
        part = _FIRST_CHANNEL + channel
        now = self._cells[f.QUALITY_0 + channel] & ((1 << _QUALITY_BITS) - 1)
        changed = now ^ self._known[part]
        if changed:
            self._known[part] = now
            for code in range(_QUALITY_BITS):
                if changed >> code & 1:
                    self._log.fault(now_us, part, code, now >> code & 1)
