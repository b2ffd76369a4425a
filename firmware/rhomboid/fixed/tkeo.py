"""Teager-Kaiser energy x1^2 - x x2 of the band-limited EMG and the double threshold on it (domain 2.3).

First threshold: the energy, smoothed over 8 ms, above the rest level by 3 standard deviations. Second: held for 50 ms
(or 150 ms, see below), where a count that rises above and falls below the first threshold forgives short dips. The
onset is the sample at which that count left zero, so holding longer delays the answer but not the time it gives.

Rest level: mean and mean deviation of the smoothed energy, every 10 ms while the first threshold is not crossed, so
that spikes do not count; 3 standard deviations are 4 mean deviations of such a skewed quantity (engineering choice). It
starts as a plain average, then follows within 1.3 s, falls fast when it is 8 times too high, and creeps up by e in 40 s
while active, so that a channel whose noise has grown comes back.

Heartbeats on trunk electrodes give bursts of at most 90 ms (real ECG at 200 uV, domain 2.6): sites that see the heart
need 150 ms. Bursts of 15-250 ms, their fall included, that come regularly 0.33-1.5 s apart are counted as beats.

Bounds: x saturates at 2^14 quarter microvolts (4 mV), so |energy| < 2^29; it is then cut to 0..2^22 and kept in Q4, the
rest level in Q8: < 2^30; the mean deviation stops at 2^27.
"""

from array import array

import micropython
from micropython import const

# cells per channel
CELLS = const(16)
_X1 = const(0)
_X2 = const(1)
_ENERGY = const(2)
_COUNT = const(3)
HOLD = const(4)  # ms that the count must reach
_AGE = const(5)  # ms since the count left zero
_TAKEN = const(6)  # samples since the rest level was last learned
MEAN = const(7)  # rest level, 16 times finer than the energy
_DEVIATION = const(8)
THRESHOLD = const(9)
LEARNED = const(10)  # rest samples taken so far, up to _ENOUGH; negative while the filters settle
_CLOCK = const(11)  # samples
_BURST = const(12)  # _CLOCK when the last short burst began
_INTERVAL = const(13)  # from the one before to it
BEATS = const(14)  # regular short bursts in a row, up to 8
BLOCKED = const(15)  # the channel is bad: nothing becomes active, nothing is learned

BIAS = const(0x40000)  # highpass.BIAS
STRIDE = const(64)  # highpass.STRIDE
HOLD_MS = const(50)
HOLD_ECG_MS = const(150)
_SIZE = const(16383)
_MOST = const(0x3FFFFF)
_MOST_DEVIATION = const(0x7FFFFFF)
_NEVER = const(0x1FFFFFFF)
_SETTLING = const(-10)
_LEARN_EVERY = const(10)
_FEW = const(32)
_ENOUGH = const(128)
_TICKS = const(0x3FFFFFFF)
_CLOCK_MASK = const(0xFFFFFF)


def new_states(channels):
    states = array("i", [0] * (CELLS * channels))
    for c in range(channels):
        states[c * CELLS + HOLD] = HOLD_MS
        states[c * CELLS + THRESHOLD] = _NEVER
        states[c * CELLS + LEARNED] = _SETTLING
    return states


@micropython.viper
def restart(states: ptr32, active: ptr32, channels: int):
    """After lost samples: what was rising or active starts again, the rest level stays."""
    for c in range(channels):
        s = c * CELLS
        states[s + _X1] = 0
        states[s + _X2] = 0
        states[s + _ENERGY] = int(states[s + MEAN]) >> 4
        states[s + _COUNT] = 0
        active[c] = 0


@micropython.viper
def onset_block(band: ptr32, n: int, channels: int, states: ptr32, newest_us: int, active: ptr32, onset_us: ptr32):
    """n <= 64 samples per channel, the last at newest_us; active[c]: 0 or 1, onset_us[c]: ticks of the last onset."""
    m = 1
    m = m << 31
    for c in range(channels):
        s = c * CELLS
        x1 = (int(states[s + _X1]) ^ m) - m
        x2 = (int(states[s + _X2]) ^ m) - m
        energy = int(states[s + _ENERGY])
        count = int(states[s + _COUNT])
        hold = int(states[s + HOLD])
        age = int(states[s + _AGE])
        threshold = int(states[s + THRESHOLD])
        left_to_learn = _LEARN_EVERY - int(states[s + _TAKEN])
        is_active = int(active[c])
        blocked = int(states[s + BLOCKED])
        if blocked:
            count = 0
            is_active = 0
            threshold = _NEVER
        o = c * STRIDE
        left = n
        while left > 0:
            run = left if left < left_to_learn else left_to_learn
            left -= run
            left_to_learn -= run
            for i in range(run):
                x = (int(band[o]) - BIAS) >> 2
                o += 1
                if x > _SIZE:
                    x = _SIZE
                elif x < -_SIZE:
                    x = -_SIZE
                psi = x1 * x1 - x * x2
                x2 = x1
                x1 = x
                if psi < 0:
                    psi = 0
                elif psi > _MOST:
                    psi = _MOST
                energy += ((psi << 4) - energy) >> 3
                age += 1
                if energy > threshold:
                    if count == 0:
                        age = 0
                    if count < HOLD_ECG_MS:
                        count += 1
                    if is_active == 0 and count >= hold:
                        is_active = 1
                        onset_us[c] = (newest_us - 1000 * (left + run - 1 - i + age)) & _TICKS
                elif count:
                    count -= 1
                    if count == 0:
                        is_active = 0
                        if age >= 15 and age < 250:
                            # a short burst: a heartbeat when its like came before it in time
                            clock = int(states[s + _CLOCK]) + n - (left + run - 1 - i) - age
                            interval = (clock - int(states[s + _BURST])) & _CLOCK_MASK
                            if interval > 300:
                                change = interval - int(states[s + _INTERVAL])
                                if change < 0:
                                    change = 0 - change
                                if interval > 1500 or change > interval // 6:
                                    states[s + BEATS] = 0
                                elif int(states[s + BEATS]) < 8:
                                    states[s + BEATS] = int(states[s + BEATS]) + 1
                                states[s + _BURST] = clock
                                states[s + _INTERVAL] = interval
            if left_to_learn == 0:
                left_to_learn = _LEARN_EVERY
                since = (int(states[s + _CLOCK]) + n - left - int(states[s + _BURST])) & _CLOCK_MASK
                if is_active == 0 and since > 3000:
                    states[s + BEATS] = 0
                if age > 1000000:
                    age = 1000000
                mean = int(states[s + MEAN])
                deviation = int(states[s + _DEVIATION])
                learned = (int(states[s + LEARNED]) ^ m) - m
                if is_active:
                    mean += mean >> 12
                elif count == 0 and blocked == 0:
                    if learned < _ENOUGH:
                        learned += 1
                        states[s + LEARNED] = learned
                    if learned > 0:
                        slow = 0
                        while learned >> slow > 1:
                            slow += 1
                        level = energy << 4
                        change = level - mean
                        if level < mean >> 3:
                            mean -= mean >> 4
                            deviation -= deviation >> 4
                        else:
                            mean += change >> slow
                            if change < 0:
                                change = 0 - change
                            deviation += (change - deviation) >> slow
                if mean > _TICKS:
                    mean = _TICKS
                if deviation > _MOST_DEVIATION:
                    deviation = _MOST_DEVIATION
                states[s + MEAN] = mean
                states[s + _DEVIATION] = deviation
                if learned > _FEW and blocked == 0:
                    threshold = (mean >> 4) + (deviation >> 2)
        states[s + _X1] = x1
        states[s + _X2] = x2
        states[s + _ENERGY] = energy
        states[s + _COUNT] = count
        states[s + _AGE] = age
        states[s + _TAKEN] = _LEARN_EVERY - left_to_learn
        states[s + THRESHOLD] = threshold
        states[s + _CLOCK] = (int(states[s + _CLOCK]) + n) & _CLOCK_MASK
        active[c] = is_active
