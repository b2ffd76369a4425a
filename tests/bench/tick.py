"""The stages of one tick of a set, with inputs made up on the spot: `micropython tick.py STAGE N` runs STAGE N times.

Runs on any MicroPython with firmware/ on its path; where the chip's modules are missing, quiet ones stand in, so that
only the firmware's own work is counted. Without arguments, on a chip: prints microseconds per stage.
"""

import gc
import sys
import time
from array import array

import micropython

try:
    import rp2  # noqa: F401
except ImportError:
    from quiet_chip import install

    install()

from rhomboid import features as f
from rhomboid.activation import spectrum
from rhomboid.drivers import shtp
from rhomboid.drivers.bno08x import Bno08x, EdgeQueue, ReadViews
from rhomboid.drivers.button import Button
from rhomboid.fixed import clock64
from rhomboid.recording.ulog import LogWriter
from rhomboid.settings import schema
from rhomboid.supervision import led
from rhomboid.supervision.faults import FaultWatch
from rhomboid.supervision.health import LoopHealth, note
from rhomboid.supervision.pipeline import COACH, Pipeline
from rhomboid.supervision.session import SET, Session
from rhomboid.supervision.watchdog import Watchdog

CHANNELS = 4


class CannedBus:
    """An I2C bus with a BNO08x that always has one report ready: a slow rotation, 10 ms apart."""

    def __init__(self):
        self.i2c = self
        self.number = 0
        self.cells = array("i", [0] * 4)
        self.sequence = 0

    def readfrom_into(self, address, buffer):
        buffer[0] = 21
        buffer[1] = 0
        buffer[2] = 3
        self.sequence = (self.sequence + 1) & 255
        buffer[3] = self.sequence
        buffer[4] = 0xFB
        buffer[5] = 30
        buffer[6] = 0
        buffer[7] = 0
        buffer[8] = 0
        buffer[9] = 8
        buffer[11] = 3
        buffer[12] = 0
        buffer[13] = self.sequence
        buffer[14] = 2
        buffer[15] = 0
        buffer[16] = 45
        buffer[17] = 0
        buffer[18] = 0
        buffer[19] = self.sequence
        buffer[20] = 45

    def writeto_mem(self, address, register, data):
        pass

    def stuck(self):
        return False


class High:
    """A pin that reads 1."""

    def value(self, level=1):
        return 1


class Emg:
    """Ten frames of noise around the middle per tick."""

    def __init__(self):
        self.channels = CHANNELS
        self.state = array("i", [0] * 6)
        self._seed = 1

    def watch(self):
        pass

    def take(self, frames, most):
        seed = self._seed
        for k in range(10 * CHANNELS):
            seed = (seed * 75 + 74) % 65537  # below 2^30: larger integers allocate on 32 bits
            frames[k] = 8062 + (seed >> 8)
        self._seed = seed
        self.state[2] = (self.state[2] + 10_000) & 0x3FFF_FFFF
        return 10


class Tactor:
    def __init__(self, bus):
        self.bus = bus

    def play(self, sequence):
        return True

    def look(self):
        return True


class Storage:
    folder = "/logs"
    card = None


class Gauge:
    millivolt = 3900
    percent = 80


class Parts:
    """What device.py makes, without the chip."""

    def __init__(self):
        self.edges = EdgeQueue()
        bus = CannedBus()
        self.buses = {0: bus}
        views = ReadViews()
        self.imus = [
            Bno08x(number, ("thorax", "scapula", "humerus")[number], bus, 0x4A, High(), High(), views, self.edges)
            for number in range(3)
        ]
        self.emg = Emg()
        self.tactors = {"upper": Tactor(bus), "lower": Tactor(bus)}
        self.led = led.StatusLed(High())
        self.button = Button(High())
        self.gauge = Gauge()

    def usb(self):
        return False


class Bench:
    """Everything of one set; `now_us` moves 10 ms per tick."""

    def __init__(self):
        self.parts = parts = Parts()
        settings = schema.defaults()
        settings["mvc_uv_q4"] = [6000, 6000, 6000, 2000]
        cells = array("i", [f.UNDEFINED] * f.COUNT)
        clock = clock64.new_clock(0)
        self.log = LogWriter(16_384, cells, clock, None, CHANNELS)
        self.pipeline = Pipeline(parts, settings, cells, clock, self.log, 0)
        self.pipeline.tracker.restore([16384, 0, 0, 0] * 3, [16384, 0, 0, 0] * 3)
        health = LoopHealth()
        watch = FaultWatch(parts, CHANNELS, cells, self.log)
        self.session = Session(
            parts, self.pipeline, self.log, Storage(), settings, None, Watchdog("rp2040"), health, watch
        )
        self.session.mode = SET
        self.health = health
        self.now_us = 0
        self._view = memoryview(bytearray(21))

    def _ready(self):
        for imu in self.parts.imus:
            imu.state[shtp.EDGE_US] = self.now_us
            imu.state[shtp.SINCE_US] = self.now_us
        self.now_us = (self.now_us + 10_000) & 0x3FFF_FFFF

    def empty(self):
        """What the bench itself costs per round."""
        self._ready()

    def imu_report(self):
        """One report of one sensor, to the sample in its ring."""
        self._ready()
        self.parts.imus[0].serve()

    def bus(self):
        """The stand-in for the bus alone, to be taken off."""
        self._ready()
        self.parts.imus[0].bus.i2c.readfrom_into(0x4A, self._view)

    def emg(self):
        """Ten frames of four channels through the activation chain."""
        self._ready()
        pipeline = self.pipeline
        n = self.parts.emg.take(pipeline.frames, 64)
        pipeline.chain.process(pipeline.frames, n, 0, self.parts.emg.state[2])

    def take(self):
        """The stand-in for the converter alone, to be taken off."""
        self._ready()
        self.parts.emg.take(self.pipeline.frames, 64)

    def spectrum(self):
        """The median frequency of sites that work all the time: gathering, and the FFT beside it."""
        self._ready()
        pipeline = self.pipeline
        spectra = pipeline.spectra
        cells = pipeline.cells
        for c in range(CHANNELS):
            cells[f.MVC_0_PERMILLE + c] = 400
            cells[f.ENVELOPE_0_UV_Q4 + c] = 2400
            cells[f.QUALITY_0 + c] = 0
        cells[f.FLAGS] = 0
        if spectra.cells[0]:
            spectrum.gather(pipeline.chain._band, 10, spectra.samples, spectra.cells)
        found = spectrum.step(
            cells, spectra.rest_uv_q4, CHANNELS, spectra.samples, pipeline.chain.table, spectra.power, spectra.cells
        )
        if found:
            spectrum.result(found - 1, spectra.power, spectra.cells, spectra.out)

    def tracking(self):
        self._ready()
        self.pipeline.tracker.step(self.now_us)

    def coaching(self):
        self._ready()
        self.pipeline.stages[COACH](self.now_us)

    def recording(self):
        self._ready()
        self.pipeline.record(self.now_us)

    def tick(self):
        """Three reports served and the whole tick of a set."""
        self._ready()
        for imu in self.parts.imus:
            imu.serve()
        self.session.tick(self.now_us)
        note(self.health.cells, self.health.bins, self.now_us, self.now_us)


STAGES = ("empty", "take", "bus", "imu_report", "emg", "tracking", "coaching", "recording", "spectrum", "tick")


def run(stage, n):
    gc.collect()
    bench = Bench()
    for _ in range(20):
        bench.tick()
    step = getattr(bench, stage)
    micropython.heap_lock()  # as in a set
    began_us = time.ticks_us()
    for _ in range(n):
        step()
    took_us = time.ticks_diff(time.ticks_us(), began_us)
    micropython.heap_unlock()
    return took_us // n


if len(sys.argv) > 2:
    run(sys.argv[1], int(sys.argv[2]))
else:
    empty = 0
    for stage in STAGES:
        us = run(stage, 40)
        empty = us if stage == "empty" else empty
        print("%-12s %d us" % (stage, us - empty))
