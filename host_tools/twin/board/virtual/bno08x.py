"""The virtual BNO08x: SHTP on I2C, byte by byte.

Sources: SHTP reference 1000-3535, SH-2 reference 1000-3625, BNO08X data sheet 1000-3927. Runs on MicroPython and on
CPython (the unmodified Adafruit driver talks to it there), so it knows neither pins nor buses: the clock, the INT
line and the orientation are handed in.

Every read begins with a header of 4 bytes: length (little-endian, header included, bit 15 = continuation), channel,
sequence number of that channel. A read shorter than the cargo is followed by a continuation with the rest behind a
header of its own. INT is low while something waits, goes high when a read begins, and also, for a moment, 10 ms after
nobody came.

Time base: a cargo of channel 3 opens with 0xFB and how long before the last falling edge of INT its base lies, in 100
us; each report carries its delay after that base, also in 100 us.
"""

from struct import pack_into

from micropython import const

_COMMAND = const(0)  # channels
_EXECUTABLE = const(1)
_CONTROL = const(2)
_REPORTS = const(3)

GAME_ROTATION_VECTOR = 0x08

_INT_TIMEOUT_US = const(10000)  # BNO08X data sheet, host interface: INT is released when not serviced
_INT_PAUSE_US = const(200)  # engineering choice: how long it stays released
_NEXT_CARGO_US = const(150)  # engineering choice: from the end of a read to INT for what still waits
_ANSWER_US = const(1500)  # engineering choice: from a command to its answer
_DEAF_US = const(4000)  # engineering choice: no acknowledge after a reset
_GRID_HZ = const(400)  # the fusion runs at 400 Hz; slower rates take every n-th
_STRETCH_US = const(2500)  # engineering choice: BNO085 read without data holds the clock
_MOST_PENDING = const(64)  # reports kept when nobody reads; then the oldest goes

_HEADER = const(4)
_ACCURACY = const(3)  # high

# faults that last until they are taken back, and what they are while there is none; they outlive a reset of the chip
FAULT_STATES = (
    "nak",  # works, but does not acknowledge
    "silent",  # no reports, reads bring zeros
    "all_ones",  # reads bring ones
    "int_open",  # the INT wire is broken, the pin sees its pull-up
    "int_low",  # the INT wire is shorted to ground
    "rst_open",  # the RST wire is broken
    "flaky",  # every fourth transfer is not acknowledged or breaks off
    "frozen",  # always the same orientation
    "stretch",  # the clock is held for 3 ms in every transfer
)
# faults of the next n cargoes (reports, edges)
FAULT_COUNTS = (
    "absurd_lengths",  # announce a length that is none
    "unknown_reports",  # hold a report that nobody knows
    "lost_cargos",  # are lost, their sequence numbers with them
    "repeated_cargos",  # come twice
    "lost_edges",  # INT does not reach the pin
    "batches",  # wait until four reports have come together
    "bad_quaternions",  # reports whose quaternion is no rotation
    "bad_times",  # have a time base that cannot be
)
_BATCH = const(4)
_HELD_CLOCK_US = const(3000)
_ABSURD = (0x7E57, 3, 0x7FFF, 1, 2048, 2, 900)
_BAD_DELTAS = (0x7FFFFFFF, -900, 0x10000, 4000)
_BAD_QUATERNIONS = ((32767, 32767, 32767, 32767), (0, 0, 0, 0), (-1, -1, -1, -1), (8192, 0, 0, 0))

# states
OFF = 0
STARTING = 1
RUNNING = 2


def _fill(buffer, start, value):
    for i in range(start, len(buffer)):
        buffer[i] = value


def _advertisement():
    # tags of the SHTP advertisement: 1 GUID, 2-5 sizes, 6 channel, 7 wake channel, 8 application, 9 channel name,
    # 0x80.. versions
    text = (
        (0x01, b"\x00\x00\x00\x00"),
        (0x80, b"1.0.0\x00"),
        (0x02, b"\x00\x01"),
        (0x03, b"\xff\x7f"),
        (0x04, b"\x00\x01"),
        (0x05, b"\xff\x7f"),
        (0x08, b"SHTP\x00"),
        (0x06, b"\x00"),
        (0x09, b"control\x00"),
        (0x01, b"\x01\x00\x00\x00"),
        (0x08, b"executable\x00"),
        (0x06, b"\x01"),
        (0x09, b"device\x00"),
        (0x01, b"\x02\x00\x00\x00"),
        (0x08, b"sensorhub\x00"),
        (0x06, b"\x02"),
        (0x09, b"control\x00"),
        (0x06, b"\x03"),
        (0x09, b"inputNormal\x00"),
        (0x07, b"\x04"),
        (0x09, b"inputWake\x00"),
        (0x06, b"\x05"),
        (0x09, b"inputGyroRv\x00"),
        (0x80, b"1.1.0\x00"),
        (
            0x81,  # report lengths
            b"\xf8\x10\xf5\x04\xf3\x10\xf1\x10\xfb\x05\xfa\x05\xfc\x11\xef\x02\x01\x0a\x02\x0a\x03\x0a\x04\x0a\x05\x0e\x06\x0a"
            b"\x07\x10\x08\x0c\x09\x0e\x0a\x08\x0b\x08\x0c\x06\x0d\x06\x0e\x06\x0f\x10\x10\x05\x11\x0c\x12\x06\x13\x06\x14\x10"
            b"\x15\x10\x16\x10\x17\x00\x18\x08\x19\x06\x1a\x00\x1b\x00\x1c\x06\x1d\x00\x1e\x10\x1f\x00\x20\x00\x21\x00\x22\x00"
            b"\x23\x00\x24\x00\x25\x00\x26\x00\x27\x00\x28\x0e\x29\x0c\x2a\x0e",
        ),
    )
    body = bytearray(b"\x00")  # response to "advertise"
    for tag, value in text:
        body.append(tag)
        body.append(len(value))
        body.extend(value)
    return bytes(body)


def rotate_q14(frame_q28, heading_w_q28, heading_z_q28):
    """Turn (w, x, y, z) by a heading about the vertical, heading * frame, with one rounding to Q14."""
    w, x, y, z = frame_q28
    a = heading_w_q28
    b = heading_z_q28
    half = 1 << 41
    return (
        (a * w - b * z + half) >> 42,
        (a * x - b * y + half) >> 42,
        (a * y + b * x + half) >> 42,
        (a * z + b * w + half) >> 42,
    )


class VirtualBno08x:
    """One sensor.

    clock: `now_us()`, `slot(action, name)`, `at(slot, time_us)`, `cancel(slot)`.
    orientation: `frame(index)` -> (w, x, y, z) in Q28, sensor to world, on the grid of 400 Hz (index < 0: before the
    stimulus). int_line: called with 0 and 1. headings_q28: (w, z) of the turn about the vertical after each reset,
    used in rotation; startup_us, latency_us likewise. interval_q10_us: real length of a grid step in 1/1024 us
    (nominally 2,560,000). residue: which steps of the grid a slower rate takes (index modulo its divider, plus the
    number of resets).
    """

    def __init__(
        self,
        clock,
        orientation,
        int_line,
        headings_q28,
        startup_us,
        latency_us,
        interval_q10_us=2560000,
        residue=0,
        bno085=False,
    ):
        self.clock = clock
        self.orientation = orientation
        self.headings_q28 = headings_q28
        self.startup_us = startup_us
        self.latency_us = latency_us
        self.interval_q10_us = interval_q10_us
        self.residue = residue
        self.bno085 = bno085
        # faults, set from outside
        self.unplugged = False
        for name in FAULT_STATES:
            setattr(self, name, 0)
        for name in FAULT_COUNTS:
            setattr(self, name, 0)
        self.breaks_off = False  # it resets in the middle of the next read
        self._noise_us = 0  # between two false pulses on the INT wire
        self._chance = 1
        self._frame = (1 << 28, 0, 0, 0)
        self._unseen = False  # this edge of INT does not reach the pin
        # counters
        self.resets = 0
        self.reports_made = 0
        self.reports_dropped = 0
        self.bad_writes = 0
        self.on_reset = None  # called with the number of the reset
        self.on_cargo = None  # called with the number of reports when they are read
        self._int_line = int_line
        self._int_low = False
        self._int_at_us = 0
        self._state = OFF
        self._in_reset = False
        self._started_us = 0
        self._sequence_out = bytearray(6)
        self._queue = []  # (channel, payload) of the command channels
        self._later = []  # (time, channel, payload) not yet there
        self._reports = []  # (sample time, report bytes)
        self._cargo = None
        self._cargo_channel = 0
        self._cargo_at = 0
        self._in_read = False  # INT stays high from the address to the stop bit
        # reports
        self._interval_us = 0
        self._divider = 0
        self._index = 0
        self._report_sequence = 0
        self._command_sequence = 0
        self._calibration = bytearray(b"\x01\x01\x00\x00")
        self._anchor_us = 0  # time of grid index 0
        self._held = True  # the stimulus has not begun: its first frame is held
        self._event = clock.slot(self._on_event, "imu")
        self._report_slot = clock.slot(self._on_report, "imu report")
        self._line = clock.slot(self._on_line, "imu int")
        self._noise = clock.slot(self._on_noise, "imu noise")

    # --- power, reset, stimulus ---

    def power_on(self):
        """Supply comes: the same as a reset."""
        self.unplugged = False
        self.reset()

    def power_off(self):
        """Supply goes (unplugged)."""
        self.unplugged = True
        self._quiet()
        self._state = OFF

    def reset(self):
        """Everything forgotten: reports off, a new heading; ready after its start-up time."""
        if self.unplugged:
            return
        self._quiet()
        self.resets += 1
        self._state = STARTING
        self._started_us = self.clock.now_us()
        self.clock.at(self._event, self._started_us + self.startup_us[self.resets % len(self.startup_us)])
        if self.on_reset is not None:
            self.on_reset(self.resets)

    def _quiet(self):
        self.clock.cancel(self._event)
        self.clock.cancel(self._report_slot)
        self.clock.cancel(self._line)
        self._queue = []
        self._later = []
        self._reports = []
        self._cargo = None
        self._sequence_out = bytearray(6)
        self._interval_us = 0
        self._divider = 0
        self._report_sequence = 0
        self._command_sequence = 0
        self._set_int(False)

    def reset_line(self, level):
        """The RST pin: held in reset while low."""
        if self.rst_open:
            return
        if not level:
            self._in_reset = True
            self._quiet()
            self._state = OFF
        elif self._in_reset:
            self._in_reset = False
            self.reset()

    def heading_q28(self):
        """(w, z) of the turn about the vertical since the last reset."""
        return self.headings_q28[self.resets % len(self.headings_q28)]

    def begin_stimulus(self, start_us, phase_us):
        """Grid index 0 is at `start_us + phase_us`; until then the first frame is held."""
        previous_us = self._sample_us(self._index - self._divider)
        self._anchor_us = start_us + phase_us
        self._held = False
        if self._divider:
            self._index = self._index_after(previous_us + self._interval_us // 2)
            self._schedule_report()

    # --- faults from outside ---

    def set_fault(self, name, value):
        """A state (1, 0) or a count of FAULT_STATES and FAULT_COUNTS begins or ends."""
        setattr(self, name, value)
        self._drive()
        if self.silent:
            self.clock.cancel(self._line)
            self._set_int(False)
        else:
            self._ask_for_service()

    def make_noise(self, hz):
        """False pulses on the INT wire, so many a second; 0 ends them."""
        self._noise_us = 1000000 // hz if hz else 0
        self.clock.cancel(self._noise)
        if hz:
            self.clock.at(self._noise, self.clock.now_us() + self._noise_us)

    def _on_noise(self):
        self.clock.at(self._noise, self.clock.now_us() + self._noise_us)
        if not self._int_low and not self.int_open and not self.int_low:
            self._int_line(0)
            self._int_line(1)

    def change_interval(self, interval_us):
        """The rate of the reports changes without having been asked for; 0: they are off."""
        if self._state == RUNNING:
            self._enable(interval_us)

    def chatter(self, answers, advertisements):
        """It sends answers and advertisements that nobody has asked for."""
        if self._state == RUNNING:
            self._queue.extend([(_CONTROL, self._product_ids())] * answers)
            self._queue.extend([(_COMMAND, _advertisement())] * advertisements)
            self._ask_for_service()

    def _fails(self):
        # every fourth transfer, by a generator of 16 bits
        self._chance = (self._chance * 75 + 74) % 65537
        return self._chance & 3 == 0

    def save(self):
        """What goes on while the chip at the other end resets: plain data for `restore`."""
        state = {name: getattr(self, name) for name in FAULT_STATES}
        state.update(
            {
                "state": self._state,
                "unplugged": self.unplugged,
                "resets": self.resets,
                "interval_us": self._interval_us,
                "sequence": list(self._sequence_out),
                "noise_us": self._noise_us,
            }
        )
        return state

    def restore(self, state):
        """Go on as `save` found it, time beginning anew."""
        for name in FAULT_STATES:
            setattr(self, name, state[name])
        self.unplugged = state["unplugged"]
        self.resets = state["resets"]
        self._sequence_out = bytearray(state["sequence"])
        self._state = state["state"]
        if self._state == STARTING:
            self.clock.at(self._event, self.clock.now_us() + self.startup_us[0])
        if state["interval_us"]:
            self._enable(state["interval_us"])
        if state["noise_us"]:
            self.make_noise(1000000 // state["noise_us"])
        self._drive()

    # --- time grid and reports ---

    def _sample_us(self, index):
        return self._anchor_us + (index * self.interval_q10_us >> 10)

    def _index_after(self, time_us):
        index = ((time_us - self._anchor_us) << 10) // self.interval_q10_us + 1
        return index + (self.residue + self.resets - index) % self._divider

    def _schedule_report(self):
        latency_us = self.latency_us[self._index % len(self.latency_us)]
        self.clock.at(self._report_slot, self._sample_us(self._index) + latency_us)

    def _enable(self, interval_us):
        self._interval_us = interval_us
        self.clock.cancel(self._report_slot)
        self._reports = []
        self._divider = 0
        if interval_us:
            self._divider = max(1, (interval_us * _GRID_HZ + 500000) // 1000000)
            # about two intervals until the first report
            self._index = self._index_after(self.clock.now_us() + interval_us)
            self._schedule_report()

    def _on_report(self):
        index = self._index
        self._index = index + self._divider
        sample_us = self._sample_us(index)
        self._schedule_report()
        if self.silent:
            return
        heading_w, heading_z = self.heading_q28()
        if not self.frozen:
            self._frame = self.orientation.frame(-1 if self._held else index)
        w, x, y, z = rotate_q14(self._frame, heading_w, heading_z)
        if self.bad_quaternions:
            self.bad_quaternions -= 1
            w, x, y, z = _BAD_QUATERNIONS[self.bad_quaternions % len(_BAD_QUATERNIONS)]
        self._report_sequence = (self._report_sequence + 1) & 0xFF
        report = bytearray(12)
        pack_into("<BBBBhhhh", report, 0, GAME_ROTATION_VECTOR, self._report_sequence, _ACCURACY, 0, x, y, z, w)
        self.reports_made += 1
        self._reports.append((sample_us, report))
        if len(self._reports) > _MOST_PENDING:
            self._reports.pop(0)
            self.reports_dropped += 1
        self._ask_for_service()

    # --- INT line ---

    def _set_int(self, low):
        if low != self._int_low:
            self._int_low = low
            self._unseen = False
            if low and self.lost_edges:
                self.lost_edges -= 1
                self._unseen = True
            self._drive()

    def _drive(self):
        if self.int_low:
            self._int_line(0)
        else:
            self._int_line(0 if self._int_low and not self.int_open and not self._unseen else 1)

    def _waiting(self):
        return self._cargo is not None or self._queue or self._reports

    def _ask_for_service(self):
        if not self._int_low and not self._in_read and not self.silent and self._waiting():
            if self.batches and self._cargo is None and not self._queue and len(self._reports) < _BATCH:
                return
            self._int_at_us = self.clock.now_us()
            self.clock.at(self._line, self._int_at_us + _INT_TIMEOUT_US)
            self._set_int(True)

    def _on_line(self):
        if self._int_low:
            # nobody came: release, then ask again
            self._set_int(False)
            self.clock.at(self._line, self.clock.now_us() + _INT_PAUSE_US)
        else:
            self._ask_for_service()

    # --- I2C ---

    def present(self):
        """Does it acknowledge its address?"""
        if self.unplugged or self.nak or self._in_reset or (self.flaky and self._fails()):
            return False
        return self._state != STARTING or self.clock.now_us() - self._started_us >= _DEAF_US

    def stretch_us(self):
        """How long it holds the clock before it answers."""
        if self.stretch:
            return _HELD_CLOCK_US
        return _STRETCH_US if self.bno085 and not self._waiting() and self._state == RUNNING else 0

    def read(self, buffer):
        """A read transfer of len(buffer) bytes begins; fills the whole buffer."""
        n = len(buffer)
        self._in_read = True
        self.clock.cancel(self._line)
        self._set_int(False)
        if self.all_ones or self.silent:
            _fill(buffer, 0, 0xFF if self.all_ones else 0)
            return
        continuation = self._cargo is not None
        if not continuation and not self._next_cargo():
            _fill(buffer, 0, 0)
            return
        cargo = self._cargo
        channel = self._cargo_channel
        at = self._cargo_at
        left = len(cargo) - at
        length = left + _HEADER
        if self.absurd_lengths:
            self.absurd_lengths -= 1
            length = _ABSURD[self.absurd_lengths % len(_ABSURD)]
        # the header takes the place of the bytes before what is left
        start = at - _HEADER
        cargo[start] = length & 0xFF
        cargo[start + 1] = (length >> 8) | (0x80 if continuation else 0)
        cargo[start + 2] = channel
        cargo[start + 3] = self._sequence_out[channel]
        self._sequence_out[channel] = (self._sequence_out[channel] + 1) & 0xFF
        take = min(n, left + _HEADER)
        if take == n and start == 0:
            buffer[:] = cargo if n == len(cargo) else cargo[:n]
        else:
            buffer[:take] = cargo[start : start + take]
            _fill(buffer, take, 0)
        if take > _HEADER:
            self._cargo_at = start + take
        if self._cargo_at == len(cargo):
            self._cargo = None
            if self.repeated_cargos and channel == _REPORTS and start == 0:
                self.repeated_cargos -= 1
                self._sequence_out[channel] = (self._sequence_out[channel] - 1) & 0xFF
                self._queue.insert(0, (channel, bytes(cargo[_HEADER:])))
        if self.breaks_off:
            self.breaks_off = False
            self.break_off(buffer)
            self.reset()
        elif self.flaky and self._fails():
            self.break_off(buffer)

    @staticmethod
    def break_off(buffer):
        """It lets go in the middle of a read: the host goes on clocking and reads the pull-up."""
        _fill(buffer, len(buffer) // 2, 0xFF)

    def read_end(self):
        """The stop bit of a read: ask again for what still waits."""
        self._in_read = False
        if self._waiting() and not self.silent:
            self.clock.at(self._line, self.clock.now_us() + _NEXT_CARGO_US)

    def _next_cargo(self):
        self._cargo_at = _HEADER
        if self._queue:
            self._cargo_channel, payload = self._queue.pop(0)
            self._cargo = bytearray(_HEADER) + payload
            return True
        if not self._reports:
            return False
        while self.lost_cargos and self._reports:
            self.lost_cargos -= 1
            self._reports.pop(0)
            self._sequence_out[_REPORTS] = (self._sequence_out[_REPORTS] + 1) & 0xFF
        if not self._reports:
            return False
        base_us = self._reports[0][0]
        if self._int_at_us < base_us:
            self._int_at_us = self.clock.now_us()  # read before INT announced it; the base is never negative
        delta = (self._int_at_us - base_us + 50) // 100
        cargo = bytearray(9)
        told = delta
        if self.bad_times:
            self.bad_times -= 1
            told = _BAD_DELTAS[self.bad_times % len(_BAD_DELTAS)]
        if self.batches:
            self.batches -= 1
        pack_into("<Bi", cargo, 4, 0xFB, told)
        if self.unknown_reports:
            self.unknown_reports -= 1
            cargo.extend(b"\x5e\x01\x02\x03\x04\x05\x06\x07")
        for sample_us, report in self._reports:
            # the delay counts from the base as the host reconstructs it
            delay = (sample_us - self._int_at_us + delta * 100 + 50) // 100
            report[2] = _ACCURACY | (delay >> 8 & 0x3F) << 2
            report[3] = delay & 0xFF
            cargo.extend(report)
        if self.on_cargo is not None:
            self.on_cargo(len(self._reports))
        self._reports = []
        self._cargo = cargo
        self._cargo_channel = _REPORTS
        return True

    def write(self, data):
        """A write transfer has ended; `data` is a whole SHTP packet."""
        if self._state == OFF or self.silent:
            return
        n = len(data)
        if not n:
            return  # somebody asks whether the address answers
        length = data[0] | (data[1] & 0x7F) << 8 if n >= 4 else 0
        if length < 5 or length > n:
            self.bad_writes += 1
            return
        channel = data[2]
        body = bytes(data[4:length])
        if channel == _EXECUTABLE and body[0] == 1:
            self.reset()
        elif self._state == STARTING:
            self.bad_writes += 1
        elif channel == _CONTROL:
            self._control(body)
        elif channel == _COMMAND and body[0] == 0:
            self._answer(_COMMAND, _advertisement())
        else:
            self.bad_writes += 1

    # --- commands ---

    def _answer(self, channel, payload):
        self._later.append((self.clock.now_us() + _ANSWER_US, channel, payload))
        self.clock.at(self._event, self._later[0][0])

    def _on_event(self):
        if self._state == STARTING:
            self._state = RUNNING
            self._queue = [
                (_COMMAND, _advertisement()),
                (_EXECUTABLE, b"\x01"),  # reset complete
                (_CONTROL, b"\xf1\x00\x84\x00\x00\x00\x01" + b"\x00" * 9),  # initialize, unsolicited
            ]
        elif self._later:
            _, channel, payload = self._later.pop(0)
            self._queue.append((channel, payload))
            if self._later:
                self.clock.at(self._event, self._later[0][0])
        self._ask_for_service()

    def _control(self, body):
        report = body[0]
        if report == 0xF9:
            self._answer(_CONTROL, self._product_ids())
        elif report == 0xFD and len(body) >= 17:
            interval_us = body[5] | body[6] << 8 | body[7] << 16 | body[8] << 24
            if body[1] == GAME_ROTATION_VECTOR:
                self._enable(interval_us)
            else:
                interval_us = 0  # no other sensor is modelled
            self._answer(_CONTROL, self._feature(body[1], interval_us))
        elif report == 0xFE and len(body) >= 2:
            enabled = self._interval_us if body[1] == GAME_ROTATION_VECTOR else 0
            self._answer(_CONTROL, self._feature(body[1], enabled))
        elif report == 0xF2 and len(body) >= 12:
            self._command(body)
        else:
            self.bad_writes += 1

    def _feature(self, sensor, interval_us):
        # the chip answers with the interval it really uses
        if interval_us:
            interval_us = self._divider * (1000000 // _GRID_HZ)
        return bytes((0xFC, sensor, 0, 0, 0)) + interval_us.to_bytes(4, "little") + b"\x00" * 8

    @staticmethod
    def _product_ids():
        # reset cause, version major and minor, part number, build number, patch, reserved
        first = (
            b"\xf8\x01\x03\x02" + (10003608).to_bytes(4, "little") + (370).to_bytes(4, "little") + b"\x06\x00\x00\x00"
        )
        second = (
            b"\xf8\x00\x01\x02" + (10003606).to_bytes(4, "little") + (230).to_bytes(4, "little") + b"\x04\x00\x00\x00"
        )
        return first + second

    def _command(self, body):
        sequence = body[1]
        command = body[2]
        values = bytearray(11)
        if command == 0x07:  # motion engine calibration: P3 = 1 asks, P3 = 0 sets
            if body[6] == 0:
                self._calibration[:] = body[3:6] + body[7:8]
            values[1:4] = self._calibration[:3]
            values[4] = self._calibration[3]
        elif command == 0x0B:
            self.reset()
            return
        elif command == 0x09:
            return  # periodic saving of calibration: no response
        elif command not in (0x04, 0x06):
            self.bad_writes += 1
            return
        self._command_sequence = (self._command_sequence + 1) & 0xFF
        head = bytes((0xF1, self._command_sequence, command, sequence, 0))
        self._answer(_CONTROL, head + bytes(values))
