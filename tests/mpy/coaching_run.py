"""Runs in MicroPython: features of a set through the Coach of an exercise, every step with the heap locked.

Arguments: exercise, input file, output file. Input, int32 per tick: 48 features, event, phase, ticks us, the six cells
of the segmenter's record. Output, int32 per tick: the rule whose cue starts, the rules that fired, the verdict bits,
the value that fired, then the measures and the features that coaching writes.
"""

import sys
from array import array

import micropython
from rhomboid import features as f
from rhomboid.coaching.coach import Coach

TICK = 48 + 3 + 6
WRITTEN = (f.UPWARD_DEFICIT_CDEG, f.SCAPULA_LEAD_MS)


def main(exercise, source, target):
    features = array("i", [f.UNDEFINED] * f.COUNT)
    record = array("i", [0] * 6)
    tick = array("i", [0] * TICK)
    coach = Coach(exercise, {"emg_sites": ["UT", "MT", "LT", "LAT"]}, features, record)
    out = array("i", [0] * (4 + len(coach.measures.values) + len(WRITTEN)))
    first = True
    with open(source, "rb") as file, open(target, "wb") as results:
        while file.readinto(tick):
            micropython.heap_lock()
            for i in range(48):
                if i not in WRITTEN:
                    features[i] = tick[i]
            for i in range(6):
                record[i] = tick[51 + i]
            if first:
                coach.begin_set(tick[50])
                first = False
            out[0] = coach.step(tick[50], tick[48], tick[49])
            out[1] = coach.rules.fired()
            out[2] = coach.rules.verdict()
            out[3] = coach.rules.value()
            for i in range(len(coach.measures.values)):
                out[4 + i] = coach.measures.values[i]
            out[len(out) - 2] = features[f.UPWARD_DEFICIT_CDEG]
            out[len(out) - 1] = features[f.SCAPULA_LEAD_MS]
            micropython.heap_unlock()
            results.write(out)
    print(coach.rule_names)
    print(coach.left_out)


main(sys.argv[1], sys.argv[2], sys.argv[3])
