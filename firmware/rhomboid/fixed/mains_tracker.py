"""Which mains there is, how fast it turns and how strong it is on each channel: decided once per window of 200 samples.

Searching: the amplitudes of each harmonic of 50 and 60 Hz turn from window to window by harmonic * (f - f0) * 0.2 s.
Products of neighbouring windows, divided by the signal's power, add up for a real line and cancel for EMG; the
hypothesis (50 or 60 Hz, deviation within +-0.7 Hz) whose turns explain them best wins once its sum is beyond chance. The
fundamental needs no part in it (domain 2.6: 120 Hz may stand 42 dB above the floor with 60 Hz at 10 dB).

Tracking: a scalar Kalman filter per channel and harmonic (variance P of the weight, measurement variance from what is
left on the channel, so a contraction hardly moves the weights) and one frequency for all channels: the turn of all
weights, weighted by what each knows, moves it with the gain beta = K^2 / (2 - K) that belongs to K (Benedict and Bordner).
A leap of the mains shows as the same large rest in two windows and opens the variance.

Units: weights microvolt/16, rests z microvolt/4, variances (microvolt/4)^2. Sizes saturate at 4 mV before they are
multiplied: two products of 14-bit numbers stay below 2^29. All limits without a source are engineering choices, tried on
the recordings of domain section 7.
"""

from array import array

import micropython
from micropython import const

from rhomboid.fixed import harmonics
from rhomboid.fixed.mains import SEARCHING, STEP_50

WINDOW = const(200)  # samples: a whole number of periods of both mains, so neither leaks into the other

# cells of the common state after those of mains.py
FAMILY = const(4)  # 0: 50 Hz, 1: 60 Hz
ALLOWED = const(5)  # bit 0: 50 Hz, bit 1: 60 Hz
QUIET = const(6)  # channel windows in a row without mains
MISSED = const(7)  # grows while the subtraction leaves more than it takes
PRODUCTS = const(8)  # 2 families x 6 harmonics x (real, imaginary), 1024 = one window of pure mains on a channel
CELLS = const(32)

# cells per channel
WEIGHTS = const(0)  # 6 x (cosine, sine)
VARIANCES = const(12)
RESTS = const(18)  # 2 families x 6 x (cosine, sine) of this window
BEFORE = const(42)  # of the window before
HAVE_BEFORE = const(66)
MEAN = const(67)  # mean |signal| of the last window, after subtraction, microvolt/4
KNOWN = const(68)  # what this channel knows of the frequency
SHARE = const(69)  # bit 0: most of what is left is mains; bit 1: mains beyond 0.5 mV and most of the raw signal
MEAN_BEFORE = const(70)
REMOVED = const(71)  # sum of the squared amplitudes that are subtracted, microvolt^2
CHANNEL_CELLS = const(72)

_RANGE = const(858993)  # 0.8 Hz in turns per sample, Q30


def new_state(mains_hz):
    """mains_hz: 0 = find out, 50, 60."""
    if mains_hz not in (0, 50, 60):
        raise ValueError("mains_hz must be 0 (automatic), 50 or 60, not %r" % (mains_hz,))
    state = array("i", [0] * CELLS)
    state[3] = STEP_50
    state[ALLOWED] = {0: 3, 50: 1, 60: 2}[mains_hz]
    return state


def new_lines(channels):
    return array("i", [0] * (CHANNEL_CELLS * channels))


@micropython.viper
def forget_window(channels: int, sizes: ptr32, lines: ptr32, bins: ptr32):
    """Drop what the present windows have gathered (samples were lost, or the way of sorting changes)."""
    for i in range(channels * 128):
        bins[i] = 0x8000000
    for c in range(channels):
        sizes[2 * c] = 0
        sizes[2 * c + 1] = 0
        lines[c * 72 + 66] = 0


@micropython.viper
def skip(state: ptr32, samples: int):
    """Turn the phases over lost samples. Only the low 30 bits count, which agree however wide the product is."""
    state[1] = (int(state[1]) + int(state[3]) * samples) & 0x3FFFFFFF
    state[2] = (int(state[2]) + 64424509 * samples) & 0x3FFFFFFF


@micropython.viper
def start_window(c: int, sizes: ptr32, lines: ptr32) -> int:
    """End channel c's window: its mean |signal| to MEAN; answers how many samples it had."""
    n = int(sizes[2 * c + 1])
    if n:
        mean = (int(sizes[2 * c]) // n) >> 2
        if mean > 16383:
            mean = 16383
        lines[c * 72 + 70] = int(lines[c * 72 + 67])
        lines[c * 72 + 67] = mean
    sizes[2 * c] = 0
    sizes[2 * c + 1] = 0
    return n


@micropython.viper
def search(c: int, channels: int, n: int, state: ptr32, lines: ptr32, table: ptr16) -> int:
    """Weigh channel c's window of n samples; answers 1 when the mains was found (the state then tracks it)."""
    m = 1
    m = m << 31
    line = ptr32(int(lines) + c * 288)
    mean = int(line[67])
    # shares: a sine of amplitude A has mean |x| 0.64 A and A^2 = 2.5 mean^2, noise of the RMS s has 0.80 s; beyond
    # 2 mean^2 about 70 % is mains (half, as domain 2.6 has it, occurs by chance in 200 ms of EMG)
    limit = mean * mean >> 3
    share = 0
    for f in range(2):
        sum_q = 0
        for i in range(18 + f * 12, 30 + f * 12):
            z = (int(line[i]) ^ m) - m
            if z > 16383:
                z = 16383
            if z < -16383:
                z = -16383
            line[i] = z
            sum_q += z * z >> 4
        if sum_q > limit and mean > 40:
            share = share | 1
            if sum_q > 250000:
                share = share | 2
    line[69] = share
    line[71] = 0
    fresh = int(line[66])
    line[66] = 1 if n == 200 else 0
    a = (mean + int(line[70])) >> 1
    power = ((a * a) >> 4) * 25 + 16
    down = 0
    while power >= 0x40000:
        power = power >> 1
        down += 1
    leak = 3
    if channels > 1:
        leak = 4
    if channels > 2:
        leak = 5
    best = 0
    best_family = 0
    best_turn = 0
    for f in range(2):
        bound = 0
        allowed = (int(state[5]) >> f) & 1
        for j in range(6):
            i = 18 + f * 12 + 2 * j
            zc = (int(line[i]) ^ m) - m
            zs = (int(line[i + 1]) ^ m) - m
            pc = (int(line[i + 24]) ^ m) - m
            ps = (int(line[i + 25]) ^ m) - m
            line[i + 24] = zc
            line[i + 25] = zs
            if fresh and n == 200:
                k = 8 + f * 12 + 2 * j
                real = (int(state[k]) ^ m) - m
                imaginary = (int(state[k + 1]) ^ m) - m
                # the product of two windows over twice the power, in 1/1024
                real += (((zc * pc + zs * ps) >> down) << 9) // power - (real >> leak)
                imaginary += (((zc * ps - zs * pc) >> down) << 9) // power - (imaginary >> leak)
                state[k] = real
                state[k + 1] = imaginary
                if real < 0:
                    real = 0 - real
                if imaginary < 0:
                    imaginary = 0 - imaginary
                bound += real + imaginary
        if allowed and bound > 1200:
            for turn in range(-14, 15):  # deviation in 0.05 Hz: 0.01 turns from window to window at the fundamental
                score = 0
                for j in range(6):
                    h = j + 1
                    if j == 5:
                        h = 7
                    k = 8 + f * 12 + 2 * j
                    i = ((h * turn * 164) >> 7) & 127
                    score += ((int(state[k]) ^ m) - m) * (int(table[i]) - 512)
                    score += ((int(state[k + 1]) ^ m) - m) * (int(table[(i + 96) & 127]) - 512)
                score = score >> 9
                if score > best:
                    best = score
                    best_family = f
                    best_turn = turn
    if best <= 1200:
        return 0
    state[0] = 1
    state[4] = best_family
    step = 53687091
    if best_family:
        step = 64424509
    state[3] = step + best_turn * 53687
    state[6] = 0
    state[7] = 0
    for i in range(24):
        state[8 + i] = 0
    for k in range(channels):
        line = ptr32(int(lines) + k * 288)
        for i in range(12):
            line[i] = 0
        for i in range(6):
            line[12 + i] = 0x10000000
        line[68] = 0
    return 1


@micropython.viper
def track(c: int, channels: int, n: int, state: ptr32, lines: ptr32) -> int:
    """Correct channel c's weights and the frequency from its window of n samples; answers 0 when the mains is lost."""
    m = 1
    m = m << 31
    line = ptr32(int(lines) + c * 288)
    mean = int(line[67])
    square = mean * mean >> 4
    rest = 0
    largest = 0
    for i in range(12):
        z = (int(line[18 + i]) ^ m) - m
        if z > 16383:
            z = 16383
        if z < -16383:
            z = -16383
        line[18 + i] = z
        rest += z * z >> 4
        w = ((int(line[i]) ^ m) - m) >> 2
        if w < 0:
            w = 0 - w
        if w > largest:
            largest = w
    # power of what is neither mains nor its rest, in microvolt^2, and its share in one amplitude: 4 / samples for white
    # noise, ten times that for the densest part of the EMG spectrum
    power = (square * 25 >> 4) - (rest >> 1)
    if power < square >> 2:
        power = square >> 2
    if power > 0x600000:
        power = 0x600000
    noise = (power * 160 // n + 1) << 2

    down = 0
    while largest >> down >= 1024:
        down += 1
    turn = 0
    stiffness = 0
    gained = 0
    strength = 0
    fresh = int(line[66])
    line[66] = 1
    for j in range(6):
        h = j + 1
        if j == 5:
            h = 7
        zc = (int(line[18 + 2 * j]) ^ m) - m
        zs = (int(line[19 + 2 * j]) ^ m) - m
        wc = (int(line[2 * j]) ^ m) - m
        ws = (int(line[2 * j + 1]) ^ m) - m
        qc = wc >> 2
        if qc > 16383:
            qc = 16383
        if qc < -16383:
            qc = -16383
        qs = ws >> 2
        if qs > 16383:
            qs = 16383
        if qs < -16383:
            qs = -16383
        size = qc * qc + qs * qs
        strength += size >> 4
        # the weights wander by 4 % in a window
        variance = int(line[12 + j]) + (size >> 9) + 1
        if variance > 0x1FFFFFFF:
            variance = 0x1FFFFFFF
        if fresh:
            same = zc * ((int(line[42 + 2 * j]) ^ m) - m) + zs * ((int(line[43 + 2 * j]) ^ m) - m)
            if same >> 3 > variance + noise:
                variance = same
        line[42 + 2 * j] = zc
        line[43 + 2 * j] = zs
        above = variance
        below = variance + noise
        while below >= 0x40000:
            above = above >> 1
            below = below >> 1
        k = (above << 12) // below
        # the frequency, from the weights before their correction
        ac = qc >> down
        bs = qs >> down
        dc = zc >> down
        if dc > 4095:
            dc = 4095
        if dc < -4095:
            dc = -4095
        ds = zs >> down
        if ds > 4095:
            ds = 4095
        if ds < -4095:
            ds = -4095
        if size >> 3 > variance:  # a weight that is itself uncertain knows nothing of the frequency
            turn += h * (bs * dc - ac * ds)
            part = h * h * (ac * ac + bs * bs)
            stiffness += part
            gained += (part >> 8) * (k >> 4)
        # the weights
        wc += (k * zc) >> 10
        if wc > 0x1FFFF:
            wc = 0x1FFFF
        if wc < -0x1FFFF:
            wc = -0x1FFFF
        ws += (k * zs) >> 10
        if ws > 0x1FFFF:
            ws = 0x1FFFF
        if ws < -0x1FFFF:
            ws = -0x1FFFF
        line[2 * j] = wc
        line[2 * j + 1] = ws
        left = 4096 - k
        line[12 + j] = (variance >> 12) * left + (((variance & 4095) * left) >> 12)

    known = 0
    if stiffness > 256:
        noise = noise >> (down + down)
        if noise == 0:
            noise = 1
        known = stiffness // noise
        if known > 0x100000:
            known = 0x100000
    line[68] = known
    total = 0
    for i in range(channels):
        total += int(lines[i * 72 + 68])
    if known:
        gain = gained // (stiffness >> 8)
        if gain > 256:
            gain = 256
        gain = gain * gain // (512 - gain)
        while stiffness >= 0x20000:
            stiffness = stiffness >> 1
            turn = turn >> 1
        if turn > stiffness:
            turn = stiffness
        if turn < 0 - stiffness:
            turn = 0 - stiffness
        # radians in Q13, times gain in Q8, times this channel's part in Q8; 1669 / 2^20 = 2^30 / (2 pi 200) / 2^29
        radians = (turn << 13) // stiffness
        step = int(state[3]) + ((((radians * gain * ((known << 8) // total)) >> 12) * 1669) >> 8)
        nominal = 53687091
        if int(state[4]):
            nominal = 64424509
        if step > nominal + 858993:
            step = nominal + 858993
        if step < nominal - 858993:
            step = nominal - 858993
        state[3] = step

    share = 0
    if mean > 40 and rest > square + square:
        share = 1
    if strength > 250000 and strength >> 3 > power:
        share = share | 2
    line[69] = share
    line[71] = strength

    quiet = 0
    if largest < 6:
        quiet = int(state[6]) + 1
    missed = int(state[7])
    if rest >> 1 > strength and rest > noise * 3:
        missed += 2
    elif missed:
        missed -= 1
    state[6] = quiet
    state[7] = missed
    if quiet > 25 * channels or missed > 10 * channels:
        state[0] = 0
        return 0
    return 1
