"""Runs on the chip: what each stage of a tick costs, with inputs made up on the spot and the heap locked as in a set.

Prints "STAGE us" lines, then "heap BYTES", then "end". A stage's modules are dropped before the next one is loaded.
"""

import gc
import sys
import time
from array import array

import micropython

SITES = ("UT", "MT", "LT", "LAT")
MVC_UV_Q4 = (6000, 6000, 6000, 2000)
TICK_US = 10_000

gc.threshold(2000)  # as supervision/start.py: code lies without holes


def drop():
    for name in list(sys.modules):
        if name.startswith("rhomboid"):
            del sys.modules[name]
    gc.collect()


def measure(name, step, rounds):
    for _ in range(3):
        step()
    gc.collect()
    micropython.heap_lock()
    began_us = time.ticks_us()
    for _ in range(rounds):
        step()
    took_us = time.ticks_diff(time.ticks_us(), began_us)
    micropython.heap_unlock()
    print(name, took_us // rounds)


now_us = array("i", [0])


def pass_tick():
    now_us[0] = (now_us[0] + TICK_US) & 0x3FFF_FFFF


def emg_stage():
    from rhomboid import features as f
    from rhomboid.activation.chain import EmgChain

    cells = array("i", [f.UNDEFINED] * f.COUNT)
    chain = EmgChain(SITES, 30, 0, MVC_UV_Q4, cells)
    frames = array("h", [0] * 256)
    seed = 1
    for k in range(256):
        seed = (seed * 25173 + 13849) & 0xFFFF
        frames[k] = 8190 + (seed >> 8) - 128
    process = chain.process

    def step():
        pass_tick()
        process(frames, 10, 0, now_us[0])

    for _ in range(200):  # mains found or given up, rest levels learned
        step()
    measure("emg", step, 50)


@micropython.viper
def copy_bytes(source: ptr8, target: ptr8, count: int):
    for k in range(count):
        target[k] = source[k]


class CannedBus:
    """A sensor that always has one report, the next in its sequence."""

    def __init__(self):
        self.i2c = self
        self.number = 0
        self.cells = array("i", [0] * 4)
        self.report = bytearray((21, 0, 3, 0, 0xFB, 30, 0, 0, 0, 8, 0, 3, 0, 0, 2, 0, 45, 0, 0, 0, 45))

    def readfrom_into(self, address, buffer):
        report = self.report
        report[3] = report[13] = report[19] = (report[3] + 1) & 255
        copy_bytes(report, buffer, 21)

    def stuck(self):
        return False


class High:
    def value(self, level=1):
        return 1


def motion_stage():
    from rhomboid import features as f
    from rhomboid.drivers import bno08x, shtp
    from rhomboid.tracking.segments import Tracker

    cells = array("i", [f.UNDEFINED] * f.COUNT)
    views, queue, bus = bno08x.ReadViews(), bno08x.EdgeQueue(), CannedBus()
    names = ("thorax", "scapula", "humerus")
    imus = [bno08x.Bno08x(k, names[k], bus, 0x4A, High(), High(), views, queue) for k in range(3)]
    tracker = Tracker(imus, "right", [], cells, [16384, 0, 0, 0] * 3)
    tracker.restore([16384, 0, 0, 0] * 3, [16384, 0, 0, 0] * 3)
    serves = tuple([imu.serve for imu in imus])
    states = tuple([imu.state for imu in imus])
    view = memoryview(bytearray(21))
    track = tracker.step

    def edges():
        for state in states:
            state[shtp.EDGE_US] = now_us[0]
            state[shtp.SINCE_US] = now_us[0]
        pass_tick()

    def bus_alone():
        edges()
        for _ in range(3):
            bus.readfrom_into(0x4A, view)

    def reports():
        edges()
        for serve in serves:
            serve()

    def all():
        reports()
        track(now_us[0])

    measure("edges_and_bus", bus_alone, 30)
    measure("reports", reports, 30)
    measure("reports_and_tracking", all, 30)
    supervise = imus[0].supervise
    measure("supervise", lambda: supervise(now_us[0]), 30)


def coaching_stage():
    from rhomboid import features as f
    from rhomboid.coaching import exercises
    from rhomboid.coaching.coach import Coach
    from rhomboid.tracking.repetitions import RepetitionSegmenter

    cells = array("i", [100] * f.COUNT)
    exercise = exercises.load("row")
    segmenter = RepetitionSegmenter(exercise)
    coach = Coach("row", {"emg_sites": list(SITES)}, cells, segmenter.record)
    coach.begin_set(0)
    segment, step, drive = segmenter.step, coach.step, exercise["drive"]
    measure("repetitions", lambda: segment(now_us[0], cells[drive]), 30)
    measure("coaching", lambda: step(now_us[0], 0, 1), 30)


def recording_stage():
    from rhomboid import features as f
    from rhomboid.fixed import clock64
    from rhomboid.recording.ulog import LogWriter

    cells = array("i", [100] * f.COUNT)
    clock = clock64.new_clock(0)
    log = LogWriter(8192, cells, clock, None, len(SITES))
    log._open(4)

    def step():
        log.segment_angles(now_us[0])
        log.emg_envelope(now_us[0])
        log.activation(now_us[0])

    measure("features_record", step, 30)
    advance = clock64.advance
    measure("clock", lambda: advance(clock, now_us[0]), 30)


for stage in (emg_stage, motion_stage, coaching_stage, recording_stage):
    stage()
    drop()
print("heap", gc.mem_alloc() + gc.mem_free())
print("end")
