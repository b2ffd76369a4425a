"""Harmonics of a periodic signal from samples sorted by phase into 64 bins, and back to a template of one period.

A sample at phase p of the period (0..1) goes to bin 64 p, so a bin stands for the phase of its centre. Even and odd
harmonics are symmetric over half a period, which halves the work.
"""

from array import array

import micropython
from micropython import const

NUMBERS = (1, 2, 3, 4, 5, 7)  # seven follows five in what rectifiers draw; the sixth hardly ever appears
COUNT = const(6)
BINS = const(64)
BIN_BIAS = const(0x8000000)  # a bin holds the sum of its samples + BIN_BIAS: never negative
TEMPLATE_BIAS = const(0x400000)
TEMPLATE_CELLS = const(65)  # the last is the first again, for interpolation
_QUARTER = (512, 511, 510, 506, 502, 497, 490, 482, 473, 463, 452, 439, 426, 411, 396, 379, 362, 344, 325, 305, 284, 263,
            241, 219, 196, 172, 149, 124, 100, 75, 50, 25, 0)  # fmt: skip


def cosine_table():
    """512 + 512 cos(2 pi k / 128), 128 values, never negative."""
    table = array("H", [0] * 128)
    for k in range(33):
        value = _QUARTER[k]
        table[k] = table[-k & 127] = 512 + value
        table[64 - k] = table[64 + k] = 512 - value
    return table


@micropython.viper
def flatten(template: ptr32, cells: int):
    """An empty template: nothing is subtracted."""
    for i in range(cells):
        template[i] = 0x400000


@micropython.viper
def analyse(bins: ptr32, first: int, samples: int, table: ptr16, folded: ptr32, out: ptr32, o: int):
    """out[o + 2 j], out[o + 2 j + 1] = amplitude of cosine and sine of harmonic NUMBERS[j] in microvolt/4; empties the bins.

    samples: how many went into the bins, 1..200, each |sample| < 2^18 microvolt/16; folded: 64 cells of scratch.
    Bounds: sum of |bins| <= 200 * 2^18 < 2^25.7, in whole microvolts < 2^21.7; times 2^9 < 2^30.7.
    """
    for i in range(32):
        a = (int(bins[first + i]) - 0x7FFFFF8) >> 4
        b = (int(bins[first + 32 + i]) - 0x7FFFFF8) >> 4
        bins[first + i] = 0x8000000
        bins[first + 32 + i] = 0x8000000
        folded[i] = a - b + 0x2000000
        folded[32 + i] = a + b + 0x2000000
    for j in range(6):
        h = j + 1
        if j == 5:
            h = 7
        base = 0 if h & 1 else 32
        k = h  # centre of bin 0
        cosine = 0
        sine = 0
        for i in range(base, base + 32):
            f = int(folded[i]) - 0x2000000
            cosine += f * (int(table[k]) - 512)
            sine += f * (int(table[(k + 96) & 127]) - 512)
            k = (k + h + h) & 127
        # amplitude = 2 sum / samples, over 512 of the table, times 4 of Q2
        out[o] = (cosine >> 6) // samples
        out[o + 1] = (sine >> 6) // samples
        o += 2


@micropython.viper
def synthesise(weights: ptr32, w: int, table: ptr16, folded: ptr32, template: ptr32, first: int):
    """template[first + i] = sum over the harmonics of their waves at phase i / 64, in microvolt/16, + TEMPLATE_BIAS.

    weights[w + 2 j], weights[w + 2 j + 1]: cosine and sine of harmonic NUMBERS[j] in microvolt/16, each < 2^17 in size.
    Bounds: each harmonic adds less than 2^17 * sqrt(2) * 2^9 before its shift; six of them stay below 2^20.2.
    """
    m = 1
    m = m << 31
    for i in range(64):
        folded[i] = 0x400000
    for j in range(6):
        cosine = (int(weights[w]) ^ m) - m
        sine = (int(weights[w + 1]) ^ m) - m
        w += 2
        if cosine or sine:
            h = j + 1
            if j == 5:
                h = 7
            base = 0 if h & 1 else 32
            k = 0
            for i in range(base, base + 32):
                folded[i] = int(folded[i]) + (
                    (cosine * (int(table[k]) - 512) + sine * (int(table[(k + 96) & 127]) - 512)) >> 9
                )
                k = (k + h + h) & 127
    for i in range(32):
        odd = int(folded[i]) - 0x400000
        even = int(folded[32 + i])
        template[first + i] = even + odd
        template[first + 32 + i] = even - odd
    template[first + 64] = template[first]
