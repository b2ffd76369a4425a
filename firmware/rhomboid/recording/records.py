"""The log's records: what the loop calls. Integers and arrays only, nothing allocated, no file touched."""

from array import array

import micropython
from micropython import const

from rhomboid import features
from rhomboid.fixed import clock64
from rhomboid.passing import forget
from rhomboid.recording import buffer

_TICKS_MASK = const(0x3FFF_FFFF)
_FRAME_US = const(1000)
_VALUES = const(24)  # cells of the longest record: repetition, with four channels
_FAULT_SLOTS = const(24)
_FAULT_CELLS = const(3)  # key, begin low, begin high
_FREE = const(-1)
# as in topics.py, compared by a test: only a file's own constants are folded
_ACTIVATION = const(2)
_CUE = const(7)
_EMG_BLOCK_FRAMES = const(10)
_EMG_ENVELOPE = const(1)
_FATIGUE = const(3)
_FAULT = const(9)
_HEADING_CORRECTION = const(11)
_HEALTH = const(10)
_MARKER = const(8)
_RAW_EMG = const(4)
_RAW_QUATERNION = const(5)
_REPETITION = const(6)
_SEGMENT_ANGLES = const(0)


@micropython.viper
def collect(frames: ptr16, first: int, count: int, channels: int, block: ptr32, filled: int):
    """Copy `count` frames of int16 samples from frame `first` on into block[1 + filled * channels...] (int32)."""
    source = first * channels
    target = 1 + filled * channels
    for k in range(count * channels):
        block[target + k] = (int(frames[source + k]) ^ 0x8000) - 0x8000


@micropython.viper
def copy_words(source: ptr32, first: int, target: ptr32, at: int, count: int):
    """target[at...] = source[first...], whole 32-bit words, which bytecode could not hold without allocating."""
    for k in range(count):
        target[at + k] = source[first + k]


class LogRecords:
    """Packs records into a Buffer while a log is open; otherwise they vanish. All `t_us` are ticks.

    size_bytes: of the buffer; cells: the feature vector; clock: of fixed/clock64.py, advanced by the loop;
    channels: number of EMG channels, 1..4; optional_angles: names from topics.OPTIONAL_ANGLES whose
    sensors exist.
    """

    def __init__(self, size_bytes, cells, clock, channels, optional_angles):
        self.channels = channels
        from rhomboid.recording import definitions

        self.optional_angles = optional_angles
        plans = definitions.plans(channels, optional_angles)
        self.buffer = buffer.Buffer(size_bytes, definitions.kinds())
        forget("rhomboid.recording.definitions", "rhomboid.recording.topics")
        self._features = cells
        self._clock = clock
        self._cells = self.buffer.cells
        self._memory = self.buffer.memory
        self._plans = plans
        self._angles_plan = plans[_SEGMENT_ANGLES]
        self._envelope_plan = plans[_EMG_ENVELOPE]
        self._activation_plan = plans[_ACTIVATION]
        self._values = array("i", [0] * _VALUES)
        self._faults = array("i", [_FREE] * (_FAULT_SLOTS * _FAULT_CELLS))
        self._faults_open = 0
        self._block = array("i", [0] * (1 + channels * _EMG_BLOCK_FRAMES))
        self._block_filled = 0
        self._block_us = 0
        self._next_frame = 0

    def resize(self, size_bytes):
        """Other memory for records, between two logs. Raises MemoryError; then the old one stays."""
        self.buffer.resize(size_bytes)
        self._memory = self.buffer.memory

    def _open(self, thin_factor):
        """A new log: forget the records of the one before; of thin_factor features one stays when memory is short."""
        self.buffer.clear(thin_factor)
        self._block_filled = 0
        self._cells[buffer.OPEN] = 1

    def _shut(self):
        self._cells[buffer.OPEN] = 0

    def _record_open_faults(self, t_us):
        """The log ends: faults still present get their record, without an end."""
        faults = self._faults
        for at in range(0, len(faults), _FAULT_CELLS):
            if faults[at] != _FREE:
                copy_words(faults, at + 1, self._values, 2, 2)
                self._fault_record(t_us, faults[at] >> 8, faults[at] & 255, 0)

    def segment_angles(self, t_us):
        """Angles and flags of the feature vector; `t_us` is the common time of the segments."""
        buffer.append(self._angles_plan, self._features, self._clock, self._cells, self._memory, t_us)

    def emg_envelope(self, t_us):
        """Envelopes, per mille of MVC and quality of every channel."""
        buffer.append(self._envelope_plan, self._features, self._clock, self._cells, self._memory, t_us)

    def activation(self, t_us):
        """Ratios between the sites."""
        buffer.append(self._activation_plan, self._features, self._clock, self._cells, self._memory, t_us)

    def fatigue(self, t_us, channel, mdf_hz_q8, rms_q4, mvc_permille, newest_ms, before_ms):
        """Median frequency (Hz/256) and RMS (uV/16) of one channel, and its per mille of MVC meanwhile.

        How long ago the two stretches of signal began that they come from, the newest first, 0 = there was none.
        """
        values = self._values
        values[0] = channel
        values[1] = mdf_hz_q8
        values[2] = rms_q4
        values[3] = mvc_permille
        values[4] = newest_ms if newest_ms < 65535 else 65535
        values[5] = before_ms if before_ms < 65535 else 65535
        self._append(_FATIGUE, t_us)

    def raw_emg(self, frames, n, gap, t_us):
        """`n` frames, array('h') [frame][channel], the newest of `t_us`; `gap` frames were lost just before them."""
        channels = self.channels
        block = self._block
        if gap:
            if self._block_filled:
                for k in range(1 + self._block_filled * channels, len(block)):
                    block[k] = features.UNDEFINED
                self._close_block()
            self._next_frame += gap
        first = 0
        while first < n:
            filled = self._block_filled
            if filled == 0:
                block[0] = self._next_frame
                self._block_us = (t_us - (n - 1 - first) * _FRAME_US) & _TICKS_MASK
            count = _EMG_BLOCK_FRAMES - filled
            if count > n - first:
                count = n - first
            collect(frames, first, count, channels, block, filled)
            self._block_filled = filled + count
            self._next_frame += count
            first += count
            if self._block_filled == _EMG_BLOCK_FRAMES:
                self._close_block()

    def _close_block(self):
        plan = self._plans[_RAW_EMG]
        buffer.append(plan, self._block, self._clock, self._cells, self._memory, self._block_us)
        self._block_filled = 0

    def raw_quaternion(self, t_us, segment, quat_q14, first, sensor_us):
        """One report: quat_q14[first : first + 4] is (w, x, y, z), sampled at `sensor_us`."""
        values = self._values
        values[0] = segment
        values[1] = quat_q14[first]
        values[2] = quat_q14[first + 1]
        values[3] = quat_q14[first + 2]
        values[4] = quat_q14[first + 3]
        values[5] = sensor_us
        self._append(_RAW_QUATERNION, t_us)

    def repetition(self, t_us, exercise, record, peak_permille, mean_permille, onset_us, verdict):
        """One repetition. record: index, start_us, concentric_ms, isometric_ms, eccentric_ms, range_cdeg.

        The three arrays hold one value per channel, onsets in us after start_us.
        """
        values = self._values
        channels = self.channels
        values[0] = record[0]
        values[1] = exercise
        for k in range(5):
            values[2 + k] = record[1 + k]
        for k in range(channels):
            values[7 + k] = peak_permille[k]
            values[7 + channels + k] = mean_permille[k]
            values[7 + 2 * channels + k] = onset_us[k]
        values[7 + 3 * channels] = verdict
        self._append(_REPETITION, t_us)

    def cue(self, t_us, rule, tactor, pattern, value, decided_us, started_us):
        """A cue that was played. value: of the rule's measure; decided_us: its tick; started_us: GO written."""
        values = self._values
        values[0] = rule
        values[1] = tactor
        values[2] = pattern
        values[3] = value
        values[4] = decided_us
        values[5] = started_us
        self._append(_CUE, t_us)

    def marker(self, t_us, kind, value):
        """A mark by the button or the host; RPE and external load come as marks too."""
        values = self._values
        values[0] = kind
        values[1] = value
        self._append(_MARKER, t_us)

    def fault(self, t_us, part, code, present):
        """A fault begins (present = 1) or ends (0) at `t_us`: one record, at its end, however long it lasted.

        Repeated beginnings of a present fault, and ends of none, change nothing.
        """
        faults = self._faults
        values = self._values
        key = part * 256 + code
        at = 0
        while at < len(faults) and faults[at] != key:
            at += _FAULT_CELLS
        if present:
            if at < len(faults):
                return
            at = 0
            while at < len(faults) and faults[at] != _FREE:
                at += _FAULT_CELLS
            if at == len(faults):  # more faults than slots: at least its beginning is recorded
                clock64.stamp(self._clock, t_us, values, 8)
                self._fault_record(t_us, part, code, 0)
                return
            faults[at] = key
            clock64.stamp(self._clock, t_us, faults, 4 * at + 4)
            self._faults_open += 1
        elif at < len(faults):
            faults[at] = _FREE
            self._faults_open -= 1
            copy_words(faults, at + 1, values, 2, 2)
            self._fault_record(t_us, part, code, 1)

    def _fault_record(self, t_us, part, code, ended):
        """Write the fault whose begin stands in values[2:4]."""
        values = self._values
        values[0] = part
        values[1] = code
        values[4] = 0
        values[5] = 0
        if ended:
            clock64.stamp(self._clock, t_us, values, 16)
        self._append(_FAULT, t_us)

    def health(self, t_us, report):
        """Loop and power. report: loop p50, p99, max (us), overruns, gaps, three IMU rates (reports per second),
        free heap (bytes), battery (mV, per mille)."""
        values = self._values
        cells = self._cells
        for k in range(11):
            values[k] = report[k]
        values[11] = self._faults_open
        for k in range(4):
            values[12 + k] = cells[buffer.THINNED + k]
        self._append(_HEALTH, t_us)

    def heading_correction(self, t_us, segment, cdeg):
        """A re-zero turned this segment's heading (0 thorax, 1 scapula, 2 humerus) by `cdeg`."""
        values = self._values
        values[0] = segment
        values[1] = cdeg
        self._append(_HEADING_CORRECTION, t_us)

    def _append(self, topic, t_us):
        buffer.append(self._plans[topic], self._values, self._clock, self._cells, self._memory, t_us)
