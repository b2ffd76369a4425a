"""What is wrong now, part by part: watched a little each tick, told to the log when it begins and when it ends."""

from array import array
from time import ticks_diff

from micropython import const

from rhomboid import features as f
from rhomboid.drivers import i2c_bus
from rhomboid.drivers.adc_ring import RESTARTS
from rhomboid.drivers.bno08x import FROZEN, LIVE, TROUBLE, TROUBLE_BEGAN_US, TROUBLE_LAST_US, WRONG_RATE
from rhomboid.drivers.shtp import COUNT, STAGE

# parts: 0..2 the IMUs thorax, scapula, humerus; 4, 5 the I2C buses 0, 1; 8..11 the EMG channels; then
UPPER_TACTOR = const(16)
LOWER_TACTOR = const(17)
FUEL_GAUGE = const(18)
STORAGE = const(20)
BATTERY = const(21)
BOARD = const(22)
_FIRST_BUS = const(4)
_FIRST_CHANNEL = const(8)
_TACTORS_KNOWN = const(6)  # places that no part has

# codes of an IMU are the values of TROUBLE in drivers/bno08x.py, codes of an EMG channel the bit numbers of its
# quality; of a bus
HELD = const(1)
# of every other part
FAILED = const(1)
WATCHDOG_RESET = const(2)
ALLOCATION = const(3)
CONVERTER_RESTARTED = const(4)  # its channels may have been mixed up for up to 50 ms before
FULL = const(4)  # of the storage: raw streams, or the log, end here
LOW = const(5)  # of the battery
FLAT = const(6)

_QUALITY_BITS = const(7)  # settling is no fault
# An IMU's episode is over when nothing more has happened for this long (engineering choice): one fault, one record
_QUIET_US = const(500_000)
# A silence is told after this time: a sensor that has reset itself says so when it is back (engineering choice)
_TOLD_AFTER_US = const(300_000)

# What the reports of a sensor tell of it, looked at every 300 ms (engineering choices). Cells per sensor: reports and
# ticks at the look before, looks in a row at a wrong rate, a sum over the orientation's parts and looks in a row that
# found it the same.
_LOOK_CELLS = const(5)
_ODD_LOOKS = const(2)
_SAME_LOOKS = const(33)  # ten seconds to the last bit, while another sensor moves
_LONG_US = const(600_000)  # two looks


class FaultWatch:
    """Call step() every few ticks: it looks at the converter, at one channel, and at one IMU, tactor or the buses."""

    def __init__(self, device, channels, cells, log):
        """device: its imus, buses and emg; channels: how many have electrodes; cells: the feature vector; log: takes
        fault()."""
        self._imus = tuple(device.imus)
        self._buses = tuple([device.buses[number] for number in sorted(device.buses)])
        self._tactors = (device.tactors["upper"], device.tactors["lower"])
        self._emg = device.emg
        self._restarts = 0
        self._channels = channels
        self._cells = cells
        self._log = log
        self._known = array("i", [0] * (_FIRST_CHANNEL + channels))
        self._looks = array("i", [0] * (_LOOK_CELLS * len(self._imus)))
        self._next = 0
        self._next_channel = 0

    def step(self, now_us):
        """Look at the next parts; tell the log what changed."""
        k = self._next
        imus = len(self._imus)
        if k < imus:
            self._look_at_imu(k, now_us)
        elif k == imus:
            for bus in range(len(self._buses)):
                self._look_at_bus(bus)
        else:
            self._look_at_tactor(k - imus - 1, now_us)
            if k == imus + len(self._tactors):
                k = -1
        self._next = k + 1
        emg = self._emg
        if emg.watch() and emg.state[RESTARTS] != self._restarts:
            self._restarts = emg.state[RESTARTS]
            self._log.fault(now_us, BOARD, CONVERTER_RESTARTED, 1)
            self._log.fault(now_us, BOARD, CONVERTER_RESTARTED, 0)
        if self._channels:
            k = self._next_channel
            self._look_at_channel(k, now_us)
            k += 1
            self._next_channel = 0 if k == self._channels else k

    def _look_at_imu(self, k, now_us):
        imu = self._imus[k]
        state = imu.state
        known = self._known
        self._look_at_reports(_LOOK_CELLS * k, imu, now_us)
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

    def _look_at_reports(self, i, imu, now_us):
        state = imu.state
        looks = self._looks
        count = state[COUNT]
        came = count - looks[i]
        before_us = looks[i + 1]
        span_us = ticks_diff(now_us, before_us)
        looks[i] = count
        looks[i + 1] = now_us
        trouble = state[TROUBLE]
        if not came or state[STAGE] != LIVE or (trouble and trouble < WRONG_RATE) or _stood_still(imu, span_us, now_us):
            looks[i + 2] = 0
            return
        share = came * imu.interval_us // (span_us // 1000)  # 1000: the rate asked for
        # a loop that stood still finds too few reports, then too many: that is no rate
        odd = -1 if share < 700 else int(share > 1400)
        looks[i + 2] = looks[i + 2] + odd if odd * looks[i + 2] > 0 else odd
        quat = imu.quat_q14
        k = 4 * ((count - 1) & 7)
        seen = quat[k] + 3 * quat[k + 1] + 5 * quat[k + 2] + 7 * quat[k + 3]
        looks[i + 4] = looks[i + 4] + 1 if seen == looks[i + 3] else 0
        looks[i + 3] = seen
        if abs(looks[i + 2]) >= _ODD_LOOKS:
            imu.note(WRONG_RATE, before_us, now_us)
        elif looks[i + 4] > _SAME_LOOKS and self._another_moves():
            imu.note(FROZEN, before_us, now_us)

    def _another_moves(self):
        looks = self._looks
        for k in range(4, len(looks), _LOOK_CELLS):
            if looks[k] == 0:
                return True
        return False

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

    def _look_at_tactor(self, k, now_us):
        tactor = self._tactors[k]
        if not tactor.bus.cells[i2c_bus.HELD]:
            failed = 0 if tactor.look() else 1
            if failed != self._known[_TACTORS_KNOWN + k]:
                self._known[_TACTORS_KNOWN + k] = failed
                self._log.fault(now_us, UPPER_TACTOR + k, FAILED, failed)

    def _look_at_channel(self, channel, now_us):
        part = _FIRST_CHANNEL + channel
        now = self._cells[f.QUALITY_0 + channel] & ((1 << _QUALITY_BITS) - 1)
        changed = now ^ self._known[part]
        if changed:
            self._known[part] = now
            for code in range(_QUALITY_BITS):
                if changed >> code & 1:
                    self._log.fault(now_us, part, code, now >> code & 1)


def _stood_still(imu, span_us, now_us):
    """The processor, or the bus, since the look before: that says nothing about rates."""
    cells = imu.bus.cells
    return span_us > _LONG_US or cells[i2c_bus.HELD] or ticks_diff(now_us, cells[i2c_bus.FREED_US]) < _LONG_US
