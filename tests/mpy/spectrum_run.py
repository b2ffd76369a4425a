"""Runs in MicroPython: counts through EmgChain and Spectra; prints frame, channel, Hz * 256, RMS uV * 16, per mille.

Arguments: counts (little-endian int16, interleaved), options as a JSON file: sites, mvc_uv_q4, rest_uv_q4.
"""

import json
import sys
from array import array

from rhomboid import features as f
from rhomboid.activation import spectrum
from rhomboid.activation.chain import EmgChain

BLOCK = 10
with open(sys.argv[2]) as file:
    options = json.load(file)
channels = len(options["sites"])
features = array("i", [0] * f.COUNT)
spectra = spectrum.Spectra(channels, options["rest_uv_q4"])
chain = EmgChain(options["sites"], 30, 0, options["mvc_uv_q4"], features, spectra)
with open(sys.argv[1], "rb") as file:
    counts = array("h", file.read())
block = array("h", [0] * (64 * channels))
for place in range(0, len(counts) // channels - BLOCK, BLOCK):
    for i in range(BLOCK * channels):
        block[i] = counts[place * channels + i]
    chain.process(block, BLOCK, 0, 1_000_000 + 1000 * (place + BLOCK))
    found = spectrum.step(
        features, spectra.rest_uv_q4, channels, spectra.samples, chain.table, spectra.power, spectra.cells
    )
    if found:
        spectrum.result(found - 1, spectra.power, spectra.cells, spectra.out)
        print(place + BLOCK, found - 1, spectra.out[0], spectra.out[1], spectra.out[2])
