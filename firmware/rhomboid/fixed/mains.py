"""Mains out of the EMG, sample by sample: a template of one mains period is subtracted, the rest sorted by phase.

Either no mains is known (searching): the signal passes untouched and is sorted by the phase of 50 Hz and of 60 Hz; or
it is (cancelling): the template at the common phase is subtracted and what remains is sorted by that phase. What the
sorted sums mean is decided every 50 samples by mains_tracker.

Bounds: |band| < 2^18.5 and its mean size over a window below 150000 (highpass); the template stays within 2^17 of its
bias (harmonics), a step of it times 64 < 2^24; so the cleaned signal stays within 2^18.93, and the sum of its size in
the bins of a window of 200 below 200 * 281000 < 2^25.8.
"""

import micropython
from micropython import const

# cells of the common state
MODE = const(0)
PHASE = const(1)  # turns in Q30 of the sample before; searching: of 50 Hz
PHASE_60 = const(2)
STEP = const(3)  # turns per sample in Q30; STEP_50 while searching
SEARCHING = const(0)
CANCELLING = const(1)
STEP_50 = const(53687091)
STEP_60 = const(64424509)
_TURN = const(0x3FFFFFFF)
BIAS = const(0x80000)  # highpass.BIAS
STRIDE = const(64)  # highpass.STRIDE
BINS = const(64)  # harmonics.BINS
TEMPLATE_BIAS = const(0x400000)  # harmonics.TEMPLATE_BIAS
TEMPLATE_CELLS = const(65)  # harmonics.TEMPLATE_CELLS


@micropython.viper
def mains_block(band: ptr32, n: int, channels: int, state: ptr32, bins: ptr32, template: ptr32):
    """Clean n <= 64 samples per channel in place.

    bins: per channel harmonics.BINS of 50 Hz or of the known mains, then as many of 60 Hz; template:
    harmonics.TEMPLATE_CELLS per channel.
    """
    mode = int(state[MODE])
    step = int(state[STEP])
    step_60 = STEP_60
    turn = _TURN
    level = BIAS
    zero = BIAS - TEMPLATE_BIAS
    p = 0
    q = 0
    for c in range(channels):
        o = c * STRIDE
        stop = o + n
        b = c * 2 * BINS
        t = c * TEMPLATE_CELLS
        p = int(state[PHASE])
        q = int(state[PHASE_60])
        if mode:
            while o < stop:
                p = (p + step) & turn
                i = p >> 24
                a = int(template[t + i])
                e = int(band[o]) - zero - a - (((int(template[t + i + 1]) - a) * ((p >> 18) & 63)) >> 6)
                band[o] = e + level
                o += 1
                i += b
                bins[i] = int(bins[i]) + e
        else:
            while o < stop:
                e = int(band[o]) - level
                o += 1
                p = (p + step) & turn
                i = b + (p >> 24)
                bins[i] = int(bins[i]) + e
                q = (q + step_60) & turn
                i = b + BINS + (q >> 24)
                bins[i] = int(bins[i]) + e
    state[PHASE] = p
    state[PHASE_60] = q
