"""One BNO08x on the loop's terms: INT noted by an interrupt, cargo read and parsed in place, resets survived.

Bring-up at boot is done by the Adafruit package (drivers/bringup.py); this file reads reports and, when the sensor falls
silent, resets it and enables the report again, one bus transaction per call, without allocating.
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
_RESET_LOW_US = const(10_000)
_BOOT_US = const(350_000)  # BNO080 data sheet 6.5.3: ready about 94 ms after reset; margin for a slow start
_FIRST_REPORT_US = const(150_000)
_CHUNK = const(64)

_cells = 4
STAGE = const(0)
SINCE_US = const(1)
ERRORS = const(2)
RECOVERIES = const(3)


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
    status    array('i'): STAGE, SINCE_US, ERRORS, RECOVERIES
    """

    def __init__(self, name, bus, address, int_pin, reset_pin, views):
        self.name = name
        self.bus = bus
        self.address = address
        self.quat_q14 = array("h", [0] * (4 * shtp.RING))
        self.time_us = array("i", [0] * shtp.RING)
        self.state = array("i", [0] * shtp.STATE_CELLS)
        self.status = array("i", [0] * _cells)
        self.edge = array("i", [0, 0])  # ticks of the last falling INT edge, pending
        self._views = views.of_length
        self._buffer = views.buffer
        self._set_feature = _set_feature(REPORT_INTERVAL_US)
        self._int = int_pin
        self._reset = reset_pin

    def start(self):
        """Begin to listen to the INT line; called once after bring-up."""
        self._int.irq(self._on_edge, Pin.IRQ_FALLING, hard=True)
        self._enter(WAITING, ticks_us())

    def stop(self):
        """Stop listening, for SERVICE."""
        self._int.irq(None)

    def _on_edge(self, _pin):
        edge = self.edge
        edge[0] = ticks_us()
        edge[1] = 1

    def serve(self):
        """Read one cargo, or one piece of it. Called when an edge is pending, and while INT stays low."""
        edge = self.edge
        if edge[1]:
            edge[1] = 0
        elif not self.state[shtp.REMAINING]:
            edge[0] = ticks_us()  # level without an edge: the time base counts from now
        remaining = self.state[shtp.REMAINING]
        n = shtp.REPORT_CARGO_BYTES
        if remaining:
            n = remaining + shtp.HEADER_BYTES
            if n > _CHUNK:
                n = _CHUNK
        try:
            self.bus.i2c.readfrom_into(self.address, self._views[n])
        except OSError:
            self.status[ERRORS] += 1
            self.state[shtp.REMAINING] = 0
            if self.bus.stuck():
                self.bus.clear()
            return
        answer = shtp.parse(self._buffer, n, edge[0], self.quat_q14, self.time_us, self.state)
        if answer == shtp.SAMPLE:
            self.status[SINCE_US] = edge[0]
            if self.status[STAGE] != LIVE:
                self.status[STAGE] = LIVE
        elif answer & shtp.RESET:
            self._enter(ENABLING, edge[0])
        elif answer & shtp.REJECTED:
            self.status[ERRORS] += 1

    def wants_service(self):
        """True when a cargo, or the rest of one, waits; also when the edge was missed (INT is low)."""
        return self.edge[1] or self.state[shtp.REMAINING] or self._int.value() == 0

    def supervise(self, now_us):
        """Take the next step of recovery if one is due; at most one bus transaction. Called every few ticks."""
        status = self.status
        stage = status[STAGE]
        waited_us = ticks_diff(now_us, status[SINCE_US])
        if stage == LIVE:
            if waited_us > _SILENT_US:
                status[RECOVERIES] += 1
                self._begin_reset(now_us)
        elif stage == RESETTING:
            if waited_us >= _RESET_LOW_US:
                self._reset.value(1)
                self._enter(BOOTING, now_us)
        elif stage == ENABLING:
            try:
                self.bus.i2c.writeto(self.address, self._set_feature)
            except OSError:
                status[ERRORS] += 1
                if self.bus.stuck():
                    self.bus.clear()
                if waited_us > _FIRST_REPORT_US:
                    self._begin_reset(now_us)
                return
            self._set_feature[3] = (self._set_feature[3] + 1) & 0xFF
            self._enter(WAITING, now_us)
        elif waited_us > (_BOOT_US if stage == BOOTING else _FIRST_REPORT_US):
            self._begin_reset(now_us)

    def _begin_reset(self, now_us):
        if self.bus.stuck():
            self.bus.clear()
        self._reset.value(0)
        self.state[shtp.REMAINING] = 0
        self.state[shtp.SEQUENCE] = 0
        self.edge[1] = 0
        self._enter(RESETTING, now_us)

    def _enter(self, stage, now_us):
        self.status[STAGE] = stage
        self.status[SINCE_US] = now_us

    def live(self):
        """True while reports arrive."""
        return self.status[STAGE] == LIVE
