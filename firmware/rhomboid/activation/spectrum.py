"""Median frequency and RMS of each site's EMG while it works, a little in each tick.

One site at a time is gathered, at 500 Hz (means of two samples; less than 3 % of the power is above 250 Hz, domain
2.1): two windows of 256 ms, the real and imaginary part of one complex FFT of 128 points, since the sum of their powers
at frequency k is (|Z(k)|^2 + |Z(-k)|^2) / 2: nothing has to be told apart. Bins of 3.9 Hz, no taper: the band-limited
signal has no line to leak (mains are out). The means take some from the top (a tenth at 100 Hz), the high-pass from the
bottom: on the real recording the median is that of the raw signal within 2 Hz.

A site is gathered from 20 %MVC on (domain 2.5: doubtful at low contraction levels), 10 dB over its rest level (domain
2.5: SNR), with good quality and outside of pulses; a pair in which that ends, or which is below 20 %MVC on average, is
given up. Two such pairs make one result.
"""

from array import array

import micropython
from micropython import const

# A kernel takes only constants of its own file: those marked as another's are compared by a test
ENVELOPE_0 = const(16)  # features.ENVELOPE_0_UV_Q4
MVC_0 = const(20)  # features.MVC_0_PERMILLE
QUALITY_0 = const(24)  # features.QUALITY_0
FLAGS = const(15)  # features.FLAGS
FLAG_PULSE = const(8)  # features.FLAG_PULSE
# rail, flat, electrode off, mains, motion, settling; a few clipped peaks hardly move a median, nor do heartbeats then
_BAD = const(0xB7)
BIAS = const(0x80000)  # highpass.BIAS
STRIDE = const(64)  # highpass.STRIDE

GATE_PERMILLE = const(200)  # domain 2.5: about 20 %MVC
LEAST_SNR_Q8 = const(810)  # 10 dB
# rest envelope of the chain by itself, microvolt/16, where the athlete's is not known: 5.2 uV, hardware/budgets.md
REST_UV_Q4 = const(83)
PAIRS = const(2)  # 1 s of signal in a result; engineering choice
STEPS = const(10)  # of 576 in one tick, with what is gathered about 0.2 ms on an RP2040 while sites work

_SAMPLES = const(256)
_BINS = const(64)
_BIN_HZ_Q8 = const(1000)  # 500 / 128 Hz
_BUTTERFLIES = const(7)  # stages of them; then the powers, then their shares

# cells
_GATHERED = const(0)  # channel + 1, 0 = none
_COUNT = const(1)  # means of it
_ENERGY = const(2)  # mean square of its samples, (microvolt/4)^2
_SIZE = const(3)  # or of the sizes of all samples
_EFFORT = const(4)  # sum of per mille MVC over _TICKS
_TICKS = const(5)
_HALF = const(6)  # which half of the samples is being gathered: 0 or 256
_WORKED = const(7)  # channel + 1 of the pair in the FFT, 0 = none
_STAGE = const(8)
_AT = const(9)
_UP = const(10)  # bits by which the samples are raised in the first stage
_TOTAL = const(12)
_WORKED_ENERGY = const(13)
_WORKED_EFFORT = const(14)
_NEXT = const(15)  # channel to look at first
_PENDING = const(16)  # a sample that waits for the second of its mean, 0 = none
_TICK = const(11)  # of the set
_BEGAN = const(17)  # tick in which the gathered pair began, and that of the pair in the FFT
_WORKED_BEGAN = const(18)
# then per channel: pairs, energy, per mille MVC summed over pairs; tick in which the newest began, and the one before
_FIRST = const(19)
_CELLS = const(5)
TICK_MS = const(10)


@micropython.viper
def gather(band: ptr32, n: int, samples: ptr16, cells: ptr32):
    """n samples of the gathered channel from `band` (biased microvolt/16, as highpass.filter_block leaves it).

    Bounds: 365400 / 4 is cut to 2^15 - 1; squares / 512 < 2^21, 512 of them < 2^30; means to 2^14 - 1 microvolt/8.
    """
    count = int(cells[_COUNT])
    at = int(cells[_HALF])
    o = (int(cells[_GATHERED]) - 1) * STRIDE
    energy = int(cells[_ENERGY])
    size = int(cells[_SIZE])
    pending = int(cells[_PENDING])
    most = 32767
    most_mean = 16383
    end = o + n
    while o < end and count < _SAMPLES:
        y = int(band[o])
        o += 1
        x = (y - BIAS) >> 2
        if x > most:
            x = most
        if x < 0 - most:
            x = 0 - most
        energy += (x * x + 256) >> 9
        if pending:
            x = (pending + y - 2 * BIAS) >> 4
            if x > most_mean:
                x = most_mean
            if x < 0 - most_mean:
                x = 0 - most_mean
            # mean i of the first window is the real part i, of the second the imaginary part i - 128
            samples[at + ((count & 127) << 1) + (count >> 7)] = x
            count += 1
            size = size | (x ^ (x >> 31))
            pending = 0
        else:
            pending = y
    cells[_PENDING] = pending
    cells[_COUNT] = count
    cells[_ENERGY] = energy
    cells[_SIZE] = size


@micropython.viper
def step(
    features: ptr32, rest_uv_q4: ptr32, channels: int, samples: ptr16, table: ptr16, power: ptr16, cells: ptr32
) -> int:
    """One tick: choose what is gathered, go on with the FFT. Answers the channel + 1 whose result is complete, or 0.

    table: harmonics.cosine_table(); power: 64 shares per channel. Take the result at once: result().
    Bounds: samples are raised to below 2^14; each stage halves, so no |z| grows beyond sqrt(2) * 2^14 < 2^14.6; times
    2^9, twice, < 2^24.6; of halves, a power < 4 * 2^27 = 2^29; shares sum to 2^13 a pair.
    """
    m = 1
    m = m << 31
    now = int(cells[_TICK]) + 1
    cells[_TICK] = now
    usable = 1
    if int(features[FLAGS]) & FLAG_PULSE:
        usable = 0
    c = int(cells[_GATHERED])
    if c == 0 and usable:
        k = 0
        c = int(cells[_NEXT])
        while k < channels:
            if c >= channels:
                c = 0
            permille = (int(features[MVC_0 + c]) ^ m) - m
            if permille >= GATE_PERMILLE and int(features[QUALITY_0 + c]) & _BAD == 0:
                if int(features[ENVELOPE_0 + c]) << 8 >= int(rest_uv_q4[c]) * LEAST_SNR_Q8:
                    cells[_GATHERED] = c + 1
                    cells[_BEGAN] = now
                    cells[_NEXT] = c + 1
                    cells[_COUNT] = 0
                    cells[_PENDING] = 0
                    cells[_ENERGY] = 0
                    cells[_SIZE] = 0
                    cells[_EFFORT] = 0
                    cells[_TICKS] = 0
                    k = channels
            c += 1
            k += 1
    elif c:
        permille = (int(features[MVC_0 + c - 1]) ^ m) - m
        if int(cells[_COUNT]) < _SAMPLES:
            cells[_EFFORT] = int(cells[_EFFORT]) + permille
            cells[_TICKS] = int(cells[_TICKS]) + 1
            if permille < GATE_PERMILLE >> 1 or int(features[QUALITY_0 + c - 1]) & _BAD or usable == 0:
                cells[_GATHERED] = 0
        elif int(cells[_EFFORT]) < GATE_PERMILLE * int(cells[_TICKS]):
            cells[_GATHERED] = 0
        elif int(cells[_WORKED]) == 0:
            cells[_WORKED] = c
            cells[_WORKED_BEGAN] = int(cells[_BEGAN])
            cells[_GATHERED] = 0
            cells[_STAGE] = 0
            cells[_AT] = 0
            cells[_TOTAL] = 0
            # the largest sample is brought to 2^13..2^14
            size = int(cells[_SIZE])
            up = 0
            while size << up < 8192 and up < 12:
                up += 1
            cells[_UP] = up
            cells[_WORKED_ENERGY] = int(cells[_ENERGY]) >> 4
            cells[_WORKED_EFFORT] = int(cells[_EFFORT]) // int(cells[_TICKS])
            cells[_HALF] = _SAMPLES - int(cells[_HALF])
    w = int(cells[_WORKED])
    if w:
        h = 1 << 15
        base = _SAMPLES - int(cells[_HALF])
        stage = int(cells[_STAGE])
        at = int(cells[_AT])
        up = int(cells[_UP])
        total = int(cells[_TOTAL])
        span = 64 >> stage
        left = STEPS
        while left:
            left -= 1
            if span:
                # decimation in frequency: butterfly `at` of the 64 of this stage
                j = at & (span - 1)
                a = base + ((at << 1) - j << 1)
                b = a + (span << 1)
                j = j << stage
                c = int(table[j]) - 512
                s = int(table[j + 96]) - 512
                ar = (((int(samples[a]) ^ h) - h) << up) >> 1
                br = (((int(samples[b]) ^ h) - h) << up) >> 1
                ai = (((int(samples[a + 1]) ^ h) - h) << up) >> 1
                bi = (((int(samples[b + 1]) ^ h) - h) << up) >> 1
                samples[a] = ar + br
                samples[a + 1] = ai + bi
                ar -= br
                ai -= bi
                samples[b] = (ar * c + ai * s + 256) >> 9
                samples[b + 1] = (ai * c - ar * s + 256) >> 9
            elif at:
                # frequency `at` stands where its bits reversed say
                k = at
                a = 0
                b = 0
                x = 128 - at
                j = 7
                while j:
                    a = (a << 1) | (k & 1)
                    b = (b << 1) | (x & 1)
                    k = k >> 1
                    x = x >> 1
                    j -= 1
                a = base + (a << 1)
                if stage == _BUTTERFLIES:
                    b = base + (b << 1)
                    ar = ((int(samples[a]) ^ h) - h) >> 1
                    ai = ((int(samples[a + 1]) ^ h) - h) >> 1
                    br = ((int(samples[b]) ^ h) - h) >> 1
                    bi = ((int(samples[b + 1]) ^ h) - h) >> 1
                    x = (ar * ar + ai * ai + br * br + bi * bi) >> 7
                    samples[a] = x >> 14
                    samples[a + 1] = x & 0x3FFF
                    total += x
                else:
                    x = (int(samples[a]) << 14) | int(samples[a + 1])
                    k = 0
                    while total >> k > 32767:
                        k += 1
                    j = total >> k
                    if j:
                        a = (w - 1) * _BINS + at
                        power[a] = int(power[a]) + ((x >> k) << 13) // j
            at += 1
            if at == _BINS:
                at = 0
                up = 0
                stage += 1
                span = 64 >> stage
                if stage == _BUTTERFLIES + 2:
                    left = 0
                    a = _FIRST + (w - 1) * _CELLS
                    cells[a] = int(cells[a]) + 1
                    cells[a + 1] = int(cells[a + 1]) + int(cells[_WORKED_ENERGY])
                    cells[a + 2] = int(cells[a + 2]) + int(cells[_WORKED_EFFORT])
                    cells[a + 4] = int(cells[a + 3])
                    cells[a + 3] = int(cells[_WORKED_BEGAN])
                    cells[_WORKED] = 0
        cells[_STAGE] = stage
        cells[_AT] = at
        cells[_UP] = up
        cells[_TOTAL] = total
    c = 0
    while c < channels:
        if int(cells[_FIRST + c * _CELLS]) >= PAIRS:
            return c + 1
        c += 1
    return 0


@micropython.viper
def result(c: int, power: ptr16, cells: ptr32, out: ptr32):
    """out: median frequency (Hz * 256), RMS (microvolt/16), mean per mille MVC of channel c; its sums start anew.

    out[3], out[4]: how many ms ago the newest pair and the one before it began, 0 = there was none.

    Bounds: shares sum to at most 2^14 (2^13 a pair); energy of a pair < 2^26, the mean of pairs times 16 < 2^30.
    """
    at = c * _BINS
    total = 0
    k = 1
    while k < _BINS:
        total += int(power[at + k])
        k += 1
    below = 0
    k = 1
    while k < 63 and 2 * (below + int(power[at + k])) < total:
        below += int(power[at + k])
        k += 1
    x = int(power[at + k])
    out[0] = k * _BIN_HZ_Q8 - _BIN_HZ_Q8 // 2 + (total - 2 * below) * (_BIN_HZ_Q8 // 2) // (x if x else 1)
    k = 0
    while k < _BINS:
        power[at + k] = 0
        k += 1
    at = _FIRST + c * _CELLS
    pairs = int(cells[at])
    if pairs == 0:
        pairs = 1
    # mean square in (microvolt/4)^2 = energy * 16 / pairs; in (microvolt/16)^2 16 times that
    x = (int(cells[at + 1]) // pairs) << 4
    root = 0
    k = 1 << 14
    while k:
        if (root + k) * (root + k) <= x:
            root += k
        k = k >> 1
    out[1] = root << 2
    out[2] = int(cells[at + 2]) // pairs
    now = int(cells[_TICK])
    out[3] = (now - int(cells[at + 3])) * TICK_MS if int(cells[at + 3]) else 0
    out[4] = (now - int(cells[at + 4])) * TICK_MS if int(cells[at + 4]) else 0
    k = 0
    while k < _CELLS:
        cells[at + k] = 0
        k += 1


class Spectra:
    """What the two kernels of every tick work on. out: of result().

    rest_uv_q4: per site, 0 = not measured.
    """

    def __init__(self, channels, rest_uv_q4):
        self.samples = array("H", [0] * (2 * _SAMPLES))
        self.power = array("H", [0] * (_BINS * channels))
        self.cells = array("i", [0] * (_FIRST + _CELLS * channels))
        self.rest_uv_q4 = array("i", [REST_UV_Q4] * channels)
        for c in range(min(channels, len(rest_uv_q4))):
            self.rest_uv_q4[c] = rest_uv_q4[c] or REST_UV_Q4
        self.out = array("i", [0] * 5)

    def begin_set(self):
        """Nothing of the last set counts."""
        for cells in (self.power, self.cells):
            for k in range(len(cells)):
                cells[k] = 0
