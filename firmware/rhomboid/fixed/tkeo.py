"""Teager-Kaiser energy x1^2 - x x2 of the band-limited EMG and the double threshold on it (domain 2.3).

First threshold: the energy, smoothed over 8 ms, above the rest level by 3 standard deviations. Second: held for 50 ms
(or 150 ms, see below), where a count that rises above and falls below the first threshold forgives short dips. The onset
is the sample at which that count left zero, so holding longer delays the answer but not the time it gives.

Rest level: mean and mean deviation of the smoothed energy, every 10 ms while the first threshold is not crossed, so
that spikes do not count; 3 standard deviations are 4 mean deviations of such a skewed quantity
(engineering choice). It starts as a plain average, then follows within 1.3 s, falls fast when it is 8 times too high, and
creeps up by e in 40 s while active, so that a channel whose noise has grown comes back.

Heartbeats on trunk electrodes give bursts of at most 90 ms (real ECG at 200 uV, domain 2.6): sites that see the heart
need 150 ms. Bursts of 15-250 ms, their fall included, that come regularly 0.33-1.5 s apart are counted as beats.

Bounds: x saturates at 2^14 quarter microvolts (4 mV), so |energy| < 2^29; it is then cut to 0..2^22 and kept in Q4, the
rest level in Q8: < 2^30; the mean deviation stops at 2^27.
"""

from array import array

import micropython
from micropython import const

CELLS = const(20)  # per channel
HOLD = const(4)  # ms that the count must reach
MEAN = const(7)  # rest level, 16 times finer than the energy
THRESHOLD = const(9)
LEARNED = const(10)  # rest samples taken so far, up to 128
BEATS = const(14)  # regular short bursts in a row, up to 8
BLOCKED = const(15)  # the channel is bad: nothing becomes active, nothing is learned
_NEVER = const(0x1FFFFFFF)
_SETTLING = const(-10)  # the first 0.1 s belongs to the filters
HOLD_MS = const(50)
HOLD_ECG_MS = const(150)


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
        s = ptr32(int(states) + c * 80)
        s[0] = 0
        s[1] = 0
        s[2] = int(s[7]) >> 4
        s[3] = 0
        active[c] = 0


@micropython.viper
def onset_block(band: ptr32, n: int, channels: int, states: ptr32, newest_us: int, active: ptr32, onset_us: ptr32):
    """n <= 64 samples of each channel; newest_us: ticks of the last. active[c]: 0 or 1, onset_us[c]: ticks of the last onset."""
    m = 1
    m = m << 31
    for c in range(channels):
        s = ptr32(int(states) + c * 80)
        x1 = (int(s[0]) ^ m) - m
        x2 = (int(s[1]) ^ m) - m
        energy = int(s[2])
        count = int(s[3])
        hold = int(s[4])
        age = int(s[5])
        threshold = int(s[9])
        left_to_learn = 10 - int(s[6])
        is_active = int(active[c])
        blocked = int(s[15])
        if blocked:
            count = 0
            is_active = 0
            threshold = 0x1FFFFFFF
        o = c * 64
        left = n
        while left > 0:
            run = left if left < left_to_learn else left_to_learn
            left -= run
            left_to_learn -= run
            for i in range(run):
                x = (int(band[o]) - 0x40000) >> 2
                o += 1
                if x > 16383:
                    x = 16383
                elif x < -16383:
                    x = -16383
                psi = x1 * x1 - x * x2
                x2 = x1
                x1 = x
                if psi < 0:
                    psi = 0
                elif psi > 0x3FFFFF:
                    psi = 0x3FFFFF
                energy += ((psi << 4) - energy) >> 3
                age += 1
                if energy > threshold:
                    if count == 0:
                        age = 0
                    if count < 150:
                        count += 1
                    if is_active == 0 and count >= hold:
                        is_active = 1
                        onset_us[c] = (newest_us - 1000 * (left + run - 1 - i + age)) & 0x3FFFFFFF
                elif count:
                    count -= 1
                    if count == 0:
                        is_active = 0
                        if age >= 15 and age < 250:
                            # a short burst: a heartbeat when its like came before it in time
                            clock = int(s[11]) + n - (left + run - 1 - i) - age
                            interval = (clock - int(s[12])) & 0xFFFFFF
                            if interval > 300:
                                change = interval - int(s[13])
                                if change < 0:
                                    change = 0 - change
                                if interval > 1500 or change > interval // 6:
                                    s[14] = 0
                                elif int(s[14]) < 8:
                                    s[14] = int(s[14]) + 1
                                s[12] = clock
                                s[13] = interval
            if left_to_learn == 0:
                left_to_learn = 10
                if is_active == 0 and ((int(s[11]) + n - left - int(s[12])) & 0xFFFFFF) > 3000:
                    s[14] = 0
                mean = int(s[7])
                deviation = int(s[8])
                learned = (int(s[10]) ^ m) - m
                if is_active:
                    mean += mean >> 12
                elif count == 0 and blocked == 0:
                    if learned < 128:
                        learned += 1
                        s[10] = learned
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
                if deviation > 0x7FFFFFF:
                    deviation = 0x7FFFFFF
                s[7] = mean
                s[8] = deviation
                if learned > 32 and blocked == 0:
                    threshold = (mean >> 4) + (deviation >> 2)
        s[0] = x1
        s[1] = x2
        s[2] = energy
        s[3] = count
        s[5] = age
        s[6] = 10 - left_to_learn
        s[9] = threshold
        s[11] = (int(s[11]) + n) & 0xFFFFFF
        active[c] = is_active
