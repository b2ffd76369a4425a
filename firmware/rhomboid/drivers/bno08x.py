"""One BNO08x on the loop's terms: INT noted by an interrupt, cargo read and parsed in place, resets survived.

Bring-up at boot is done by the Adafruit package (drivers/bringup.py); this file reads reports and, when the sensor
falls silent, resets it and enables the report again, one bus transaction per call, without allocating.
"""

from array import array
from time import ticks_diff, ticks_us

from machine import Pin
from micropython import const

from rhomboid.drivers.shtp import (
    ASKED,
    EDGE_US,
    REJECTED,
    REMAINING,
    RESET,
    RING,
    SEQUENCE,
    SINCE_US,
    STAGE,
    STATE_CELLS,
    parse,
)

REPORT_INTERVAL_US = const(10_000)

# as in shtp.py: the compiler folds constants of its own file only, and a global costs the loop a dictionary look-up
_REMAINING = const(6)
_EDGE_US = const(9)
_SAMPLE = const(1)
_REPORT_BYTES = const(21)
_HEADER_BYTES = const(4)

# stages of the supervision, in the cell STAGE
LIVE = const(0)
RESETTING = const(1)
BOOTING = const(2)
ENABLING = const(3)
WAITING = const(4)

# cells of the state array after those of the parser
ERRORS = const(13)
RECOVERIES = const(14)
POLLED = const(15)  # reads that brought a sample without an INT edge

# limits of the supervision: engineering choices inside the one second that a fault may cost after its end
_SILENT_US = const(100_000)  # ten reports missing
_POLL_US = const(25_000)  # two reports missing: ask without INT, its wire may be open
_RESET_LOW_US = const(10_000)
_BOOT_US = const(350_000)  # BNO080 data sheet 6.5.3: ready about 94 ms after reset; margin for a slow start
_FIRST_REPORT_US = const(150_000)
_CHUNK = const(64)
_QUEUE_MASK = const(15)


class ReadViews:
    """Memoryviews of every length from 4 to 64 bytes into one buffer, made once: a slice in the loop would allocate."""

    def __init__(self):
        self.buffer = bytearray(_CHUNK)
        whole = memoryview(self.buffer)
        self.of_length = [whole[:n] for n in range(_CHUNK + 1)]


class EdgeQueue:
    """INT edges in the order in which they came: interrupts write, the loop reads. cells: written, read, 16 numbers."""

    def __init__(self):
        self.cells = array("i", [0] * (2 + _QUEUE_MASK + 1))


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
    state     array('i'): cells of drivers/shtp.py (COUNT, EPOCH, LOST, STAGE, ...), then ERRORS, RECOVERIES, POLLED
    serve()   read one cargo, or the next piece of a long one; called for every edge
    """

    def __init__(self, number, name, bus, address, int_pin, reset_pin, views, queue):
        """number: what the interrupt writes into `queue`, an EdgeQueue shared by all sensors."""
        self.name = name
        self.bus = bus
        self.address = address
        self.quat_q14 = array("h", [0] * (4 * RING))
        self.time_us = array("i", [0] * RING)
        self.state = array("i", [0] * STATE_CELLS)
        self._set_feature = _set_feature(REPORT_INTERVAL_US)
        self._limit_us = array("i", [_SILENT_US, 0, _BOOT_US, _FIRST_REPORT_US, _FIRST_REPORT_US])
        self._int = int_pin
        self.reset_pin = reset_pin
        self._on_edge = self._bound_on_edge(number, queue.cells)
        self.serve = self._bound_serve(views)

    def start(self):
        """Begin to listen to the INT line; called once after bring-up."""
        self._int.irq(self._on_edge, Pin.IRQ_FALLING, hard=True)
        self._enter(WAITING, ticks_us())

    def stop(self):
        """Stop listening, for SERVICE."""
        self._int.irq(None)

    # What the next two functions touch stands in their defaults: locals cost the chip a fifth of an attribute, and a
    # closure over more than four names would allocate at every call.

    def _bound_on_edge(self, number, queue):
        def on_edge(_pin, number=number, queue=queue, state=self.state, ticks_us=ticks_us):
            state[_EDGE_US] = ticks_us()
            written = queue[0]
            queue[2 + written] = number
            queue[0] = (written + 1) & _QUEUE_MASK

        return on_edge

    def _bound_serve(self, views):
        def serve(
            bus=self.bus,
            address=self.address,
            state=self.state,
            quat_q14=self.quat_q14,
            time_us=self.time_us,
            buffer=views.buffer,
            of_length=views.of_length,
            view=views.of_length[_REPORT_BYTES],
            parse=parse,
            failed=self._failed,
            unusual=self._unusual,
        ):
            n = _REPORT_BYTES
            if state[_REMAINING]:
                n = state[_REMAINING] + _HEADER_BYTES
                if n > _CHUNK:
                    n = _CHUNK
                view = of_length[n]
            try:
                bus.i2c.readfrom_into(address, view)
            except OSError:
                failed()
                return
            answer = parse(buffer, n, quat_q14, time_us, state)
            if answer != _SAMPLE:
                unusual(answer)

        return serve

    def _unusual(self, answer):
        if answer & RESET:
            self._enter(ENABLING, self.state[EDGE_US])
        elif answer & REJECTED:
            self.state[ERRORS] += 1

    def _failed(self):
        self.state[ERRORS] += 1
        self.state[REMAINING] = 0
        if self.bus.stuck():
            self.bus.clear()

    def _poll(self, now_us):
        """Read without an edge: the time base counts from now."""
        state = self.state
        before = state[0]
        if not state[REMAINING]:
            state[EDGE_US] = now_us
        self.serve()
        if state[0] != before:
            state[POLLED] += 1

    def supervise(self, now_us):
        """Take the next step of recovery if one is due; at most one bus transaction. Called every few ticks."""
        state = self.state
        stage = state[STAGE]
        waited_us = ticks_diff(now_us, state[SINCE_US])
        if waited_us <= _POLL_US and stage == LIVE:
            return
        if stage == RESETTING:
            if waited_us >= _RESET_LOW_US:
                self.reset_pin.value(1)
                self._enter(BOOTING, now_us)
        elif waited_us > self._limit_us[stage]:
            if stage == LIVE and not state[ASKED]:
                state[ASKED] = 1  # the processor itself may have stood still: ask once before the reset
                self._poll(now_us)
            else:
                if stage == LIVE:
                    state[RECOVERIES] += 1
                self._begin_reset(now_us)
        elif stage == ENABLING:
            try:
                self.bus.i2c.writeto(self.address, self._set_feature)
            except OSError:
                self._failed()
                return
            self._set_feature[3] = (self._set_feature[3] + 1) & 0xFF
            self._enter(WAITING, now_us)
        elif stage == LIVE or state[REMAINING] or self._int.value() == 0:
            self._poll(now_us)

    def _begin_reset(self, now_us):
        if self.bus.stuck():
            self.bus.clear()
        self.reset_pin.value(0)
        self.state[REMAINING] = 0
        self.state[SEQUENCE] = 0
        self._enter(RESETTING, now_us)

    def _enter(self, stage, now_us):
        self.state[STAGE] = stage
        self.state[SINCE_US] = now_us
