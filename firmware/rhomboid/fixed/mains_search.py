"""Is there mains, 50 or 60 Hz, and how far from it? Asked of every window while nothing is subtracted.

The amplitudes of each harmonic of 50 and 60 Hz turn from window to window by harmonic * (f - f0) * 0.2 s. Products of
neighbouring windows, divided by the signal's power, add up for a real line and cancel for EMG. The hypothesis (50 or
60 Hz, deviation within +-0.7 Hz) that explains their turns best wins once its sum is beyond chance. The fundamental
needs no part in it (domain 2.6: 120 Hz may stand 42 dB above the floor with 60 Hz at 10 dB).

Bounds: sizes saturate at 4 mV (14 bits in microvolt/4), so a sum of two products is below 2^29. A product over the
power is below 2^11 (1024 = all of it), and the leak lets at most 2^5 of them gather: < 2^16, times the table's 2^9,
twelve of them: < 2^28.6.
"""

import micropython
from micropython import const

COUNT = const(6)  # harmonics.COUNT
WINDOW = const(200)  # mains_lines.WINDOW
FAMILY = const(4)  # mains_lines.FAMILY
ALLOWED = const(5)  # mains_lines.ALLOWED
STEP = const(3)  # mains.STEP
STEP_50 = const(53687091)  # mains.STEP_50
STEP_60 = const(64424509)  # mains.STEP_60
PRODUCTS = const(8)  # mains_lines.PRODUCTS
CHANNEL_CELLS = const(76)  # mains_lines.CHANNEL_CELLS
RESTS = const(18)  # mains_lines.RESTS
BEFORE = const(42)  # mains_lines.BEFORE
HAVE_BEFORE = const(66)  # mains_lines.HAVE_BEFORE
MEAN = const(67)  # mains_lines.MEAN
MEAN_BEFORE = const(68)  # mains_lines.MEAN_BEFORE
SHARE = const(69)  # mains_lines.SHARE
REMOVED = const(70)  # mains_lines.REMOVED
NOTICEABLE = const(40)  # mean size of 10 microvolt: less is not called a disturbance (engineering choice)
HUM = const(122500)  # (0.35 mV)^2 (engineering choice)

_SIZE = const(16383)
_FOUND = const(1200)  # beyond chance: in 13 minutes of recorded EMG the best sum stays below 900
_GRID = const(53687)  # 0.05 Hz in turns per sample, Q30
_FAR = const(14)  # grid steps on either side: 0.7 Hz


@micropython.viper
def gather(c: int, channels: int, n: int, state: ptr32, lines: ptr32) -> int:
    """Add channel c's window of n samples to the products; answers 1 when their sum may be beyond chance."""
    m = 1
    m = m << 31
    line = c * CHANNEL_CELLS
    mean = int(lines[line + MEAN])
    # a sine of amplitude A has mean |x| 0.64 A, so A^2 = 2.5 mean^2, and noise of the RMS s has 0.80 s: beyond
    # 2 mean^2 about 70 % is mains (half, as domain 2.6 has it, occurs by chance in 200 ms of EMG)
    limit = mean * mean >> 3
    share = 0
    if mean == _SIZE:
        share = 2
    # power of two windows, 1.57 mean^2, in 18 bits
    a = (mean + int(lines[line + MEAN_BEFORE])) >> 1
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
    fresh = int(lines[line + HAVE_BEFORE]) and n == WINDOW
    lines[line + HAVE_BEFORE] = 1 if n == WINDOW else 0
    promising = 0
    for f in range(2):
        total = 0
        bound = 0
        for j in range(COUNT):
            i = RESTS + f * 12 + 2 * j
            zc = (int(lines[line + i]) ^ m) - m
            zs = (int(lines[line + i + 1]) ^ m) - m
            if zc > _SIZE:
                zc = _SIZE
            if zc < -_SIZE:
                zc = -_SIZE
            if zs > _SIZE:
                zs = _SIZE
            if zs < -_SIZE:
                zs = -_SIZE
            total += (zc * zc + zs * zs) >> 4
            pc = (int(lines[line + i + BEFORE - RESTS]) ^ m) - m
            ps = (int(lines[line + i + 1 + BEFORE - RESTS]) ^ m) - m
            lines[line + i + BEFORE - RESTS] = zc
            lines[line + i + 1 + BEFORE - RESTS] = zs
            if fresh:
                k = PRODUCTS + f * 12 + 2 * j
                real = (int(state[k]) ^ m) - m
                imaginary = (int(state[k + 1]) ^ m) - m
                # a product of two windows over twice the power, in 1/1024
                real += (((zc * pc + zs * ps) >> down) << 9) // power - (real >> leak)
                imaginary += (((zc * ps - zs * pc) >> down) << 9) // power - (imaginary >> leak)
                state[k] = real
                state[k + 1] = imaginary
                if real < 0:
                    real = 0 - real
                if imaginary < 0:
                    imaginary = 0 - imaginary
                bound += real + imaginary
        if total > limit and mean > NOTICEABLE:
            share = share | 1
            if total > HUM:
                share = share | 2
        if bound > _FOUND and (int(state[ALLOWED]) >> f) & 1:
            promising = 1
    lines[line + SHARE] = share
    lines[line + REMOVED] = 0
    return promising


@micropython.viper
def decide(state: ptr32, table: ptr16) -> int:
    """The best hypothesis on the products: answers 1 and sets FAMILY and STEP when it is beyond chance."""
    m = 1
    m = m << 31
    best = 0
    family = 0
    grid = 0
    for f in range(2):
        if (int(state[ALLOWED]) >> f) & 1:
            for g in range(-_FAR, _FAR + 1):
                score = 0
                for j in range(COUNT):
                    h = j + 1
                    if j == 5:
                        h = 7
                    k = PRODUCTS + f * 12 + 2 * j
                    i = ((h * g * 164) >> 7) & 127  # 0.05 Hz turn the fundamental by 0.01 = 1.28 / 128 in a window
                    score += ((int(state[k]) ^ m) - m) * (int(table[i]) - 512)
                    score += ((int(state[k + 1]) ^ m) - m) * (int(table[i + 96]) - 512)
                score = score >> 9
                if score > best:
                    best = score
                    family = f
                    grid = g
    if best <= _FOUND:
        return 0
    # between the grid: the turn that is left, each harmonic weighted by what it knows
    torque = 0
    stiffness = 1
    for j in range(COUNT):
        h = j + 1
        if j == 5:
            h = 7
        k = PRODUCTS + family * 12 + 2 * j
        i = ((h * grid * 164) >> 7) & 127
        real = (int(state[k]) ^ m) - m
        imaginary = (int(state[k + 1]) ^ m) - m
        cosine = int(table[i]) - 512
        sine = int(table[i + 96]) - 512
        along = (real * cosine + imaginary * sine) >> 9
        if along > 0:
            # the table's phase was rounded down: what it lacks, in radians times 2^13 (402 = 2^13 pi / 64)
            lacking = ((h * grid * 164) & 127) * 402 >> 7
            torque += h * ((imaginary * cosine - real * sine) >> 9) - ((h * along * lacking) >> 13)
            stiffness += h * h * along
    while stiffness >= 0x20000:
        stiffness = stiffness >> 1
        torque = torque >> 1
    if torque > stiffness >> 4:
        torque = stiffness >> 4
    if torque < 0 - (stiffness >> 4):
        torque = 0 - (stiffness >> 4)
    step = STEP_50
    if family:
        step = STEP_60
    # radians in Q13 to turns per sample in Q30: 2^30 / (2 pi 200) / 2^13 = 1669 / 2^4
    state[STEP] = step + grid * _GRID + ((((torque << 13) // stiffness) * 1669) >> 4)
    state[FAMILY] = family
    return 1
