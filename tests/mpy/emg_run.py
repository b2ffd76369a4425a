"""Runs in MicroPython: a file of counts through EmgChain, its features to another.

Arguments: counts (little-endian int16, interleaved), output, options as a JSON file (see tests/emg_rig.py). Output,
int32: per block the envelope of each channel, then per mille, quality, active, onset and rise likewise; 3 ratios; turns
of the mains per sample in Q30 (0: none known). After all blocks the band-limited signal, interleaved.
"""

import json
import sys
from array import array

from rhomboid import features as f
from rhomboid.activation.chain import MAX_FRAMES, EmgChain
from rhomboid.fixed import highpass, mains

HOP = 50


def main(source, target, options):
    sites = options["sites"]
    channels = len(sites)
    features = array("i", [0] * f.COUNT)
    chain = EmgChain(sites, options["highpass_hz"], options["mains_hz"], options["mvc_uv_q4"], features)
    gaps = options["gaps"]
    blocks = options["blocks"]
    with open(source, "rb") as file:
        counts = array("h", file.read())
    frames = len(counts) // channels
    band = array("i", [0] * len(counts))
    block = array("h", [0] * (MAX_FRAMES * channels))
    place = 0
    turn = 0
    with open(target, "wb") as file:
        while place < frames:
            n = min(blocks[turn % len(blocks)], frames - place)
            turn += 1
            for i in range(n * channels):
                block[i] = counts[place * channels + i]
            chain.process(block, n, gaps.get(str(place), 0), options["start_us"] + 1000 * (place + n))
            row = array("i")
            for first in (f.ENVELOPE_0_UV_Q4, f.MVC_0_PERMILLE, f.QUALITY_0):
                row.extend(features[first : first + channels])
            row.extend(chain.active)
            row.extend(chain.onset_us)
            row.extend(features[f.RISE_0_US : f.RISE_0_US + channels])
            row.extend(features[f.UT_LT_Q8 : f.UT_LT_Q8 + 3])
            row.append(chain._mains[mains.STEP] if chain._mains[mains.MODE] else 0)
            file.write(row)
            # the buffer holds the last piece of the block: all of it unless the block crosses a hop
            for i in range(n):
                for c in range(channels):
                    band[(place + i) * channels + c] = chain._band[highpass.STRIDE * c + i] - highpass.BIAS
            place += n
        file.write(band)


with open(sys.argv[3]) as file:
    options = json.load(file)
main(sys.argv[1], sys.argv[2], options)
