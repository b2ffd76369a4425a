"""The log's file: header and definitions, then spans of records, each closed by a checkpoint. ULog, readable by pyulog.

A checkpoint holds the CRC-32 of all bytes since the checkpoint before. Flash is written at rest only.
"""

import struct
from array import array

from micropython import const

from rhomboid.fixed import clock64, crc32
from rhomboid.passing import forget
from rhomboid.recording import buffer
from rhomboid.recording.records import LogRecords

_CHECKPOINT_BYTES = const(25)
_CHECKPOINT = const(12)  # as in topics.py, compared by a test
SPAN_BYTES = const(2023)  # a span with its checkpoint is half a flash block; the watchdog is fed between spans
_STREAM_BYTES = const(512)  # one block of a card per tick of 10 ms: 51 KB/s, all raw streams need 21 KB/s
FLUSH_FROM_BYTES = const(4071)  # a flash block with its checkpoints
_FLUSH_AFTER_US = const(10_000_000)  # what a power cut at rest may take: engineering choice against flash wear
# what it may take of a set that is streamed to a card, where making durable costs half a dozen blocks, 20 ms
_SYNC_AFTER_US = const(60_000_000)
_THINNED_HZ = const(5)
_SETTINGS_RESERVE_BYTES = const(32_768)  # left for settings and the filesystem itself: engineering choice
_LOOK_EVERY_BYTES = const(32_768)  # between two looks for room
_MOST_ROOM = const(1 << 29)
# as in supervision/faults.py
_STORAGE = const(20)
_FULL = const(4)
_TICKS_MASK = const(0x3FFF_FFFF)

# why recording stopped: `stopped`
RUNNING = const(0)
STORAGE_FULL = const(1)
STORAGE_FAILED = const(2)
_ENOSPC = const(28)  # the errno module of the chip does not name it


class LogWriter(LogRecords):
    """One log at a time. The methods of LogRecords belong to the loop, these to READY, REST and SERVICE.

    buffer_bytes: memory for records; storage: of recording/storage.py; the rest as in LogRecords. `stopped` says why
    nothing is recorded any more, `warning` turns true when the athlete has to be told of the storage; `texts` are info
    messages of the next log: {key: str, int, or tuple of str}. `flushed_us`: ticks when nothing waited any more.
    """

    def __init__(self, buffer_bytes, cells, clock, storage, channels, optional_angles=()):
        super().__init__(buffer_bytes, cells, clock, channels, optional_angles)
        self.texts = {}
        self.stopped = RUNNING
        self.warning = False
        self.flushed_us = 0
        self._storage = storage
        self._reserve_bytes = _LOOK_EVERY_BYTES + _SETTINGS_RESERVE_BYTES  # and the memory for records
        self._file = None
        self._span = bytearray(SPAN_BYTES)
        self._mark = bytearray(_CHECKPOINT_BYTES)
        struct.pack_into("<HBH", self._mark, 0, _CHECKPOINT_BYTES - 3, ord("D"), _CHECKPOINT)
        self._crc = array("I", [0])
        self._sequence = 0
        self._since_checkpoint = 0
        self._since_look = 0
        self._flushing = False
        self._unsynced = False
        self._written_us = 0  # ticks when nothing waited to be written
        self._room = 0  # bytes that may be written before the reserve is touched

    def begin(self, path, settings, t_us):
        """Start a log: header and definitions go to the new file at once. Raises OSError; then nothing is recorded.

        settings: dict as settings/schema.py describes it, written as parameters.
        """
        self._sequence = 0
        self._since_checkpoint = 0
        crc32.begin(self._crc)
        try:
            self._write_head(path, settings, t_us)
        except OSError as error:
            self._stop(error.errno)
            raise
        self.stopped = RUNNING
        self._flushing = False
        self._unsynced = False
        self.flushed_us = self._written_us = self._clock[clock64.LAST]
        self._open(settings["feature_hz"] // _THINNED_HZ)

    def _write_head(self, path, settings, t_us):
        if not self._make_room():
            raise OSError(_ENOSPC)
        file = self._file = open(path, "wb")
        from rhomboid.recording import definitions

        head = bytearray(definitions.HEADER_BYTES)
        head[: len(definitions.MAGIC)] = definitions.MAGIC
        clock64.stamp(self._clock, t_us, head, len(definitions.MAGIC))
        for message in definitions.messages(self.channels, self.optional_angles, settings, self.texts):
            if len(head) + len(message) > SPAN_BYTES:
                self._write(file, head, len(head))
                head = bytearray()
            head += message
        forget("rhomboid.recording.definitions", "rhomboid.recording.topics")
        self._write(file, head, len(head))
        self._checkpoint(file)
        file.flush()

    def flush_some(self):
        """One step of a flush, at most one span; for every tick at rest. True while the flush goes on.

        A flush begins when a flash block's worth of records waits, or ten seconds after the one before. Its last
        step makes the file durable and looks for room; when there is none, recording stops: `stopped` says why.
        """
        if not self._flushing:
            waited_us = (self._clock[clock64.LAST] - self.flushed_us) & _TICKS_MASK
            waiting = self.buffer.waiting()
            self._flushing = waiting >= FLUSH_FROM_BYTES or (waiting > 0 and waited_us >= _FLUSH_AFTER_US)
        if self._flushing:
            self._flushing = self._write_span()
        return self._flushing

    def flush_soon(self):
        """A set is over: what it has recorded is to be durable as soon as flush_some is called."""
        self._flushing = True

    def _write_span(self):
        """Write one span of what waits. False when nothing waits any more: then the file is durable."""
        file = self._file
        if file is None:
            return False
        try:
            if self._write_waiting(file):
                return True
            file.flush()
            self.flushed_us = self._written_us = self._clock[clock64.LAST]
            if self._since_look >= _LOOK_EVERY_BYTES:
                self._look_for_room(file)
        except OSError as error:
            self._stop(error.errno)
        return False

    def _write_waiting(self, file):
        """At most one span of what waits, and the checkpoint that closes it. True when more waits."""
        count = buffer.take(self._cells, self._memory, self._span, SPAN_BYTES)
        if count:
            self._write(file, self._span, count)
        if self._since_checkpoint:
            self._checkpoint(file)
        return self.buffer.waiting() > 0

    def write_in_pause(self):
        """In a set, where the loop can stand still for a moment: write a span; the next call makes it durable.

        True while that is owed. One call erases one flash block, rarely two. Allocates nothing.
        """
        file = self._file
        if file is None or self._out_of_room():
            return False
        try:
            if self._unsynced:
                file.flush()
                self._unsynced = False
                self.flushed_us = self._written_us
            else:
                if not self._write_waiting(file):
                    self._written_us = self._clock[clock64.LAST]
                self._unsynced = True
        except OSError as error:
            self._stop(error.errno)
            self._unsynced = False
        return self._unsynced

    def _make_room(self):
        """Look for room for what memory holds and the reserve; pulled logs may go. Allocates and takes long."""
        self._since_look = 0
        reserve_bytes = self._reserve_bytes + len(self._memory)
        made = self._storage.make_room(reserve_bytes)
        self._room = min(self._storage.free, _MOST_ROOM) - reserve_bytes
        return made

    def _look_for_room(self, file):
        """End the log while there is room to end it well. Looking takes long on a full littlefs, so not every time."""
        now_us = self._clock[clock64.LAST]
        if self._make_room():
            self._cells[buffer.RAW_OFF] = 0
            self.fault(now_us, _STORAGE, _FULL, 0)
            return
        self._tell_full()
        self._record_open_faults(now_us)
        self._shut()
        while self._write_waiting(file):
            pass
        self._finish("storage full")
        self.stopped = STORAGE_FULL

    def _out_of_room(self):
        """True when only the reserve is left, which a set must not touch: raw streams end, memory takes the rest."""
        if self._room > 0:
            return False
        if not self._cells[buffer.RAW_OFF]:
            self._cells[buffer.RAW_OFF] = 1
            self._since_look = _LOOK_EVERY_BYTES
            self._tell_full()
        return True

    def end_raw(self):
        """No more raw records in this log."""
        self._cells[buffer.RAW_OFF] = 1

    def _tell_full(self):
        self.warning = True
        self.fault(self._clock[clock64.LAST], _STORAGE, _FULL, 1)

    def end(self, t_us):
        """Write what waits and close the log; faults still present get their record.

        Each span may take 0.4 s on worn flash: in a running mode let flush_some return False first.
        """
        self._record_open_faults(t_us)
        self._shut()
        while self._write_span():
            pass
        self._finish("complete")

    def _finish(self, reason):
        """Say in the file why it ends here, and close it."""
        file = self._file
        if file is None:
            return
        try:
            message = _end_message(reason)
            self._write(file, message, len(message))
            self._checkpoint(file)
        except OSError:
            self.stopped = STORAGE_FAILED
        self._close()

    def _stop(self, error_number):
        self.stopped = STORAGE_FULL if error_number == _ENOSPC else STORAGE_FAILED
        self.warning = True
        self._close()

    def _close(self):
        self._shut()
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
        self._since_look += count
        self._room -= count
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

    def stream_block(self):
        """In a set with raw streams on a card: write at most one block of whole records, so that the memory lasts.

        Once a minute, in a tick of its own, make the file durable: before, its directory does not know the length.
        Allocates nothing, and does nothing while the card is busy.
        """
        file = self._file
        if file is None or self.buffer.waiting() < _STREAM_BYTES or self._out_of_room():
            return
        card = self._storage.card
        if card is not None and not card.ready():
            return
        now_us = self._clock[clock64.LAST]
        try:
            if not self._since_checkpoint and (now_us - self.flushed_us) & _TICKS_MASK >= _SYNC_AFTER_US:
                file.flush()
                self.flushed_us = self._written_us = now_us
                return
            self._write(file, self._span, buffer.take(self._cells, self._memory, self._span, _STREAM_BYTES))
            if self._since_checkpoint >= SPAN_BYTES - _STREAM_BYTES:
                self._checkpoint(file)
        except OSError as error:
            self._stop(error.errno)


def _end_message(reason):
    """The last message of a log that was closed: without it the reader knows that the device lost power."""
    body = "\0char[%d] end%s" % (len(reason), reason)
    data = bytearray(struct.pack("<HB", len(body), ord("I")))
    data += body.encode()
    data[3] = len(body) - 1 - len(reason)  # of the key
    return data
