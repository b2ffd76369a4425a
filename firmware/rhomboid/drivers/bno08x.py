"""One BNO08x on the loop's terms: INT noted by an interrupt, cargo read and parsed in place, resets survived.

Bring-up at boot is done by the Adafruit package (drivers/bringup.py); this file reads reports and, when the sensor
falls silent, resets it and enables the report again, one bus transaction per call, without allocating. A sensor whose
INT wire is open is read blind, once a tick. What was wrong is kept in the cell TROUBLE until supervision/faults.py has
told the log.
"""

from array import array
from time import ticks_diff, ticks_us

from machine import Pin
from micropython import const

from rhomboid.drivers.i2c_bus import FREED_US, HELD
from rhomboid.drivers.shtp import (
    ASKED,
    BACK_US,
    EDGE_US,
    EPOCH,
    GAP,
    REJECTED,
    REMAINING,
    RESET,
    RING,
    SEQUENCE,
    SINCE_US,
    STAGE,
    STATE_CELLS,
    STRANGE,
    parse,
)

REPORT_INTERVAL_US = const(10_000)

# as in shtp.py: the compiler folds constants of its own file only, and a global costs the loop a dictionary look-up
_REMAINING = const(6)
_EDGE_US = const(9)
_QUEUED = const(22)
_SAMPLE = const(1)
_HELD = const(0)
_REPORT_BYTES = const(21)
_HEADER_BYTES = const(4)

# stages of the supervision, in the cell STAGE
LIVE = const(0)
RESETTING = const(1)
BOOTING = const(2)
ENABLING = const(3)
WAITING = const(4)

# cells of the state array after those of the parser
ERRORS = const(15)
RECOVERIES = const(16)
POLLED = const(17)  # reads in a row that brought something without an edge
TROUBLE = const(18)  # what is or was wrong, until the log knows; 0 = nothing
TROUBLE_BEGAN_US = const(19)
TROUBLE_LAST_US = const(20)  # when something was wrong last, or the sensor was back
BLIND = const(21)  # 1: INT is not to be relied on, read once a tick
QUEUED = const(22)  # 1: stands in the queue of edges; more edges of a noisy wire add nothing

# values of TROUBLE, the codes of an IMU in the log
SILENT = const(1)  # answers, but has no reports
INT_OPEN = const(2)  # has reports, but no edges of INT
GARBLED = const(3)  # bytes that are no cargo, a quaternion that is no rotation, an impossible time
GAPS = const(4)  # cargoes missing between two, or one came twice
UNKNOWN_REPORT = const(5)
RESET_BY_ITSELF = const(6)
NO_ANSWER = const(7)  # its address is not acknowledged
WRONG_RATE = const(8)
FROZEN = const(9)  # always the same orientation while others move; noted only

# limits of the supervision: engineering choices inside the one second that a fault may cost after its end
_SILENT_US = const(100_000)  # ten reports missing
_RESET_AFTER_US = const(250_000)  # a sensor that resets by itself is back within 200 ms and needs no second reset
_POLL_US = const(25_000)  # two reports missing: ask without INT, its wire may be open
_RESET_LOW_US = const(10_000)
_BOOT_US = const(250_000)  # BNO080 data sheet 6.5.3: ready about 94 ms after reset; margin for a slow start
_FIRST_REPORT_US = const(150_000)
_BLIND_AFTER = const(2)
_CHUNK = const(64)
_QUEUE_MASK = const(15)
EDGE_CELLS = const(19)
BLIND_COUNT = const(18)


class ReadViews:
    """Memoryviews of every length from 4 to 64 bytes into one buffer, made once: a slice in the loop would allocate."""

    def __init__(self):
        self.buffer = bytearray(_CHUNK)
        whole = memoryview(self.buffer)
        self.of_length = [whole[:n] for n in range(_CHUNK + 1)]


class EdgeQueue:
    """Sensors in the order of their INT edges, each at most once: interrupts write, the loop reads.

    cells: written, read, 16 numbers, and BLIND_COUNT, how many sensors have to be read without an edge.
    """

    def __init__(self):
        self.cells = array("i", [0] * EDGE_CELLS)


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
    state     array('i'): cells of drivers/shtp.py (COUNT, EPOCH, LOST, STAGE, ...), then ERRORS to BLIND
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
        self.interval_us = REPORT_INTERVAL_US  # between two reports, as asked for
        self._limit_us = array("i", [_RESET_AFTER_US, 0, _BOOT_US, _FIRST_REPORT_US, _FIRST_REPORT_US])
        self._polled_us = 0  # the edge that the last poll made up
        self._int = int_pin
        self._queue = queue.cells
        self.reset_pin = reset_pin
        self._on_edge = self._bound_on_edge(number, queue.cells)
        self.serve = self._bound_serve(views)

    def set_interval(self, interval_us):
        """Ask a running sensor for another rate of reports; after a reset it gets the same. Allocates."""
        self.interval_us = interval_us
        sequence = self._set_feature[3]
        self._set_feature[:] = _set_feature(interval_us)
        self._set_feature[3] = sequence
        self._enable()

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
            if not state[_QUEUED]:
                state[_QUEUED] = 1
                written = queue[0]
                queue[2 + written] = number
                queue[0] = (written + 1) & _QUEUE_MASK

        return on_edge

    def _bound_serve(self, views):
        def serve(
            bus=self.bus,
            held=self.bus.cells,
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
            state[_QUEUED] = 0
            if held[_HELD]:
                return
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
        now_us = self.state[EDGE_US]
        if answer & RESET:
            if self.state[STAGE] != BOOTING:
                self._trouble(RESET_BY_ITSELF, now_us)
            self._enter(ENABLING, now_us)
        elif answer & REJECTED:
            self.state[ERRORS] += 1
            if self.bus.stuck():  # garbled because somebody holds the bus: no fault of the sensor
                self.bus.clear()
            else:
                self._trouble(GARBLED, now_us)
        elif answer & STRANGE:
            self._trouble(UNKNOWN_REPORT, now_us)
        elif answer & GAP:
            self._trouble(GAPS, now_us)

    def _failed(self):
        """A transfer failed: the bus is held by somebody, or this sensor does not answer."""
        self.state[ERRORS] += 1
        self.state[REMAINING] = 0
        if self.bus.stuck():
            self.bus.clear()
        elif self.state[STAGE] != BOOTING:
            self._trouble(NO_ANSWER, ticks_us())

    def _trouble(self, code, now_us):
        """Keep the first cause of an episode; what stops the reports began with the last good one."""
        state = self.state
        if code == RESET_BY_ITSELF and state[TROUBLE] == SILENT:
            state[TROUBLE] = code  # now the reason of the silence is known
        if not state[TROUBLE]:
            state[TROUBLE] = code
            state[TROUBLE_BEGAN_US] = now_us
            state[BACK_US] = now_us
            if state[STAGE] == LIVE and (code <= INT_OPEN or RESET_BY_ITSELF <= code <= NO_ANSWER):
                state[TROUBLE_BEGAN_US] = state[SINCE_US]
        state[TROUBLE_LAST_US] = now_us

    def settled(self, now_us, quiet_us):
        """True when an episode is over: the sensor is LIVE, and for `quiet_us` nothing more was wrong."""
        state = self.state
        if state[STAGE] != LIVE or state[BLIND] or self.bus.cells[HELD]:
            return False
        if ticks_diff(state[BACK_US], state[TROUBLE_LAST_US]) > 0:
            state[TROUBLE_LAST_US] = state[BACK_US]
        return ticks_diff(now_us, state[TROUBLE_LAST_US]) > quiet_us

    def look(self):
        """Read without an edge: the time base counts from now. Finds out whether INT can be relied on."""
        state = self.state
        if state[STAGE] == RESETTING:
            return
        before = state[0]
        edge_us = state[EDGE_US]
        now_us = ticks_us()
        if edge_us != self._polled_us:  # an edge has come since the last look
            state[POLLED] = 0
            if state[BLIND]:
                state[BLIND] = 0
                self._queue[BLIND_COUNT] -= 1
        if not state[REMAINING] and (edge_us == self._polled_us or edge_us == state[SINCE_US]):
            state[EDGE_US] = now_us
        self._polled_us = state[EDGE_US]
        self.serve()
        if state[0] != before or state[REMAINING]:
            state[POLLED] += 1
            if state[POLLED] >= _BLIND_AFTER:
                self._trouble(INT_OPEN, now_us)
                if not state[BLIND]:
                    state[BLIND] = 1
                    self._queue[BLIND_COUNT] += 1

    def note(self, code, began_us, now_us):
        """What supervision/faults.py has found in its reports. Asks again at a wrong rate: one bus transaction."""
        if not self.state[TROUBLE]:
            self._trouble(code, began_us)
        self._trouble(code, now_us)
        if code == WRONG_RATE:
            self._enable()

    def _enable(self):
        """Ask for the reports; True when the sensor has taken it."""
        try:
            self.bus.i2c.writeto(self.address, self._set_feature)
        except OSError:
            self._failed()
            return False
        self._set_feature[3] = (self._set_feature[3] + 1) & 0xFF
        return True

    def supervise(self, now_us):
        """Take the next step of recovery if one is due; at most one bus transaction. Called every few ticks."""
        state = self.state
        stage = state[STAGE]
        waited_us = ticks_diff(now_us, state[SINCE_US])
        if waited_us <= _POLL_US and stage == LIVE:
            return
        bus = self.bus
        if bus.cells[HELD]:
            if not bus.clear():
                return
        if stage == LIVE and 0 <= ticks_diff(now_us, bus.cells[FREED_US]) < _POLL_US:
            state[SINCE_US] = now_us  # the bus was held, that is no fault of the sensor
            return
        if stage == RESETTING:
            if waited_us >= _RESET_LOW_US:
                self.reset_pin.value(1)
                self._enter(BOOTING, now_us)
        elif stage == LIVE and not state[ASKED]:
            before = state[0]
            self.look()
            if waited_us > _SILENT_US and state[0] == before and not state[REMAINING]:
                state[ASKED] = 1  # the processor itself may have stood still: a reset only after asking
                self._trouble(SILENT, now_us)
        elif waited_us > self._limit_us[stage]:
            self._trouble(SILENT, now_us)
            # a sensor whose RST wire is open does not tell of a reset, but may listen
            if stage == BOOTING and self._enable():
                self._enter(WAITING, now_us)
                return
            state[RECOVERIES] += 1
            self._begin_reset(now_us)
        elif stage == ENABLING:
            if self._enable():
                self._enter(WAITING, now_us)
        else:
            self.look()

    def _begin_reset(self, now_us):
        if self.bus.stuck():
            self.bus.clear()
        self.reset_pin.value(0)
        state = self.state
        state[REMAINING] = 0
        state[SEQUENCE] = 0
        state[EPOCH] += 1  # its own word of the reset may get lost
        self._enter(RESETTING, now_us)

    def _enter(self, stage, now_us):
        self.state[STAGE] = stage
        self.state[SINCE_US] = now_us
