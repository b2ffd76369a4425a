"""The log writer: records into memory during a set, from memory to the file at rest. ULog, readable by pyulog.

The file is header and definitions, then spans of records, each closed by a checkpoint with the CRC-32 of all bytes
since the checkpoint before. Methods that the loop calls take integers and arrays, allocate nothing and touch no file.
"""

import struct
from array import array

import micropython
from micropython import const

from rhomboid import features
from rhomboid.fixed import clock64, crc32
from rhomboid.recording import buffer, definitions, topics

_CHECKPOINT_BYTES = const(25)
_SPAN_ROOM = const(4071)  # a span with its checkpoint is one flash block; the watchdog is fed between spans
_FLUSH_AFTER_US = const(10_000_000)  # what a power cut at rest may take: engineering choice against flash wear
_THINNED_HZ = const(5)
_SETTINGS_RESERVE_BYTES = const(65536)  # left for settings and the filesystem itself: engineering choice
_TICKS_MASK = const(0x3FFF_FFFF)
_FRAME_US = const(1000)
_FAULT_SLOTS = const(24)
_FAULT_CELLS = const(3)  # key, begin low, begin high
_FREE = const(-1)

# why recording stopped: `stopped`
RUNNING = const(0)
STORAGE_FULL = const(1)
STORAGE_FAILED = const(2)
_ENOSPC = const(28)  # the errno module of the chip does not name it


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


class LogWriter:
    """One log at a time. begin, flush_some and end belong to READY, REST and SERVICE; the rest to the loop.

    buffer_bytes: memory for records; cells: the feature vector; clock: of fixed/clock64.py, advanced by the loop;
    storage: of recording/storage.py; channels: number of EMG channels, 1..4;
    optional_angles: names from topics.OPTIONAL_ANGLES whose sensors exist.
    All `t_us` are ticks. `stopped` says why nothing is recorded any more, `texts` are info messages of the next log.
    """

    def __init__(self, buffer_bytes, cells, clock, storage, channels, optional_angles=()):
        self.texts = {}
        self.stopped = RUNNING
        self.channels = channels
        self._features = cells
        self._clock = clock
        self._buffer = buffer.Buffer(buffer_bytes, [topic[1] for topic in topics.TOPICS])
        self._cells = self._buffer.cells
        self._memory = self._buffer.memory
        self._storage = storage
        self._reserve_bytes = buffer_bytes + _SETTINGS_RESERVE_BYTES
        self._file = None
        self._span = bytearray(_SPAN_ROOM)
        self._mark = bytearray(_CHECKPOINT_BYTES)
        struct.pack_into("<HBH", self._mark, 0, _CHECKPOINT_BYTES - 3, ord("D"), topics.CHECKPOINT)
        self._crc = array("I", [0])
        self._sequence = 0
        self._since_checkpoint = 0
        self._flushing = False
        self._flushed_us = 0
        self._values = array("i", [0] * 24)
        self._faults = array("i", [_FREE] * (_FAULT_SLOTS * _FAULT_CELLS))
        self._faults_open = 0
        self._block = array("i", [0] * (1 + channels * topics.EMG_BLOCK_FRAMES))
        self._block_filled = 0
        self._block_us = 0
        self._next_frame = 0
        self._layouts = [definitions.fields(k, channels, optional_angles) for k in range(len(topics.TOPICS))]
        plans = [definitions.plan(k, self._layouts[k]) for k in range(len(topics.TOPICS))]
        self._plans = plans
        self._angles_plan = plans[topics.SEGMENT_ANGLES]
        self._envelope_plan = plans[topics.EMG_ENVELOPE]
        self._activation_plan = plans[topics.ACTIVATION]

    # ---- the loop

    def segment_angles(self, t_us):
        """Angles and flags of the feature vector; `t_us` is the common time of the segments."""
        buffer.append(self._angles_plan, self._features, self._clock, self._cells, self._memory, t_us)

    def emg_envelope(self, t_us):
        """Envelopes, per mille of MVC and quality of every channel."""
        buffer.append(self._envelope_plan, self._features, self._clock, self._cells, self._memory, t_us)

    def activation(self, t_us):
        """Ratios between the sites."""
        buffer.append(self._activation_plan, self._features, self._clock, self._cells, self._memory, t_us)

    def fatigue(self, t_us, channel, mdf_hz_q8, rms_q4, mvc_permille):
        values = self._values
        values[0] = channel
        values[1] = mdf_hz_q8
        values[2] = rms_q4
        values[3] = mvc_permille
        self._append(topics.FATIGUE, t_us)

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
            count = topics.EMG_BLOCK_FRAMES - filled
            if count > n - first:
                count = n - first
            collect(frames, first, count, channels, block, filled)
            self._block_filled = filled + count
            self._next_frame += count
            first += count
            if self._block_filled == topics.EMG_BLOCK_FRAMES:
                self._close_block()

    def _close_block(self):
        plan = self._plans[topics.RAW_EMG]
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
        self._append(topics.RAW_QUATERNION, t_us)

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
        self._append(topics.REPETITION, t_us)

    def cue(self, t_us, rule, tactor, pattern, value, decided_us, started_us):
        values = self._values
        values[0] = rule
        values[1] = tactor
        values[2] = pattern
        values[3] = value
        values[4] = decided_us
        values[5] = started_us
        self._append(topics.CUE, t_us)

    def marker(self, t_us, kind, value):
        values = self._values
        values[0] = kind
        values[1] = value
        self._append(topics.MARKER, t_us)

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
        self._append(topics.FAULT, t_us)

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
        self._append(topics.HEALTH, t_us)

    def heading_correction(self, t_us, segment, cdeg):
        values = self._values
        values[0] = segment
        values[1] = cdeg
        self._append(topics.HEADING_CORRECTION, t_us)

    def _append(self, topic, t_us):
        buffer.append(self._plans[topic], self._values, self._clock, self._cells, self._memory, t_us)

    # ---- at rest

    def begin(self, path, settings, t_us):
        """Start a log: header and definitions go to the new file at once. Raises OSError; then nothing is recorded.

        settings: dict as settings/schema.py describes it, written as parameters.
        """
        self._buffer.clear(settings["feature_hz"] // _THINNED_HZ)
        self._block_filled = 0
        self._sequence = 0
        self._since_checkpoint = 0
        crc32.begin(self._crc)
        try:
            self._write_head(path, settings, t_us)
        except OSError as error:
            self._stop(STORAGE_FULL if error.errno == _ENOSPC else STORAGE_FAILED)
            raise
        self.stopped = RUNNING
        self._flushing = False
        self._flushed_us = self._clock[clock64.LAST]
        self._cells[buffer.OPEN] = 1

    def _write_head(self, path, settings, t_us):
        file = self._file = open(path, "wb")
        head = bytearray(definitions.HEADER_BYTES)
        head[: len(definitions.MAGIC)] = definitions.MAGIC
        clock64.stamp(self._clock, t_us, head, len(definitions.MAGIC))
        for message in definitions.messages(self._layouts, settings, self.texts):
            if len(head) + len(message) > _SPAN_ROOM:
                self._write(file, head, len(head))
                head = bytearray()
            head += message
        self._write(file, head, len(head))
        self._checkpoint(file)
        file.flush()

    def flush_some(self):
        """One step of a flush, at most one span; for every tick at rest. True while the flush goes on.

        A flush begins when a span's worth of records waits, or ten seconds after the one before. Its last step makes
        the file durable and looks for room; when there is none, recording stops: `stopped` says why.
        """
        if not self._flushing:
            waited_us = (self._clock[clock64.LAST] - self._flushed_us) & _TICKS_MASK
            waiting = self._buffer.waiting()
            self._flushing = waiting >= _SPAN_ROOM or (waiting > 0 and waited_us >= _FLUSH_AFTER_US)
        if self._flushing:
            self._flushing = self._write_span()
        return self._flushing

    def _write_span(self):
        """Write one span of what waits. False when nothing waits any more: then the file is durable."""
        file = self._file
        if file is None:
            return False
        try:
            count = buffer.take(self._cells, self._memory, self._span, _SPAN_ROOM)
            if count:
                self._write(file, self._span, count)
                self._checkpoint(file)
            if self._buffer.waiting():
                return True
            file.flush()
            self._flushed_us = self._clock[clock64.LAST]
        except OSError as error:
            self._stop(STORAGE_FULL if error.errno == _ENOSPC else STORAGE_FAILED)
            return False
        if not self._storage.make_room(self._reserve_bytes):
            self._finish("storage full")
            self.stopped = STORAGE_FULL
        return False

    def end(self, t_us):
        """Write what waits and close the log; faults still present get their record.

        Each span may take 0.4 s on worn flash: in a running mode let flush_some return False first.
        """
        faults = self._faults
        for at in range(0, len(faults), _FAULT_CELLS):
            if faults[at] != _FREE:
                copy_words(faults, at + 1, self._values, 2, 2)
                self._fault_record(t_us, faults[at] >> 8, faults[at] & 255, 0)
        self._cells[buffer.OPEN] = 0
        while self._write_span():
            pass
        self._finish("complete")

    def _finish(self, reason):
        """Say in the file why it ends here, and close it."""
        file = self._file
        if file is None:
            return
        try:
            message = definitions.end_message(reason)
            self._write(file, message, len(message))
            self._checkpoint(file)
        except OSError:
            self.stopped = STORAGE_FAILED
        self._close()

    def _stop(self, reason):
        self.stopped = reason
        self._close()

    def _close(self):
        self._cells[buffer.OPEN] = 0
        file = self._file
        self._file = None
        if file is not None:
            try:
                file.close()
            except OSError:
                self.stopped = self.stopped or STORAGE_FAILED

    def _write(self, file, data, count):
        """Write data[:count], part of the span that the next checkpoint closes."""
        crc32.update(crc32.TABLE, self._crc, data, 0, count)
        self._since_checkpoint += count
        file.write(data, count)

    def _checkpoint(self, file):
        """Close the span: the CRC covers every byte since the checkpoint before, this record's own included."""
        mark = self._mark
        clock64.stamp(self._clock, self._clock[clock64.LAST], mark, 5)
        struct.pack_into("<II", mark, 13, self._sequence, self._since_checkpoint + _CHECKPOINT_BYTES - 4)
        crc32.update(crc32.TABLE, self._crc, mark, 0, _CHECKPOINT_BYTES - 4)
        crc32.store(self._crc, mark, _CHECKPOINT_BYTES - 4)
        file.write(mark)
        crc32.begin(self._crc)
        self._sequence += 1
        self._since_checkpoint = 0
