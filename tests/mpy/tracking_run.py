"""Runs in MicroPython: recorded sensor samples through the Tracker, tick by tick.

Arguments: input file, output file. Input, int32 little-endian:
    side (1 or -1), pods (1: the reference pods of the side, 0: aligned sensors), count of reference numbers, ticks,
    tick of the neutral request (-1 none), count of samples, tick from which the heap is locked (-1 never), count of
    marks
    reference_q14[...]
    marks[count][2]: (tick, kind): 1 pulse begins, 0 pulse ends, 2 + n new epoch of sensor n, 8 + p phase p,
                     16 request a neutral pose, 32 restart with the calibration that the settings would have kept
    tick times[ticks]
    samples[count][5]: sensor, first tick that sees it, sensor time in ticks us, (w, x) and (y, z) as int16 pairs
Output: the feature vector of every tick (int32[48]), then neutral_taken, neutral_failed, corrected, known, lost,
corrections[32], calibration[18].
"""

import sys
from array import array

import micropython
from rhomboid import features as f
from rhomboid.tracking.neutral import ALIGNED_PODS_Q14, reference_pods_q14
from rhomboid.tracking.segments import Tracker


class Sensor:
    def __init__(self):
        self.quat_q14 = array("h", [0] * 32)
        self.time_us = array("i", [0] * 8)
        self.state = array("i", [0, 0])


@micropython.viper
def put(samples: ptr32, i: int, quat: ptr16, time_us: ptr32, state: ptr32):
    k = int(state[0]) & 7
    state[0] = int(state[0]) + 1
    time_us[k] = samples[i + 2]
    a = int(samples[i + 3])
    b = int(samples[i + 4])
    quat[4 * k] = a
    quat[4 * k + 1] = a >> 16
    quat[4 * k + 2] = b
    quat[4 * k + 3] = b >> 16


def integers(file, count):
    values = array("i", [0] * count)
    file.readinto(values)
    return values


def main(source, target):
    with open(source, "rb") as file:
        side, pods, references, ticks, neutral_tick, count, lock_tick, marks = integers(file, 8)
        reference = list(integers(file, references))
        mark = integers(file, 2 * marks)
        times = integers(file, ticks)
        samples = integers(file, 5 * count)
    sensors = [Sensor() for _ in range(3)]
    fitted = 0
    for i in range(0, 5 * count, 5):
        fitted |= 1 << samples[i]
    features = array("i", [0] * f.COUNT)
    imus = [sensors[i] if fitted >> i & 1 else None for i in range(3)]
    worn = "left" if side < 0 else "right"
    pod_axes = reference_pods_q14(worn) if pods else ALIGNED_PODS_Q14
    tracker = Tracker(imus, worn, reference, features, pod_axes)
    out = open(target, "wb")
    k = 0
    j = 0
    for tick in range(ticks):
        while k < len(samples) and samples[k + 1] <= tick:
            sensor = sensors[samples[k]]
            put(samples, k, sensor.quat_q14, sensor.time_us, sensor.state)
            k += 5
        while j < len(mark) and mark[j] <= tick:
            kind = mark[j + 1]
            if kind < 2:
                features[f.FLAGS] = f.FLAG_PULSE if kind else 0
            elif kind < 8:
                sensors[kind - 2].state[1] += 1
            elif kind < 16:
                features[f.PHASE] = kind - 8
            elif kind == 16:
                tracker.request_neutral()
            else:
                heading, mount = tracker.neutral.stored_q14()
                tracker = Tracker(imus, worn, reference, features, pod_axes)
                tracker.restore(heading, mount)
            j += 2
        if tick == neutral_tick:
            tracker.request_neutral()
        if 0 <= lock_tick <= tick:
            micropython.heap_lock()
            tracker.step(times[tick])
            micropython.heap_unlock()
        else:
            tracker.step(times[tick])
        out.write(features)
    neutral = tracker.neutral
    out.write(
        array("i", [tracker.neutral_taken, tracker.neutral_failed, neutral.corrected, neutral.known, neutral.lost])
    )
    out.write(neutral.corrections)
    out.write(neutral.calibration)
    out.close()


main(sys.argv[1], sys.argv[2])
