"""Runs in MicroPython: time of one EmgChain.process of 4 channels and 10 frames, in microseconds.

Arguments: counts (little-endian int16, 4 interleaved channels), ticks: a multiple of their blocks of 10 frames. Prints
the mean time and what the features were at the end, so that two builds can be seen to do the same.
"""

import sys
from array import array
from time import ticks_diff, ticks_us

from rhomboid import features as f
from rhomboid.activation.chain import EmgChain


def main(source, ticks):
    with open(source, "rb") as file:
        counts = array("h", file.read())
    blocks = [array("h", counts[40 * k : 40 * k + 40]) for k in range(len(counts) // 40)]
    features = array("i", [0] * f.COUNT)
    chain = EmgChain(("UT", "MT", "LT", "LAT"), 30, 0, [3000, 3000, 3000, 3000], features)
    rounds = ticks // len(blocks)
    began = ticks_us()
    for _ in range(rounds):
        for block in blocks:
            chain.process(block, 10, 0, 1000)
    print(ticks_diff(ticks_us(), began) / (rounds * len(blocks)), ",".join(str(value) for value in features))


main(sys.argv[1], int(sys.argv[2]))
