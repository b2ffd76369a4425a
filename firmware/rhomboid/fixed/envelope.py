"""Band-limited EMG -> envelope: full-wave rectified, Butterworth low-pass 6 Hz second order at 1 kHz (domain 2.1).

The filter is its two integrators: the envelope y and its step v per sample,
    v = v (1 - epsilon) + b0 (r + 2 r1 + r2 - 4 y),   y = y + v
with b0 and epsilon = 1 - a2 of scipy.signal.butter(2, 6, fs=1000). The gain at rest is exactly one because b0 appears
once, and y and v carry 8 bits below the microvolt/16, so a slow filter loses nothing to rounding.

After a burst y may swing below zero by 4 % of it, as the linear filter does: who publishes it cuts that off.

Bounds: r < 2^18 (LIMIT of highpass); y < 1.09 * 2^18 (L1 norm), in Q12 < 2^26.2; |r + 2 r1 + r2 - 4 y| < 2^20.2,
times 363 < 2^28.8; v <= 0.0173 * 2^26 (peak of the impulse response) < 2^20.2, times 425 < 2^29.
"""

from array import array

import micropython
from micropython import const

BIAS = const(0x40000)  # highpass.BIAS
STRIDE = const(64)  # highpass.STRIDE
CELLS = const(4)  # per channel: envelope in Q12 microvolts, its step, the last two rectified samples


def new_states(channels):
    return array("i", [0] * (CELLS * channels))


@micropython.viper
def envelope_block(band: ptr32, n: int, channels: int, states: ptr32):
    """Advance each channel's envelope by n <= 64 samples of `band` (as highpass.filter_block leaves it)."""
    m = 1
    m = m << 31
    for c in range(channels):
        s = c * CELLS
        y = (int(states[s]) ^ m) - m
        v = (int(states[s + 1]) ^ m) - m
        r1 = int(states[s + 2])
        r2 = int(states[s + 3])
        o = c * STRIDE
        for _ in range(n):
            r = int(band[o]) - BIAS
            o += 1
            if r < 0:
                r = 0 - r
            v += ((r + r1 + r1 + r2 - ((y >> 8) << 2)) * 363 >> 12) - (v * 425 >> 13)
            y += v
            r2 = r1
            r1 = r
        states[s] = y
        states[s + 1] = v
        states[s + 2] = r1
        states[s + 3] = r2
