"""Harmonics of a periodic signal from samples sorted by phase into 64 bins, and back to a template of one period.

A sample at phase p of the period (0..1) goes to bin 64 p, so a bin stands for the phase of its centre. Even and odd
harmonics repeat or negate over half a period, cosines and sines over its mirror image: that quarters the work.
"""

from array import array

import micropython
from micropython import const

NUMBERS = (1, 2, 3, 4, 5, 7)  # seven follows five in what rectifiers draw; the sixth hardly ever appears
COUNT = const(6)
BINS = const(64)
BIN_BIAS = const(0x8000000)  # a bin holds the sum of its samples + BIN_BIAS: never negative
TEMPLATE_BIAS = const(0x400000)
_MOST_MAINS = const(0x20000)
_FOLD_BIAS = const(0x2000000)
TEMPLATE_CELLS = const(65)  # the last is the first again, for interpolation
_QUARTER = (
    512, 511, 510, 506, 502, 497, 490, 482, 473, 463, 452, 439, 426, 411, 396, 379, 362,
    344, 325, 305, 284, 263, 241, 219, 196, 172, 149, 124, 100, 75, 50, 25, 0,
)  # fmt: skip


def cosine_table():
    """512 + 512 cos(2 pi k / 128) for k < 224, never negative; the sine of k is the cosine of k + 96."""
    table = array("H", [0] * 224)
    for k in range(33):
        value = _QUARTER[k]
        table[k] = table[-k & 127] = 512 + value
        table[64 - k] = table[64 + k] = 512 - value
    for k in range(96):
        table[128 + k] = table[k]
    return table


@micropython.viper
def flatten(template: ptr32, cells: int):
    """An empty template: nothing is subtracted."""
    for i in range(cells):
        template[i] = TEMPLATE_BIAS


@micropython.viper
def analyse(bins: ptr32, first: int, samples: int, table: ptr16, folded: ptr32, out: ptr32, o: int):
    """out[o + 2 j], out[o + 2 j + 1] = cosine and sine amplitude of harmonic NUMBERS[j], microvolt/4; empties the bins.

    samples: how many went into the bins, 1..200, their mean size below 281000 microvolt/16; folded: 64 cells. The
    four bins whose phases differ by a sign or half a turn are folded into one: 16 each for cosines and sines of odd and
    of even harmonics.
    Bounds: sum of |bins| <= 200 * 281000 < 2^25.8, in whole microvolts < 2^21.8; times 2^9 < 2^30.8.
    """
    empty = BIN_BIAS
    zero = _FOLD_BIAS
    up = first
    down = first + 31
    i = 0
    while i < 16:
        a = (int(bins[up]) - empty + 8) >> 4
        b = (int(bins[down]) - empty + 8) >> 4
        c = (int(bins[up + 32]) - empty + 8) >> 4
        d = (int(bins[down + 32]) - empty + 8) >> 4
        bins[up] = empty
        bins[down] = empty
        bins[up + 32] = empty
        bins[down + 32] = empty
        up += 1
        down -= 1
        even = a + d
        odd = c + b
        folded[i] = even - odd + zero
        folded[i + 32] = even + odd + zero
        even = a - d
        odd = c - b
        folded[i + 16] = even - odd + zero
        folded[i + 48] = even + odd + zero
        i += 1
    for j in range(COUNT):
        h = j + 1
        if j == 5:
            h = 7
        step = h + h
        k = h  # centre of bin 0
        cosine = 0
        sine = 0
        i = 0 if h & 1 else 32
        stop = i + 16
        while i < stop:
            cosine += (int(folded[i]) - zero) * (int(table[k]) - 512)
            sine += (int(folded[i + 16]) - zero) * (int(table[k + 96]) - 512)
            i += 1
            k = (k + step) & 127
        # amplitude = 2 sum / samples, over 512 of the table, times 4 of Q2
        out[o] = (cosine >> 6) // samples
        out[o + 1] = (sine >> 6) // samples
        o += 2


@micropython.viper
def synthesise(weights: ptr32, w: int, table: ptr16, folded: ptr32, template: ptr32, first: int):
    """template[first + i] = sum of the harmonics' waves at phase i / 64, microvolt/16, + TEMPLATE_BIAS.

    weights[w + 2 j], weights[w + 2 j + 1]: cosine and sine of harmonic NUMBERS[j] in microvolt/16, each < 2^17 in size.
    The sum saturates at 2^17, all that the converter can show.
    Bounds: each harmonic adds less than 2^17 * sqrt(2) * 2^9 before its shift; six of them stay below 2^20.2.
    """
    m = 1
    m = m << 31
    i = 0
    while i < BINS:
        folded[i] = TEMPLATE_BIAS
        i += 1
    for j in range(COUNT):
        cosine = (int(weights[w]) ^ m) - m
        sine = (int(weights[w + 1]) ^ m) - m
        w += 2
        if cosine > 7 or cosine < -7 or sine > 7 or sine < -7:  # half a microvolt is not worth its time
            h = j + 1
            if j == 5:
                h = 7
            step = h + h
            k = 0
            i = 0 if h & 1 else 32
            stop = i + 32
            while i < stop:
                folded[i] = int(folded[i]) + ((cosine * (int(table[k]) - 512) + sine * (int(table[k + 96]) - 512)) >> 9)
                i += 1
                k = (k + step) & 127
    most = TEMPLATE_BIAS + _MOST_MAINS
    least = TEMPLATE_BIAS - _MOST_MAINS
    i = 0
    while i < BINS:
        # the second half of the period repeats the even harmonics and negates the odd ones
        k = i & 31
        value = int(folded[32 + k])
        if i < 32:
            value += int(folded[k]) - TEMPLATE_BIAS
        else:
            value -= int(folded[k]) - TEMPLATE_BIAS
        if value > most:
            value = most
        if value < least:
            value = least
        template[first + i] = value
        i += 1
    template[first + BINS] = template[first]
