"""Runs in MicroPython: drive angles through the RepetitionSegmenter.

Arguments: input file, output file. Input, int32: sign, min_range_cdeg, range_cdeg, isometric target ms, heap locked,
sets; then for each set its length; then int16 drives of all sets at 100 Hz. Output, int32: per event (set, tick, event,
phase), for COMPLETED followed by the six cells of the record.
"""

import sys
from array import array

import micropython
from rhomboid.tracking.repetitions import COMPLETED, RepetitionSegmenter


def main(source, target):
    with open(source, "rb") as file:
        head = array("i", [0] * 6)
        file.readinto(head)
        lengths = array("i", [0] * head[5])
        file.readinto(lengths)
        out = open(target, "wb")
        exercise = {
            "drive_sign": head[0],
            "min_range_cdeg": head[1],
            "range_cdeg": head[2],
            "tempo_ms": {"isometric": (head[3], 40)},
        }
        for number, length in enumerate(lengths):
            drive = array("h", [0] * length)
            file.readinto(drive)
            segmenter = RepetitionSegmenter(exercise)
            t_us = (1 << 30) - 5_000_000
            for tick in range(length):
                if head[4]:
                    micropython.heap_lock()
                event = segmenter.step(t_us, drive[tick])
                if head[4]:
                    micropython.heap_unlock()
                t_us = (t_us + 10_000) & 0x3FFFFFFF
                if event:
                    out.write(array("i", [number, tick, event, segmenter.phase[0]]))
                    if event == COMPLETED:
                        out.write(segmenter.record)
        out.close()


main(sys.argv[1], sys.argv[2])
