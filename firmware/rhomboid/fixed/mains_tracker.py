"""The weights of each channel's harmonics and the one frequency, kept right by what every window still shows of them.

A scalar Kalman filter per channel and harmonic: the weight's variance grows by its own wander (4 % in a window) and by
what the frequency's uncertainty turns it; the measurement variance comes from what is left on the channel, so a
contraction hardly moves the weights. A leap of the mains shows as the same large rest in two windows and opens the
variance. The frequency has the Kalman filter of a phase and its rate, the phase being that of each channel's weights.

Bounds: sizes saturate at 4 mV (14 bits in microvolt/4): the sum of two squares is below 2^29. Before they are
multiplied by harmonics, sizes are shifted to 10 bits: torque < 2^28.4, stiffness < 2^27.7. Phase variances stay below
2^18, so that 12 bits of a quotient fit.
"""

import micropython
from micropython import const

COUNT = const(6)  # harmonics.COUNT
MODE = const(0)  # mains.MODE
STEP = const(3)  # mains.STEP
STEP_50 = const(53687091)  # mains.STEP_50
STEP_60 = const(64424509)  # mains.STEP_60
FAMILY = const(4)  # mains_lines.FAMILY
QUIET = const(6)  # mains_lines.QUIET
MISSED = const(7)  # mains_lines.MISSED
TURN_VARIANCE = const(32)  # mains_lines.TURN_VARIANCE
CHANNEL_CELLS = const(76)  # mains_lines.CHANNEL_CELLS
VARIANCES = const(12)  # mains_lines.VARIANCES
RESTS = const(18)  # mains_lines.RESTS
BEFORE = const(42)  # mains_lines.BEFORE
HAVE_BEFORE = const(66)  # mains_lines.HAVE_BEFORE
MEAN = const(67)  # mains_lines.MEAN
SHARE = const(69)  # mains_lines.SHARE
REMOVED = const(70)  # mains_lines.REMOVED
PHASE_VARIANCE = const(71)  # mains_lines.PHASE_VARIANCE
COVARIANCE = const(72)  # mains_lines.COVARIANCE
TURN = const(73)  # mains_lines.TURN
STIFFNESS = const(74)  # mains_lines.STIFFNESS
NOISE = const(75)  # mains_lines.NOISE
MOST_VARIANCE = const(0x3FFFF)  # mains_lines.MOST_VARIANCE
NOTICEABLE = const(40)  # mains_search.NOTICEABLE
HUM = const(122500)  # mains_search.HUM

_SIZE = const(16383)
_MOST_WEIGHT = const(0x1FFFF)  # 8.2 mV, all that the converter can show
_MOST_POWER = const(0x600000)
_FAINT = const(6)  # weights below 1.5 microvolt are as good as no mains
_RANGE = const(858993)  # the frequency stays within 0.8 Hz of 50 or 60: turns per sample in Q30
_DRIFT = const(16)  # growth of TURN_VARIANCE in a channel window: the mains wanders by about 4 mHz in a second


@micropython.viper
def correct_weights(c: int, n: int, state: ptr32, lines: ptr32):
    """Move channel c's weights by the rests of its window of n samples; leaves what correct_frequency needs."""
    m = 1
    m = m << 31
    line = c * CHANNEL_CELLS
    mean = int(lines[line + MEAN])
    square = mean * mean >> 4
    rest = 0
    largest = 0
    for i in range(12):
        z = (int(lines[line + RESTS + i]) ^ m) - m
        if z > _SIZE:
            z = _SIZE
        if z < -_SIZE:
            z = -_SIZE
        lines[line + RESTS + i] = z
        rest += z * z >> 4
        w = ((int(lines[line + i]) ^ m) - m) >> 2
        if w < 0:
            w = 0 - w
        if w > largest:
            largest = w
    # power of what is neither mains nor its rest, in microvolt^2, and its share in one amplitude: 4 / samples for white
    # noise, ten times that for the densest part of the EMG spectrum
    power = (square * 25 >> 4) - (rest >> 1)
    if power < square >> 2:
        power = square >> 2
    if power > _MOST_POWER:
        power = _MOST_POWER
    noise = (power * 160 // n + 1) << 2
    down = 0
    while largest >> down >= 1024:
        down += 1
    turn_variance = int(state[TURN_VARIANCE])
    torque = 0
    stiffness = 0
    strength = 0
    leapt = 0
    fresh = int(lines[line + HAVE_BEFORE])
    lines[line + HAVE_BEFORE] = 1
    for j in range(COUNT):
        h = j + 1
        if j == 5:
            h = 7
        zc = (int(lines[line + RESTS + 2 * j]) ^ m) - m
        zs = (int(lines[line + RESTS + 1 + 2 * j]) ^ m) - m
        wc = (int(lines[line + 2 * j]) ^ m) - m
        ws = (int(lines[line + 2 * j + 1]) ^ m) - m
        qc = wc >> 2
        if qc > _SIZE:
            qc = _SIZE
        if qc < -_SIZE:
            qc = -_SIZE
        qs = ws >> 2
        if qs > _SIZE:
            qs = _SIZE
        if qs < -_SIZE:
            qs = -_SIZE
        size = qc * qc + qs * qs
        strength += size >> 4
        # wander of 4 % in a window, and h^2 |w|^2 times the variance of the turn (size in 12 bits, that in Q18)
        short = size
        up = 0
        while short >= 4096:
            short = short >> 1
            up += 1
        variance = int(lines[line + VARIANCES + j]) + (size >> 9) + 1
        variance += (short * h * h * (turn_variance >> 6)) >> (18 - up)
        if variance > 0x1FFFFFFF:
            variance = 0x1FFFFFFF
        if fresh:
            same = zc * ((int(lines[line + BEFORE + 2 * j]) ^ m) - m)
            same += zs * ((int(lines[line + BEFORE + 1 + 2 * j]) ^ m) - m)
            if same >> 3 > variance + noise:
                variance = same
                leapt = 1
        lines[line + BEFORE + 2 * j] = zc
        lines[line + BEFORE + 1 + 2 * j] = zs
        above = variance
        below = variance + noise
        while below >= 0x40000:
            above = above >> 1
            below = below >> 1
        k = (above << 12) // below
        if size >> 3 > variance:  # a weight that is itself uncertain knows nothing of the phase
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
            torque += h * (bs * dc - ac * ds)
            stiffness += h * h * (ac * ac + bs * bs)
        wc += (k * zc) >> 10
        if wc > _MOST_WEIGHT:
            wc = _MOST_WEIGHT
        if wc < -_MOST_WEIGHT:
            wc = -_MOST_WEIGHT
        ws += (k * zs) >> 10
        if ws > _MOST_WEIGHT:
            ws = _MOST_WEIGHT
        if ws < -_MOST_WEIGHT:
            ws = -_MOST_WEIGHT
        lines[line + 2 * j] = wc
        lines[line + 2 * j + 1] = ws
        left = 4096 - k
        lines[line + VARIANCES + j] = (variance >> 12) * left + (((variance & 4095) * left) >> 12)
    lines[line + TURN] = torque
    lines[line + STIFFNESS] = stiffness
    lines[line + NOISE] = (noise >> (down + down)) + 1
    lines[line + REMOVED] = strength
    if leapt:  # the phase may have leapt too
        lines[line + PHASE_VARIANCE] = MOST_VARIANCE
        lines[line + COVARIANCE] = 0
    share = 0
    if mean == _SIZE:
        share = 2
    if mean > NOTICEABLE and rest > square + square:
        share = share | 1
    if strength > HUM and strength >> 3 > power:
        share = share | 2
    if rest >> 1 > strength and rest > noise * 3:
        share = share | 4
    if largest < _FAINT:
        share = share | 8
    lines[line + SHARE] = share


@micropython.viper
def correct_frequency(c: int, channels: int, state: ptr32, lines: ptr32):
    """Move the common frequency by the phase error that channel c's window showed."""
    m = 1
    m = m << 31
    line = c * CHANNEL_CELLS
    torque = (int(lines[line + TURN]) ^ m) - m
    stiffness = int(lines[line + STIFFNESS])
    turn = int(state[TURN_VARIANCE]) + _DRIFT
    if turn > MOST_VARIANCE:
        turn = MOST_VARIANCE
    state[TURN_VARIANCE] = turn
    covariance = int(lines[line + COVARIANCE])
    phase = int(lines[line + PHASE_VARIANCE]) + covariance + covariance + turn
    covariance += turn
    if phase > MOST_VARIANCE:
        phase = MOST_VARIANCE
    if covariance > phase:
        covariance = phase
    lines[line + PHASE_VARIANCE] = phase
    lines[line + COVARIANCE] = covariance
    if stiffness < 64:
        return
    # variance of the measured phase: noise / (2 stiffness) in Q24
    above = int(lines[line + NOISE])
    q = 0
    while above < 0x20000000:
        above = above << 1
        q += 1
    measured = above // stiffness
    while q > 23:
        measured = measured >> 1
        q -= 1
    while q < 23 and measured < 0x1000000:
        measured = measured << 1
        q += 1
    if measured > 0x1000000:
        measured = 0x1000000
    while stiffness >= 0x20000:
        stiffness = stiffness >> 1
        torque = torque >> 1
    if torque > stiffness:
        torque = stiffness
    if torque < 0 - stiffness:
        torque = 0 - stiffness
    radians = (torque << 13) // stiffness
    total = phase + measured + 1
    gain_phase = (phase << 12) // total
    gain_turn = (covariance << 12) // total
    lines[line + PHASE_VARIANCE] = phase - ((phase * gain_phase) >> 12)
    lines[line + COVARIANCE] = covariance - ((covariance * gain_phase) >> 12)
    known = turn - ((covariance * gain_turn) >> 12)
    if known < 1:
        known = 1
    state[TURN_VARIANCE] = known
    # what the other channels' phases shared with the old error of the frequency shrinks with it
    shrunk = (known << 12) // turn
    for i in range(channels):
        if i != c:
            k = i * CHANNEL_CELLS + COVARIANCE
            lines[k] = (int(lines[k]) * shrunk) >> 12
    # radians in Q13 times gain in Q12 to turns per sample in Q30: 2^30 / (2 pi 200) / 2^25 = 1669 / 2^16
    step = int(state[STEP]) + ((((radians * gain_turn) >> 8) * 1669) >> 8)
    nominal = STEP_50
    if int(state[FAMILY]):
        nominal = STEP_60
    if step > nominal + _RANGE:
        step = nominal + _RANGE
    if step < nominal - _RANGE:
        step = nominal - _RANGE
    state[STEP] = step


@micropython.viper
def still_there(c: int, channels: int, state: ptr32, lines: ptr32) -> int:
    """Answers 0, and ends the subtraction, when no channel has mains for 5 s or it leaves more than it takes for 2."""
    share = int(lines[c * CHANNEL_CELLS + SHARE])
    quiet = 0
    if share & 8:
        quiet = int(state[QUIET]) + 1
    missed = int(state[MISSED])
    if share & 4:
        missed += 2
    elif missed:
        missed -= 1
    state[QUIET] = quiet
    state[MISSED] = missed
    if quiet > 25 * channels or missed > 20 * channels:
        state[MODE] = 0
        state[STEP] = STEP_50
        return 0
    return 1
