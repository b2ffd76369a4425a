"""Runs in MicroPython: a made-up workout through the log writer, so that tests have logs without the whole firmware.

Every value is a function of the tick, so that a test can tell a wrong one. The heap is locked while a set is recorded.
"""

from array import array

import micropython
from rhomboid.fixed import clock64
from rhomboid.recording.ulog import LogWriter
from rhomboid.settings import schema

TICK_US = 10_000
_TICKS_MASK = 0x3FFF_FFFF
_WRAPS_FROM_US = 0x3FFF_FFFF - TICK_US + 1
_FRAMES = 10


class Workout:
    """A log writer over `storage`, with a device clock that begins at `start_us` ticks."""

    def __init__(self, storage, buffer_bytes=40_960, channels=4, start_us=1_000_000):
        self.cells = array("i", [0] * 48)
        self.clock = clock64.new_clock(start_us)
        self.log = LogWriter(buffer_bytes, self.cells, self.clock, storage, channels)
        self.log.texts = {"rules": ("ut_lt_ratio", "scapula_lost"), "sys_name": "Rhomboid", "boot_count": 7}
        self.settings = schema.defaults()
        self.us = start_us
        self.tick = 0
        self.repetitions = 0
        self.frames = array("h", [0] * (_FRAMES * channels))
        self.quaternions = array("h", [16384, 0, 0, 0] * 8)
        self.record = array("i", [0] * 6)
        self.shares = array("i", [0] * 4)
        self.report = array("i", [0] * 11)

    def begin(self, path):
        self.log.begin(path, self.settings, self.us)

    def _step(self, every, raw):
        """One tick: features every `every` ticks (0 = never), raw streams when `raw`."""
        self.us += TICK_US if self.us < _WRAPS_FROM_US else -_WRAPS_FROM_US  # no sum reaches 2^30
        clock64.advance(self.clock, self.us)
        self.tick += 1
        tick = self.tick
        log = self.log
        if every and tick % every == 0:
            cells = self.cells
            for k in range(48):
                cells[k] = (tick * 7 + k * 331) % 9001 - 4500
            log.segment_angles(self.us - 20_000)
            log.emg_envelope(self.us)
            log.activation(self.us)
        if raw:
            frames = self.frames
            for k in range(len(frames)):
                frames[k] = (tick * 13 + k * 97) % 16381
            log.raw_emg(frames, _FRAMES, 3 if tick % 100 == 50 else 0, self.us)
            for k in range(3):
                log.raw_quaternion(self.us, k, self.quaternions, 4, self.us - 4_000)
            log.stream_block()
        if tick % 100 == 0:
            report = self.report
            for k in range(len(report)):
                report[k] = tick % 60_000 + k
            log.health(self.us, report)
        return tick

    def _set(self, ticks, every, raw):
        log = self.log
        for _ in range(ticks):
            tick = self._step(every, raw)
            if tick % 300 == 0:
                self.repetitions += 1
                record = self.record
                record[0] = self.repetitions
                record[1] = (self.us - 2_900_000) & _TICKS_MASK
                record[2] = 900
                record[3] = 500
                record[4] = 1500
                record[5] = 4000 + tick % 500
                for k in range(4):
                    self.shares[k] = tick % 700 + k
                log.repetition(self.us, 0, record, self.shares, self.shares, self.shares, 3)
                log.cue(self.us, 1, 0, 2, tick, self.us - 30_000, self.us)
            if tick % 500 == 20:
                log.fault(self.us, 2, 5, 1)
            if tick % 500 == 170:
                log.fault(self.us, 2, 5, 0)
            if tick % 1000 == 0:
                log.marker(self.us, 1, tick)
                log.fatigue(self.us, 1, 16_000 + tick % 100, 900, 350, 1160, 1740)
                log.heading_correction(self.us, 1, -(tick % 200))

    def set(self, seconds, hz=20, raw=False):
        """A set: nothing is allocated and no flash is written (raw streams go to a card)."""
        micropython.heap_lock()
        self._set(seconds * 100, 100 // hz if hz else 0, raw)
        micropython.heap_unlock()

    def rest(self, seconds, hz=2):
        """A rest: features at a slower rate, the log is flushed as the firmware does, once per tick."""
        for _ in range(seconds * 100):
            self._step(100 // hz, False)
            self.log.flush_some()

    def end(self):
        self.log.end(self.us)
