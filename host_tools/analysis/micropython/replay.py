"""Runs in MicroPython: raw streams of a log through the firmware's own chain and tracker.

Arguments: options (JSON), counts (int16, interleaved), events (int32, 6 per row), output (int32: the feature vector and
the last onset of four channels, ticks). Rows of events:
    0 EMG block: frames, gap before it, ticks of its newest frame, 1 = write the features after it
    1 sample: sensor, ticks, w and x as int16 pair, y and z
    2 tick: ticks, pulse flag of its record (-1: it has none), 1 = write the features after it, neutral pose asked for
    3 set begins    4 set ends    5 a pattern is played: ticks, its number
"""

import json
import sys
from array import array
from binascii import a2b_base64

import uctypes
from rhomboid import features as f
from rhomboid.activation.chain import EmgChain
from rhomboid.coaching import exercises
from rhomboid.haptics.dose import HapticDose
from rhomboid.haptics.patterns import Patterns
from rhomboid.tracking.repetitions import RepetitionSegmenter
from rhomboid.tracking.segments import Tracker

ROW = 6


class Sensor:
    def __init__(self):
        self.quat_q14 = array("h", [0] * 32)
        self.time_us = array("i", [0] * 8)
        self.state = array("i", [0] * 8)
        self.state_count = 0
        self.state_epoch = 0


def restore(owners, lines):
    """Lines of recording/state.py back into the objects that they came from."""
    for line in lines:
        name, value = line.split(" ", 1)
        place, name = name.split(".", 1)
        owner = owners[int(place)]
        if value[0] == "=":
            setattr(owner, name, int(value[1:]))
        else:
            data = a2b_base64(value)
            target = getattr(owner, name)
            if len(bytes(target)) != len(data):
                raise ValueError("state %s has %d bytes, not %d" % (name, len(data), len(bytes(target))))
            uctypes.bytearray_at(uctypes.addressof(target), len(data))[:] = data


def main(options, counts_path, events_path, target):
    cells = array("i", [f.UNDEFINED] * f.COUNT)
    cells[f.PHASE] = 0
    sites = tuple(options["sites"])
    chain = EmgChain(sites, options["highpass_hz"], options["mains_hz"], options["mvc_uv_q4"], cells)
    sensors = [Sensor() for _ in range(3)]
    tracker = Tracker(sensors, options["side"], options["reference_q14"], cells, options["pod_axes_q14"])
    if options["heading_q14"]:
        tracker.restore(options["heading_q14"], options["mount_q14"])
    restore((chain, chain.onsets), options["state_emg"])
    patterns = Patterns(options["haptic_strength_percent"], options["cue_patterns"])
    dose = HapticDose(patterns, 0)
    restore((tracker, tracker.neutral, dose), options["state_tracking"])
    for k in range(3):
        restore((sensors[k],), options["state_imu"][k])
        sensors[k].state[0] = sensors[k].state_count
        sensors[k].state[1] = sensors[k].state_epoch
    exercise = exercises.load(options["exercise"])
    segmenter = RepetitionSegmenter(exercise)
    drive = exercise["drive"]
    channels = len(sites)
    onset_us = array("i", [-1] * 4)
    block = array("h", [0] * (64 * channels))
    row = array("i", [0] * ROW)
    in_set = False
    with open(counts_path, "rb") as counts, open(events_path, "rb") as events, open(target, "wb") as out:
        while events.readinto(row) == 4 * ROW:
            kind = row[0]
            if kind == 0:
                n = row[1]
                if n:
                    counts.readinto(memoryview(block)[: n * channels])
                chain.process(block, n, row[2], row[3])
                if row[4]:
                    for c in range(channels):
                        onset_us[c] = chain.onset_us[c]
                    out.write(cells)
                    out.write(onset_us)
            elif kind == 1:
                sensor = sensors[row[1]]
                k = sensor.state[0] & 7
                sensor.time_us[k] = row[2]
                for half in (0, 1):
                    word = row[3 + half]
                    low = word & 0xFFFF
                    sensor.quat_q14[4 * k + 2 * half] = low - 0x10000 if low & 0x8000 else low
                    sensor.quat_q14[4 * k + 2 * half + 1] = word >> 16
                sensor.state[0] += 1
            elif kind == 2:
                pulse = dose.marked(row[1]) if row[2] < 0 else row[2]
                cells[f.FLAGS] = f.FLAG_PULSE if pulse else 0
                if row[4]:
                    tracker.request_neutral()
                tracker.step(row[1])
                if in_set:
                    segmenter.step(row[1], cells[drive])
                    cells[f.PHASE] = segmenter.phase[0]
                if row[3]:
                    out.write(cells)
                    out.write(onset_us)
            elif kind == 3:
                segmenter.reset()
                in_set = True
            elif kind == 4:
                in_set = False
                cells[f.PHASE] = 0
            else:
                dose.admit(row[2], row[1])


with open(sys.argv[1]) as file:
    options = json.load(file)
main(options, sys.argv[2], sys.argv[3], sys.argv[4])
