"""Runs in MicroPython: time of one Tracker.step and one RepetitionSegmenter.step, in microseconds, on moving sensors.

Argument: ticks. Prints two numbers.
"""

import sys
from array import array
from time import ticks_diff, ticks_us

from rhomboid.tracking.repetitions import RepetitionSegmenter
from rhomboid.tracking.segments import Tracker


class Sensor:
    def __init__(self):
        self.quat_q14 = array("h", [0] * 32)
        self.time_us = array("i", [0] * 8)
        self.state = array("i", [0, 0])


def main(ticks):
    features = array("i", [0] * 48)
    sensors = [Sensor() for _ in range(3)]
    tracker = Tracker(sensors, "right", [], features)
    exercise = {"drive_sign": 1, "min_range_cdeg": 3000, "range_cdeg": 7000, "tempo_ms": {}}
    segmenter = RepetitionSegmenter(exercise)
    tracker.request_neutral()
    tracking = 0
    counting = 0
    for tick in range(ticks + 150):
        t_us = 10_000 * tick
        for sensor in sensors:
            k = tick & 7
            swing = 0 if tick < 150 else 20 * (tick & 255)
            for i, q in enumerate((11585 - swing, 11585, swing, 0)):
                sensor.quat_q14[4 * k + i] = q
            sensor.time_us[k] = t_us
            sensor.state[0] = tick + 1
        began = ticks_us()
        tracker.step(t_us)
        between = ticks_us()
        segmenter.step(t_us, 30 * (tick & 255))
        ended = ticks_us()
        if tick >= 150:
            tracking += ticks_diff(between, began)
            counting += ticks_diff(ended, between)
    assert tracker.neutral_taken == 1
    print(tracking / ticks, counting / ticks)


main(int(sys.argv[1]))
