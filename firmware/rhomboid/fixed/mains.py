"""Mains out of the EMG, sample by sample: a template of one mains period is subtracted, the rest sorted by phase.

Either no mains is known (searching): the signal passes untouched and is sorted by the phase of 50 Hz and of 60 Hz; or
it is (cancelling): the template at the common phase is subtracted and what remains is sorted by that phase. What the
sorted sums mean is decided every 50 samples by mains_tracker.

Bounds: |band| <= LIMIT < 2^18; template within 2^21 of its bias, a step of it times 64 < 2^28; bins and the sum of
sizes take at most 200 samples: < 2^25.7.
"""

import micropython
from micropython import const

# cells of the common state
MODE = const(0)
PHASE = const(1)  # turns in Q30 of the sample before; searching: of 50 Hz
PHASE_60 = const(2)
STEP = const(3)  # turns per sample in Q30
SEARCHING = const(0)
CANCELLING = const(1)
STEP_50 = const(53687091)
STEP_60 = const(64424509)
_TURN = const(0x3FFFFFFF)
BIAS = const(0x40000)  # highpass.BIAS
LIMIT = const(0x3FFFF)  # highpass.LIMIT
STRIDE = const(64)  # highpass.STRIDE
BINS = const(64)  # harmonics.BINS
TEMPLATE_BIAS = const(0x400000)  # harmonics.TEMPLATE_BIAS
TEMPLATE_CELLS = const(65)  # harmonics.TEMPLATE_CELLS


@micropython.viper
def mains_block(band: ptr32, n: int, channels: int, state: ptr32, sizes: ptr32, bins: ptr32, template: ptr32):
    """Clean n <= 64 samples per channel in place.

    sizes[2 c] grows by the sum of |cleaned samples|, sizes[2 c + 1] by n; bins: per channel harmonics.BINS of 50 Hz or
    of the known mains, then as many of 60 Hz; template: harmonics.TEMPLATE_CELLS per channel.
    """
    mode = int(state[MODE])
    step = int(state[STEP])
    p = 0
    q = 0
    for c in range(channels):
        o = c * STRIDE
        b = c * 2 * BINS
        t = c * TEMPLATE_CELLS
        size = int(sizes[2 * c])
        p = int(state[PHASE])
        q = int(state[PHASE_60])
        if mode:
            for _ in range(n):
                p = (p + step) & _TURN
                i = p >> 24
                a = int(template[t + i])
                e = int(band[o]) - BIAS + TEMPLATE_BIAS - a - (((int(template[t + i + 1]) - a) * ((p >> 18) & 63)) >> 6)
                if e > LIMIT:
                    e = LIMIT
                elif e < -LIMIT:
                    e = -LIMIT
                band[o] = e + BIAS
                o += 1
                i += b
                bins[i] = int(bins[i]) + e
                if e < 0:
                    size -= e
                else:
                    size += e
        else:
            for _ in range(n):
                p = (p + STEP_50) & _TURN
                q = (q + STEP_60) & _TURN
                e = int(band[o]) - BIAS
                o += 1
                i = b + (p >> 24)
                bins[i] = int(bins[i]) + e
                i = b + BINS + (q >> 24)
                bins[i] = int(bins[i]) + e
                if e < 0:
                    size -= e
                else:
                    size += e
        sizes[2 * c] = size
        sizes[2 * c + 1] = int(sizes[2 * c + 1]) + n
    state[PHASE] = p
    state[PHASE_60] = q
