"""One BNO08x on the loop's terms: INT noted by an interrupt, cargo read and parsed in place, resets survived.

Bring-up at boot is done by the Adafruit package (drivers/bringup.py); this file reads reports and, when the sensor
falls silent, resets it and enables the report again, one bus transaction per call, without allocating.
"""

from array import array
from time import ticks_diff, ticks_us

from machine import Pin
from micropython import const

from rhomboid.drivers import shtp

REPORT_INTERVAL_US = const(10_000)

# stages of the supervision, in the cell STAGE
LIVE = const(0)
RESETTING = const(1)
BOOTING = const(2)
ENABLING = const(3)
WAITING = const(4)

# limits of the supervision: engineering choices inside the one second that a fault may cost after its end
_SILENT_US = const(100_000)  # ten reports missing
_POLL_US = const(25_000)  # two reports missing: ask without INT, its wire may be open
_RESET_LOW_US = const(10_000)
_BOOT_US = const(350_000)  # BNO080 data sheet 6.5.3: ready about 94 ms after reset; margin for a slow start
_FIRST_REPORT_US = const(150_000)
_CHUNK = const(64)

# cells of the status array
STAGE = const(0)
SINCE_US = const(1)
ERRORS = const(2)
RECOVERIES = const(3)
POLLED = const(4)  # samples that came without an INT edge
_ASKED = const(5)
_STATUS_CELLS = const(6)
# cells of the edge array
_EDGE_US = const(0)
_PENDING = const(1)


class ReadViews:
    """Memoryviews of every length from 4 to 64 bytes into one buffer, made once: a slice in the loop would allocate."""

    def __init__(self):
        self.buffer = bytearray(_CHUNK)
        whole = memoryview(self.buffer)
        self.of_length = [whole[:n] for n in range(_CHUNK + 1)]


def _set_feature(interval_us):
    """SHTP cargo that enables the game rotation vector (SH-2 reference manual 6.5.4)."""
    cargo = bytearray(21)
    cargo[0] = 21
    cargo[2] = 2
    cargo[4] = 0xFD
    cargo[5] = 0x08
    for k in range(4):
        cargo[9 + k] = (interval_us >> (8 * k)) & 0xFF
    return cargo


class Bno08x:
    """Reader and supervisor of one sensor.

    quat_q14  array('h', 8*4): the last eight samples (w, x, y, z), Q14
    time_us   array('i', 8): their sensor times in the domain of ticks_us
    state     array('i'): cells of drivers/shtp.py (COUNT, EPOCH, LOST, ...)
    status    array('i'): STAGE, SINCE_US, ERRORS, RECOVERIES, POLLED
    """

    def __init__(self, name, bus, address, int_pin, reset_pin, views, attention):
        """attention: array('i') of one cell shared by all sensors, set to 1 when one of them wants to be served."""
        self.name = name
        self.bus = bus
        self.address = address
        self.quat_q14 = array("h", [0] * (4 * shtp.RING))
        self.time_us = array("i", [0] * shtp.RING)
        self.state = array("i", [0] * shtp.STATE_CELLS)
        self.status = array("i", [0] * _STATUS_CELLS)
        self.edge = array("i", [0, 0])  # ticks of the last falling INT edge, pending
        self._attention = attention
        self._views = views.of_length
        self._buffer = views.buffer
        self._set_feature = _set_feature(REPORT_INTERVAL_US)
        self._limit_us = array("i", [_SILENT_US, 0, _BOOT_US, _FIRST_REPORT_US, _FIRST_REPORT_US])
        self._int = int_pin
        self.reset_pin = reset_pin

    def start(self):
        """Begin to listen to the INT line; called once after bring-up."""
        self._int.irq(self._on_edge, Pin.IRQ_FALLING, hard=True)
        self._enter(WAITING, ticks_us())

    def stop(self):
        """Stop listening, for SERVICE."""
        self._int.irq(None)

    def _on_edge(self, _pin):
        edge = self.edge
        edge[_EDGE_US] = ticks_us()
        edge[_PENDING] = 1
        self._attention[0] = 1

    def serve(self):
        """Read one cargo, or the next piece of a long one; asks for attention again while a piece remains."""
        edge = self.edge
        state = self.state
        remaining = state[shtp.REMAINING]
        by_edge = edge[_PENDING]
        if by_edge:
            edge[_PENDING] = 0
        elif not remaining:
            edge[_EDGE_US] = ticks_us()  # no edge: the time base counts from now
        n = shtp.REPORT_CARGO_BYTES
        if remaining:
            n = remaining + shtp.HEADER_BYTES
            if n > _CHUNK:
                n = _CHUNK
        try:
            self.bus.i2c.readfrom_into(self.address, self._views[n])
        except OSError:
            self._failed()
            return
        answer = shtp.parse(self._buffer, n, edge[_EDGE_US], self.quat_q14, self.time_us, state)
        status = self.status
        if answer == shtp.SAMPLE:
            status[SINCE_US] = edge[_EDGE_US]
            status[STAGE] = LIVE
            status[_ASKED] = 0
            if not by_edge and not remaining:
                status[POLLED] += 1
        elif answer & shtp.RESET:
            self._enter(ENABLING, edge[_EDGE_US])
        elif answer & shtp.REJECTED:
            status[ERRORS] += 1
        if state[shtp.REMAINING]:
            self._attention[0] = 1

    def waits(self):
        """True when a cargo or the rest of one is known to wait."""
        return self.edge[_PENDING] or self.state[shtp.REMAINING]

    def _failed(self):
        self.status[ERRORS] += 1
        self.state[shtp.REMAINING] = 0
        if self.bus.stuck():
            self.bus.clear()

    def supervise(self, now_us):
        """Take the next step of recovery if one is due; at most one bus transaction. Called every few ticks."""
        status = self.status
        stage = status[STAGE]
        waited_us = ticks_diff(now_us, status[SINCE_US])
        if stage == RESETTING:
            if waited_us >= _RESET_LOW_US:
                self.reset_pin.value(1)
                self._enter(BOOTING, now_us)
        elif waited_us > self._limit_us[stage]:
            if stage == LIVE and not status[_ASKED]:
                status[_ASKED] = 1  # the processor itself may have stood still: ask once before the reset
                self.serve()
            else:
                if stage == LIVE:
                    status[RECOVERIES] += 1
                self._begin_reset(now_us)
        elif stage == ENABLING:
            try:
                self.bus.i2c.writeto(self.address, self._set_feature)
            except OSError:
                self._failed()
                return
            self._set_feature[3] = (self._set_feature[3] + 1) & 0xFF
            self._enter(WAITING, now_us)
        elif waited_us > _POLL_US and not self.waits() and (stage == LIVE or self._int.value() == 0):
            self.serve()

    def _begin_reset(self, now_us):
        if self.bus.stuck():
            self.bus.clear()
        self.reset_pin.value(0)
        self.state[shtp.REMAINING] = 0
        self.state[shtp.SEQUENCE] = 0
        self.edge[_PENDING] = 0
        self._enter(RESETTING, now_us)

    def _enter(self, stage, now_us):
        self.status[STAGE] = stage
        self.status[SINCE_US] = now_us

    def live(self):
        """True while reports arrive."""
        return self.status[STAGE] == LIVE
