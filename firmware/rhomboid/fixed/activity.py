"""What the cleaned EMG says of its muscle: its envelope, and when it becomes active; one pass for both.

Envelope: full-wave rectified, Butterworth low-pass 6 Hz second order at 1 kHz (domain 2.1). The filter is its two
integrators, the envelope y and its step v per sample,
    v = v (1 - epsilon) + b0 (r + 2 r1 + r2 - 4 y),   y = y + v
with b0 and epsilon = 1 - a2 of scipy.signal.butter(2, 6, fs=1000). The gain at rest is exactly one because b0 appears
once, and y and v carry 8 bits below the microvolt/16, so a slow filter loses nothing to rounding. After a burst y may
swing below zero by 4 % of it, as the linear filter does: who publishes it cuts that off.

Onset: the Teager-Kaiser energy x1^2 - x x2 and a double threshold on it (domain 2.3). First threshold: the energy,
smoothed over 8 ms, above the rest level by 3 standard deviations. Second: held for 50 ms (or 150 ms, see below), where
a count that rises above and falls below the first threshold forgives short dips. The onset is the sample at which that
count left zero, so holding longer delays the answer but not the time it gives.

Rest level: mean and mean deviation of the smoothed energy, every 10 ms while the first threshold is not crossed, so
that spikes do not count; 3 standard deviations are 4 mean deviations of such a skewed quantity (engineering choice). It
starts as a plain average, then follows within 1.3 s, falls fast when it is 8 times too high, and creeps up by e in 40 s
while active, so that a channel whose noise has grown comes back.

Rise: where the mean rectified size leaves the muscle's own level, which may be tonic activity (a start pose held, a
channel that never rests): the change point of a cumulative sum of log likelihood ratios, for a size three times the
level against the level itself, over blocks of about 10 ms. The sum leaves zero where the change most likely began; it
must reach 3.5 and last as long as an onset. On ramps of 50-150 ms it leaves zero late by about RISE_LATE_US, which is
taken off (all engineering choices, tried in tests/t0_kernels/test_emg_activation.py: domain 2.3 asks for double
thresholds that follow the level). The level follows within 0.64 s while the sum is zero; a rise that lasts a second and
is no repetition is a new level.

Heartbeats on trunk electrodes give bursts of at most 90 ms (real ECG at 200 uV, domain 2.6): sites that see the heart
need 150 ms. Bursts of 15-250 ms, their fall included, that come regularly 0.33-1.5 s apart are counted as beats.

Bounds: |signal| < 2^18.93 microvolt/16 (high-pass and mains canceller) and its mean size over a window of 200 below
281000: sum < 2^25.8. y < 1.09 of that (L1 norm), in Q12 < 2^27.1; |r + 2 r1 + r2 - 4 y| < 2^21, times 363 < 2^29.5;
v <= 0.0173 * 256 r (peak of the impulse response) < 2^21.1, times 425 < 2^29.9. |x| < 2^14.93 microvolts, so |energy| <
2^30.9; it is then cut to 2^18 and kept in Q8, the rest level in Q12: both < 2^30; the mean deviation stops at 2^27.
"""

from array import array

import micropython
from micropython import const

# cells per channel
CELLS = const(25)
ENVELOPE = const(0)  # in Q12 microvolts
_STEP = const(1)
_R1 = const(2)
_R2 = const(3)
_X1 = const(4)
_X2 = const(5)
_ENERGY = const(6)
_COUNT = const(7)
HOLD = const(8)  # ms that the count must reach
_AGE = const(9)  # ms since the count left zero
_TAKEN = const(10)  # samples since the rest level was last learned
REST_LEVEL = const(11)  # rest level, 16 times finer than the energy
_DEVIATION = const(12)
THRESHOLD = const(13)
LEARNED = const(14)  # rest samples taken so far, up to _ENOUGH; negative while the filters settle
_CLOCK = const(15)  # samples
_BURST = const(16)  # _CLOCK when the last short burst began
_INTERVAL = const(17)  # from the one before to it
BEATS = const(18)  # regular short bursts in a row, up to 8
BLOCKED = const(19)  # the channel is bad: nothing becomes active, nothing is learned
_LEVEL = const(20)  # own level in microvolt/16, 64 times finer
_SUM = const(21)  # of log likelihood ratios, Q8
_LEFT_US = const(22)  # ticks when the sum left zero
RISE_US = const(23)  # ticks of the rise that lasts, NO_RISE without one
_SIZE = const(24)  # sum of the rectified samples since the rise was last looked at

BIAS = const(0x80000)  # highpass.BIAS
STRIDE = const(64)  # highpass.STRIDE
HOLD_MS = const(50)
HOLD_ECG_MS = const(150)
_MOST = const(0x3FFFF)
_MOST_DEVIATION = const(0x7FFFFFF)
_NEVER = const(0x1FFFFFFF)
_SETTLING = const(-10)
_LEARN_EVERY = const(10)
_FEW = const(32)
_ENOUGH = const(128)
_TICKS = const(0x3FFFFFFF)
NO_RISE = const(-1)
RISE_LATE_US = const(35000)
_TONIC_US = const(1_000_000)
# A level under 5 microvolts is the noise of amplifier and electrodes (domain 2.1: rest 2-14 microvolts)
_LEAST_LEVEL = const(80)
_RISEN = const(896)  # 3.5 in Q8
_BEFORE = const(1120)  # the sum stops a little above that while it has not lasted, so that a short burst is forgotten
_AFTER = const(1792)
_CLOCK_MASK = const(0xFFFFFF)


def new_states(channels):
    states = array("i", [0] * (CELLS * channels))
    for c in range(channels):
        states[c * CELLS + HOLD] = HOLD_MS
        states[c * CELLS + THRESHOLD] = _NEVER
        states[c * CELLS + LEARNED] = _SETTLING
        states[c * CELLS + RISE_US] = NO_RISE
    return states


@micropython.viper
def restart(states: ptr32, active: ptr32, channels: int):
    """After lost samples: what was rising or active starts again, envelope and rest level stay."""
    m = 1
    m = m << 31
    for c in range(channels):
        s = c * CELLS
        states[s + _X1] = 0
        states[s + _X2] = 0
        states[s + _ENERGY] = ((int(states[s + REST_LEVEL]) ^ m) - m) >> 4
        states[s + _COUNT] = 0
        states[s + _SUM] = 0
        states[s + RISE_US] = NO_RISE
        active[c] = 0


@micropython.viper
def activity_block(
    band: ptr32,
    n: int,
    channels: int,
    states: ptr32,
    sizes: ptr32,
    newest_us: int,
    active: ptr32,
    onset_us: ptr32,
):
    """n <= 64 samples per channel of `band` (biased, as highpass.filter_block leaves it), the last at newest_us.

    active[c]: 0 or 1; onset_us[c]: ticks of the last onset; sizes[2 c] grows by the sum of the rectified samples,
    sizes[2 c + 1] by n.
    """
    m = 1
    m = m << 31
    for c in range(channels):
        s = c * CELLS
        y = (int(states[s]) ^ m) - m
        v = (int(states[s + _STEP]) ^ m) - m
        r1 = int(states[s + _R1])
        r2 = int(states[s + _R2])
        size = int(sizes[2 * c])
        x1 = (int(states[s + _X1]) ^ m) - m
        x2 = (int(states[s + _X2]) ^ m) - m
        energy = (int(states[s + _ENERGY]) ^ m) - m
        count = int(states[s + _COUNT])
        hold = int(states[s + HOLD])
        threshold = (int(states[s + THRESHOLD]) ^ m) - m
        left_to_learn = _LEARN_EVERY - int(states[s + _TAKEN])
        is_active = int(active[c])
        blocked = int(states[s + BLOCKED])
        if blocked:
            count = 0
            is_active = 0
            threshold = _NEVER
        o = c * STRIDE
        end = o + n
        began = o - int(states[s + _AGE])
        zero = BIAS
        most = _MOST
        while o < end:
            stop = o + left_to_learn
            if stop > end:
                stop = end
            left_to_learn -= stop - o
            while o < stop:
                r = int(band[o]) - zero
                o += 1
                x = r >> 4
                if r < 0:
                    r = 0 - r
                size += r
                v += ((r + r1 + r1 + r2 - ((y >> 8) << 2)) * 363 >> 12) - (v * 425 >> 13)
                y += v
                r2 = r1
                r1 = r
                psi = x1 * x1 - x * x2
                x2 = x1
                x1 = x
                if (psi + most) >> 19:  # outside of -most..most
                    psi = most if psi > 0 else 0 - most
                energy += ((psi << 8) - energy) >> 3
                if energy > threshold:
                    if count < HOLD_ECG_MS:
                        if count == 0:
                            began = o
                        count += 1
                        if is_active == 0 and count >= hold:
                            is_active = 1
                            onset_us[c] = (newest_us - 1000 * (end - began)) & _TICKS
                elif count:
                    count -= 1
                    if count == 0:
                        is_active = 0
                        age = o - began
                        if age >= 15 and age < 250:
                            # a short burst: a heartbeat when its like came before it in time
                            clock = int(states[s + _CLOCK]) + n - (end - began)
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
                since = (int(states[s + _CLOCK]) + n - (end - o) - int(states[s + _BURST])) & _CLOCK_MASK
                if is_active == 0 and since > 3000:
                    states[s + BEATS] = 0
                if o - began > 1000000:
                    began = o - 1000000
                mean = (int(states[s + REST_LEVEL]) ^ m) - m
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
                states[s + REST_LEVEL] = mean
                states[s + _DEVIATION] = deviation
                if learned > _FEW and blocked == 0:
                    threshold = (mean >> 4) + (deviation >> 2)
        states[s + _SIZE] = int(states[s + _SIZE]) + size - int(sizes[2 * c])
        states[s] = y
        states[s + _STEP] = v
        states[s + _R1] = r1
        states[s + _R2] = r2
        sizes[2 * c] = size
        sizes[2 * c + 1] = int(sizes[2 * c + 1]) + n
        states[s + _X1] = x1
        states[s + _X2] = x2
        states[s + _ENERGY] = energy
        states[s + _COUNT] = count
        states[s + _AGE] = end - began
        states[s + _TAKEN] = _LEARN_EVERY - left_to_learn
        states[s + THRESHOLD] = threshold
        states[s + _CLOCK] = (int(states[s + _CLOCK]) + n) & _CLOCK_MASK
        active[c] = is_active


@micropython.viper
def follow_rises(n: int, channels: int, newest_us: int, repeating: int, states: ptr32):
    """After n > 0 samples per channel, the last at newest_us; repeating: not 0 while a repetition is going on.

    Bounds: mean size < 2^18.2, 2^8 times that < 2^27; the level 64 times finer < 2^24.3.
    """
    m = 1
    m = m << 31
    for c in range(channels):
        s = c * CELLS
        r = int(states[s + _SIZE]) // n
        states[s + _SIZE] = 0
        x = int(states[s + _LEVEL])
        total = int(states[s + _SUM])
        if ((int(states[s + LEARNED]) ^ m) - m) <= _FEW:
            if x == 0:
                x = r << 6
            x += ((r << 6) - x) >> 3
            total = 0
        elif int(states[s + BLOCKED]):
            total = 0
        else:
            level = x >> 6
            if level < _LEAST_LEVEL:
                level = _LEAST_LEVEL
            level = (r << 8) // level
            if level > 2048:
                level = 2048
            if total == 0:
                if level < 51:
                    x -= x >> 2
                else:
                    x += ((r << 6) - x) >> 6
                states[s + _LEFT_US] = (newest_us - 1000 * n - RISE_LATE_US) & _TICKS
            else:
                age = 0
                if repeating == 0 and ((int(states[s + RISE_US]) ^ m) - m) != NO_RISE:
                    age = ((newest_us - int(states[s + RISE_US]) + 0x20000000) & _TICKS) - 0x20000000
                if age > _TONIC_US:
                    x += ((r << 6) - x) >> 5
                else:
                    x += x >> 11
            total += ((level * 171 >> 8) - 281) * n // 10
            if total > _AFTER:
                total = _AFTER
            if total > _BEFORE and ((int(states[s + RISE_US]) ^ m) - m) == NO_RISE:
                total = _BEFORE
        if total <= 0:
            total = 0
            states[s + RISE_US] = NO_RISE
        elif total > _RISEN:
            age = ((newest_us - int(states[s + _LEFT_US]) + 0x20000000) & _TICKS) - 0x20000000
            if age >= 1000 * int(states[s + HOLD]) + RISE_LATE_US and ((int(states[s + RISE_US]) ^ m) - m) == NO_RISE:
                states[s + RISE_US] = int(states[s + _LEFT_US])
        states[s + _LEVEL] = x
        states[s + _SUM] = total
