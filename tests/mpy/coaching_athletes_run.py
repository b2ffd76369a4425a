"""Runs in MicroPython: synthetic athletes' sets through the EMG chain, the segmentation and the coach.

Argument: a list file with one line per set: path, exercise, MVC of the sites (1/16 uV, commas), tabs between. A set is
int32 rows of 58 cells: features 0..15 and 34, time in ticks us, 40 EMG counts (10 frames of UT, MT, LT, LAT). The first
300 rows only settle the filters. Prints a line of JSON per set: verdict bits of the complete repetitions, and the rules
that fired in what was abandoned.
"""

import json
import sys
from array import array

import micropython
from rhomboid import features as f
from rhomboid.activation.chain import EmgChain
from rhomboid.coaching import exercises
from rhomboid.coaching.coach import Coach
from rhomboid.tracking.repetitions import ABANDONED, COMPLETED, STARTED, RepetitionSegmenter

SITES = ("UT", "MT", "LT", "LAT")
ROW = 58
SETTLING = 300


@micropython.viper
def unpack(row: ptr32, cells: ptr32, frames: ptr16):
    i = 0
    while i < 16:
        cells[i] = row[i]
        i += 1
    cells[34] = row[16]
    i = 0
    while i < 40:
        frames[i] = row[18 + i]
        i += 1


def train(path, name, mvc_uv_q4):
    cells = array("i", [0] * f.COUNT)
    for i in range(16, f.COUNT):
        cells[i] = f.UNDEFINED
    exercise = exercises.load(name)
    segmenter = RepetitionSegmenter(exercise)
    chain = EmgChain(SITES, 30, 50, mvc_uv_q4, cells)
    coach = Coach(exercise, {"emg_sites": list(SITES)}, cells, segmenter.record)
    row = array("i", [0] * ROW)
    frames = array("h", [0] * 40)
    verdicts = []
    stray = 0
    fired = 0
    tick = 0
    with open(path, "rb") as file:
        while file.readinto(row):
            unpack(row, cells, frames)
            t_us = row[17]
            chain.process(frames, 10, 0, t_us)
            tick += 1
            if tick == SETTLING:
                coach.begin_set(t_us)
            if tick <= SETTLING:
                continue
            event = segmenter.step(t_us, cells[exercise["drive"]])
            cells[31] = segmenter.phase[0]
            coach.step(t_us, event, segmenter.phase[0])
            if event == STARTED:
                fired = 0
            fired |= coach.rules.fired()
            if event == COMPLETED:
                verdicts.append(coach.rules.verdict())
            elif event == ABANDONED:
                stray |= fired
    return {"verdicts": verdicts, "stray": stray, "names": coach.rule_names}


for line in open(sys.argv[1]):
    path, name, mvc = line.strip().split("\t")
    print(json.dumps(train(path, name, [int(part) for part in mvc.split(",")])))
