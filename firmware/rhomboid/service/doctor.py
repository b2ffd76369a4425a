"""Every part looked at once: raw findings as JSON, for `rhomboid doctor` to judge. In SERVICE only; nothing is written.

It takes about 6 s and allocates freely. The EMG front ends are powered meanwhile: electrodes are off the body.
"""

import gc
import json
import os
from array import array
from binascii import b2a_base64
from time import ticks_us

from micropython import const

from rhomboid import VERSION
from rhomboid.drivers.bno08x import BLIND, TROUBLE
from rhomboid.fixed import clock64
from rhomboid.recording.storage import Storage
from rhomboid.settings.slots import Slots
from rhomboid.supervision import board as boards
from rhomboid.supervision import loop
from rhomboid.supervision.device import Device
from rhomboid.supervision.health import LoopHealth
from rhomboid.supervision.watchdog import Watchdog

_SETTLE_TICKS = const(50)  # front ends just powered: their 20.8 Hz high-pass, and the first reports of the sensors
_LOOK_TICKS = const(100)  # one second: a rate in Hz is a count, mains stands in one bin of a spectrum
_MAX_FRAMES = const(64)
_FELT = b"\x2f\x86\x2f\x00\x00\x00\x00\x00"  # two strong buzzes of the ROM, 60 ms apart


def run():
    """Print the findings."""
    print(json.dumps(_findings()))


def feel(name):
    """Play the test pattern on one tactor; prints whether its driver took it."""
    tactor = Device(boards.load()).tactors[name]
    tactor.setup([])
    print(json.dumps(tactor.play(_FELT)))


def _findings():
    board = boards.load()
    dog = Watchdog(board.MCU)
    settings, slot_reasons = Slots().load()
    device = Device(board)
    held = [number for number, bus in device.buses.items() if bus.stuck() and not bus.clear()]
    answering = {number: bus.i2c.scan() for number, bus in device.buses.items()}
    device.bring_up(settings["drv_calibration"], _nothing)
    gc.collect()
    look = _Look(device)
    device.start()
    loop.run(look, device.imus, device.edges.cells, LoopHealth())
    device.stop()
    device.gauge.read()
    status = os.statvfs("/")
    return {
        "version": VERSION,
        "board": board.NAME,
        "problems": device.problems,
        "settings": slot_reasons,
        "held_buses": held,
        "imus": [_imu(look, k, answering) for k in range(len(device.imus))],
        "sites": settings["emg_sites"][: device.emg.channels],
        "emg": str(b2a_base64(bytes(look.samples)), "ascii").strip(),
        "emg_frames": look.frames_kept,
        "tactors": {name: tactor.present for name, tactor in device.tactors.items()},
        "millivolt": device.gauge.millivolt,
        "percent": device.gauge.percent,
        "storage": [status[1] * status[2], status[1] * (status[3] if status[3] <= status[2] else 0)],
        "logs": _logs(),
        "boots": _text("/boots"),
        "crash": _text("/crash"),
        "bitten": dog.bitten(),
        "bitten_in_a_row": dog.resets_in_a_row(),
    }


def _imu(look, k, answering):
    imu = look.imus[k]
    return {
        "name": imu.name,
        "bus": imu.bus.number,
        "address": imu.address,
        "answers": imu.address in answering[imu.bus.number],
        "reports": imu.state[0] - look.counts[k],
        "blind": imu.state[BLIND],
        "trouble": imu.state[TROUBLE],
        "moves": list(look.moves[4 * k : 4 * k + 4]),
    }


def _logs():
    """[name, bytes, verified] of each log on the internal flash."""
    try:
        storage = Storage()
        return [[name, os.stat(storage.folder + "/" + name)[6], storage.verified(name)] for name in storage.logs()]
    except OSError:
        return []


def _text(path):
    """What a small file says, "" when it is missing."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def _nothing():
    pass


class _Look:
    """Takes the place of the session for a second and a half: collects samples, lets the sensors' supervision work.

    samples: one second of all channels, counts; counts: reports before that second; moves: the largest change of each
    quaternion component (Q14) within it.
    """

    def __init__(self, device):
        self.running = True
        self.timed = False
        self.imus = device.imus
        self.counts = [0] * len(self.imus)
        self.moves = array("i", [0] * (4 * len(self.imus)))
        self.samples = bytearray(2 * 10 * _LOOK_TICKS * device.emg.channels)
        self.frames_kept = 0
        self._first = array("h", [0] * (4 * len(self.imus)))
        self._emg = device.emg
        self._frames = array("h", [0] * (_MAX_FRAMES * device.emg.channels))
        self._clock = clock64.new_clock(ticks_us())
        self._tick = 0

    def tick(self, now_us):
        clock64.advance(self._clock, now_us)
        self._tick += 1
        n = self._emg.take(self._frames, _MAX_FRAMES)
        for imu in self.imus:
            imu.supervise(now_us)
        if self._tick <= _SETTLE_TICKS:
            for k in range(len(self.imus)):
                self.counts[k] = self.imus[k].state[0]
                self._newest(k, self._first)
            return
        self._keep(n)
        for k in range(len(self.imus)):
            self._compare(k)
        self.running = self._tick < _SETTLE_TICKS + _LOOK_TICKS

    def allocation_failed(self, now_us):
        """The heap is open here."""
        raise MemoryError

    def _keep(self, n):
        frame_bytes = 2 * self._emg.channels
        n = min(n, len(self.samples) // frame_bytes - self.frames_kept)
        at = self.frames_kept * frame_bytes
        self.samples[at : at + n * frame_bytes] = memoryview(bytes(self._frames))[: n * frame_bytes]
        self.frames_kept += n

    def _newest(self, k, into):
        imu = self.imus[k]
        slot = (imu.state[0] - 1) & 7
        for i in range(4):
            into[4 * k + i] = imu.quat_q14[4 * slot + i]

    def _compare(self, k):
        imu = self.imus[k]
        slot = (imu.state[0] - 1) & 7
        for i in range(4):
            change = abs(imu.quat_q14[4 * slot + i] - self._first[4 * k + i])
            if change > self.moves[4 * k + i]:
                self.moves[4 * k + i] = change
