"""Counts of the converter -> band-limited EMG in microvolt/16: Butterworth high-pass, fourth or second order, at 1 kHz.

Domain 2.6: 30 Hz fourth order is the best simple method against ECG on the trunk; De Luca 2010 (domain 2.1): 20 Hz,
12 dB/octave. Each section is y = 2 y1 - y2 + (x - 2 x1 + x2) - (epsilon (y1 - y2) + c y1), epsilon = 1 - a2 and
c = 1 + a1 + a2: small differences that keep their precision in 11 bits where a1 and a2 themselves would not. The bits
below the last one are carried to the next sample (error feedback), so rest noise of 2 uV is not drowned and no offset
appears.

Bounds: counts 0..16380, so |x - centre| <= 8190. L1 norms of the impulse responses from counts to the states (scale
16.11, gain included): section one 1.84, its step 2.09, section two 2.77, its step 2.52; 20 Hz second order: 2.27, 2.18.
Largest products: second difference 65520 * 15097 < 2^29.9; c * y <= 2166 * 365400 < 2^29.6; epsilon * step < 2^26.4;
the sum in the accumulator stays below 2^30.2. Filters start settled at the first sample, so the bound holds from there.
The output stays within 365400 = 2^18.5 microvolt/16; as the filter amplifies nothing, the mean of its size over 200
samples stays below 150000 (energy of the input over the window and the 60 samples that ring into it).
"""

from array import array

import micropython
from micropython import const

# a sample in the band buffer is stored as value + BIAS, so that a ptr32 load needs no sign extension
BIAS = const(0x80000)
STRIDE = const(64)  # samples per channel in the band buffer: most frames in one call

# (gain in Q10 with 1.00708 uV per count and the 16 of Q4, epsilon Q10, c Q16, epsilon Q10, c Q16), from
# scipy.signal.butter(order, hz, "high", fs=1000, output="sos"); a section of zeros passes its input unchanged
COEFFICIENTS = {30: (12893, 302, 1979, 137, 2166), 20: (15097, 167, 949, 0, 0)}

# cells per channel
CELLS = const(16)
_PRIMED = const(8)  # after the eight cells of the filter
LOWEST = const(9)  # raw count since the window began
HIGHEST = const(10)
SLOW = const(11)  # sum of |change| of the 25-sample sums since the window began: what lies below the band, 5-20 Hz
_SLOW_TAKEN = const(12)
_SLOW_SUM = const(13)
_SLOW_HAVE_BEFORE = const(14)
_SLOW_BEFORE = const(15)
_SLOW_FRAMES = const(25)
NO_COUNT = const(0x7FFF)  # above every count: LOWEST of a window without samples


def new_states(channels):
    states = array("i", [0] * (CELLS * channels))
    restart(states, channels)
    return states


@micropython.viper
def restart(states: ptr32, channels: int):
    """Settle at the next sample, whatever it is."""
    for i in range(channels * CELLS):
        states[i] = 0
    for c in range(channels):
        states[c * CELLS + LOWEST] = NO_COUNT


@micropython.viper
def filter_block(frames: ptr16, first: int, n: int, channels: int, coefficients: ptr32, states: ptr32, band: ptr32):
    """band[channel * 64 + i] = high-passed frames[(first + i) * channels + channel] + BIAS for i < n <= 64."""
    m = 1
    m = m << 31
    gain = int(coefficients[0])
    damping_1 = int(coefficients[1])
    stiffness_1 = int(coefficients[2])
    damping_2 = int(coefficients[3])
    stiffness_2 = int(coefficients[4])
    for c in range(channels):
        s = c * CELLS
        x1 = int(states[s])
        dx = (int(states[s + 1]) ^ m) - m
        y1 = (int(states[s + 2]) ^ m) - m
        dy = (int(states[s + 3]) ^ m) - m
        e1 = int(states[s + 4])
        v1 = (int(states[s + 5]) ^ m) - m
        dv = (int(states[s + 6]) ^ m) - m
        e2 = int(states[s + 7])
        low = int(states[s + LOWEST])
        high = int(states[s + HIGHEST])
        k = first * channels + c
        if int(states[s + _PRIMED]) == 0:  # restarted: as if the first sample had always been there
            states[s + _PRIMED] = 1
            x1 = int(frames[k])
            dx = 0
        slow_left = _SLOW_FRAMES - int(states[s + _SLOW_TAKEN])
        slow_sum = int(states[s + _SLOW_SUM])
        o = c * STRIDE
        left = n
        while left > 0:
            run = left if left < slow_left else slow_left
            left -= run
            slow_left -= run
            stop = o + run
            while o < stop:
                x = int(frames[k])
                k += channels
                slow_sum += x
                if x < low:
                    low = x
                if x > high:
                    high = x
                # section one: e1, the carried remainder, enters with the sign of the accumulator
                change = x - x1
                e1 += (change - dx) * gain - damping_1 * dy - ((stiffness_1 * y1) >> 6)
                dx = change
                x1 = x
                step = e1 >> 10
                e1 = e1 & 1023
                # second difference of its output, before the states move: d = y - 2 y1 + y2 = step
                dy += step
                y1 += dy
                # section two
                e2 -= damping_2 * dv + ((stiffness_2 * v1) >> 6)
                dv += step + (e2 >> 10)
                e2 = e2 & 1023
                v1 += dv
                band[o] = v1 + BIAS
                o += 1
            if slow_left == 0:
                slow_left = _SLOW_FRAMES
                if int(states[s + _SLOW_HAVE_BEFORE]):
                    change = slow_sum - int(states[s + _SLOW_BEFORE])
                    if change < 0:
                        change = 0 - change
                    states[s + SLOW] = int(states[s + SLOW]) + change
                states[s + _SLOW_HAVE_BEFORE] = 1
                states[s + _SLOW_BEFORE] = slow_sum
                slow_sum = 0
        states[s] = x1
        states[s + 1] = dx
        states[s + 2] = y1
        states[s + 3] = dy
        states[s + 4] = e1
        states[s + 5] = v1
        states[s + 6] = dv
        states[s + 7] = e2
        states[s + LOWEST] = low
        states[s + HIGHEST] = high
        states[s + _SLOW_TAKEN] = _SLOW_FRAMES - slow_left
        states[s + _SLOW_SUM] = slow_sum
