"""What is known of the mains, common to all channels and per channel: the cells, and their windows of 200 samples.

Units: weights (what is subtracted) microvolt/16; rests (what a window still showed) microvolt/4; variances
(microvolt/4)^2; phase variances rad^2 in Q24, of the fundamental.
"""

from array import array

import micropython
from micropython import const

WINDOW = const(200)  # samples: a whole number of periods of both mains, so neither leaks into the other

# cells of the common state
MODE = const(0)  # mains.MODE
PHASE = const(1)  # mains.PHASE
PHASE_60 = const(2)  # mains.PHASE_60
STEP = const(3)  # mains.STEP
STEP_50 = const(53687091)  # mains.STEP_50
STEP_60 = const(64424509)  # mains.STEP_60
FAMILY = const(4)  # 0: 50 Hz, 1: 60 Hz
ALLOWED = const(5)  # bit 0: 50 Hz, bit 1: 60 Hz
QUIET = const(6)  # channel windows in a row without mains
MISSED = const(7)  # grows while the subtraction leaves more than it takes
PRODUCTS = const(8)  # 2 families x 6 harmonics x (real, imaginary), 1024 = one window of pure mains on one channel
TURN_VARIANCE = const(32)  # of the phase that the frequency's error adds in a window
CELLS = const(33)

# cells per channel
WEIGHTS = const(0)  # 6 x (cosine, sine)
VARIANCES = const(12)
RESTS = const(18)  # 2 families x 6 x (cosine, sine) of this window
BEFORE = const(42)  # of the window before
HAVE_BEFORE = const(66)
MEAN = const(67)  # mean |signal| of the last window, after subtraction, microvolt/4
MEAN_BEFORE = const(68)
# bit 0: most of what is left is mains; bit 1: hum beyond 0.35 mV and most of the raw signal, or a mean size of 4 mV;
# bit 2: the subtraction leaves more than it takes; bit 3: next to nothing is subtracted
SHARE = const(69)
REMOVED = const(70)  # sum of the squared amplitudes that are subtracted, microvolt^2
PHASE_VARIANCE = const(71)  # of the weights' common phase
COVARIANCE = const(72)  # of that phase with the turn of a window
TURN = const(73)  # torque of the rests on the weights, and their stiffness: their quotient is the phase error
STIFFNESS = const(74)
NOISE = const(75)  # variance of one rest in the units of the stiffness
CHANNEL_CELLS = const(76)

BINS = const(64)  # harmonics.BINS
BIN_BIAS = const(0x8000000)  # harmonics.BIN_BIAS
COUNT = const(6)  # harmonics.COUNT
_OPEN = const(0x10000000)  # variance of a weight that is not known
MOST_VARIANCE = const(0x3FFFF)  # 1/64 rad^2
_FIRST_TURN_VARIANCE = const(24000)  # 0.03 Hz: what the search leaves
_SIZE = const(16383)
_TURN_MASK = const(0x3FFFFFFF)


def new_state(mains_hz):
    """mains_hz: 0 = find out, 50, 60."""
    if mains_hz not in (0, 50, 60):
        raise ValueError("mains_hz must be 0 (automatic), 50 or 60, not %r" % (mains_hz,))
    state = array("i", [0] * CELLS)
    state[STEP] = STEP_50
    state[ALLOWED] = {0: 3, 50: 1, 60: 2}[mains_hz]
    return state


def new_lines(channels):
    return array("i", [0] * (CHANNEL_CELLS * channels))


@micropython.viper
def forget_window(channels: int, sizes: ptr32, lines: ptr32, bins: ptr32):
    """Drop what the present windows have gathered (samples were lost, or the way of sorting changes)."""
    for i in range(channels * 2 * BINS):
        bins[i] = BIN_BIAS
    for c in range(channels):
        sizes[2 * c] = 0
        sizes[2 * c + 1] = 0
        lines[c * CHANNEL_CELLS + HAVE_BEFORE] = 0


@micropython.viper
def skip(state: ptr32, samples: int):
    """Turn the phases over lost samples. Only the low 30 bits count, which agree however wide the product is."""
    state[PHASE] = (int(state[PHASE]) + int(state[STEP]) * samples) & _TURN_MASK
    state[PHASE_60] = (int(state[PHASE_60]) + STEP_60 * samples) & _TURN_MASK


@micropython.viper
def end_window(c: int, sizes: ptr32, lines: ptr32) -> int:
    """End channel c's window: its mean |signal| to MEAN; answers how many samples it had."""
    line = c * CHANNEL_CELLS
    n = int(sizes[2 * c + 1])
    if n:
        mean = (int(sizes[2 * c]) // n) >> 2
        if mean > _SIZE:
            mean = _SIZE
        lines[line + MEAN_BEFORE] = int(lines[line + MEAN])
        lines[line + MEAN] = mean
    sizes[2 * c] = 0
    sizes[2 * c + 1] = 0
    return n


@micropython.viper
def begin_tracking(channels: int, state: ptr32, lines: ptr32):
    """The frequency was found: nothing is known yet of the weights."""
    state[MODE] = 1
    state[QUIET] = 0
    state[MISSED] = 0
    state[TURN_VARIANCE] = _FIRST_TURN_VARIANCE
    for i in range(24):
        state[PRODUCTS + i] = 0
    for c in range(channels):
        line = c * CHANNEL_CELLS
        for i in range(12):
            lines[line + i] = 0
        for i in range(COUNT):
            lines[line + VARIANCES + i] = _OPEN
        lines[line + PHASE_VARIANCE] = MOST_VARIANCE
        lines[line + COVARIANCE] = 0
