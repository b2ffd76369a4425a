"""Envelopes as per mille of the muscle's own maximum (MVC) and their ratios, and that maximum from a series of tests.

Domain 2.2: the reference of each muscle is its highest value over ALL tests, never over "its own" alone; where a
maximum is not wanted, a submaximal contraction of known effort is the more repeatable reference. Tests and training
must use the same high-pass filter (domain 2.6: the envelope changes by up to 10 % between 20 and 30 Hz).
"""

from array import array

import micropython
from micropython import const

# A kernel takes only constants of its own file: those marked as another's are compared by a test
ENVELOPE_0 = const(16)  # features.ENVELOPE_0_UV_Q4
MVC_0 = const(20)  # features.MVC_0_PERMILLE
QUALITY_0 = const(24)  # features.QUALITY_0
UNDEFINED = const(-32768)  # features.UNDEFINED
BAD_QUALITY = const(0xBF)  # quality.BAD
FLOOR = const(40)  # ratios.FLOOR_PERMILLE
RESULT = const(4)  # quality.FIRST_RESULT
QUALITY_CELLS = const(4)  # quality.CELLS
RISE_US = const(23)  # activity.RISE_US
RISE_0 = const(36)  # features.RISE_0_US
ENVELOPE_CELLS = const(25)  # activity.CELLS
SETTLING = const(128)  # quality.SETTLING
SETTLING_MS = const(300)  # quality.SETTLING_MS

_PLATEAU_TICKS = const(50)  # a reference is a mean over 0.5 s at 100 Hz (engineering choice)
# a lower reference is rest noise, not a contraction (domain 2.1: rest 2-14 uV, the weakest peak 80 uV)
LOWEST_REFERENCE_UV_Q4 = const(320)


@micropython.viper
def publish(channels: int, frames: int, envelopes: ptr32, mvc: ptr32, quality: ptr32, pairs: ptr32, features: ptr32):
    """Features of this tick: envelope in microvolt/16, per mille of mvc[c] (UNDEFINED when that is 0), quality, ratios.

    frames: how many the tick brought; envelopes: states of fixed.activity; quality: cells of activation.quality;
    pairs: ratios.pair_channels().
    Bounds: envelope < 2^19.1, times 1000 < 2^29.1; per mille stops at 32767, times 256 < 2^23; ratios stop at 32767.
    """
    m = 1
    m = m << 31
    settling = 0
    settled = int(quality[0])
    if settled < SETTLING_MS:
        settling = SETTLING
        quality[0] = settled + frames
    for c in range(channels):
        uv_q4 = ((int(envelopes[c * ENVELOPE_CELLS]) ^ m) - m) >> 8
        if uv_q4 < 0:
            uv_q4 = 0
        features[ENVELOPE_0 + c] = uv_q4
        permille = UNDEFINED
        reference = int(mvc[c])
        if reference:
            permille = uv_q4 * 1000 // reference
            if permille > 32767:
                permille = 32767
        features[MVC_0 + c] = permille
        features[RISE_0 + c] = (int(envelopes[c * ENVELOPE_CELLS + RISE_US]) ^ m) - m
        features[QUALITY_0 + c] = int(quality[RESULT + c * QUALITY_CELLS]) | settling
    p = 1
    stop = 1 + 3 * int(pairs[0])
    while p < stop:
        ratio = UNDEFINED
        a = int(pairs[p])
        b = int(pairs[p + 1])
        if ((int(features[QUALITY_0 + a]) | int(features[QUALITY_0 + b])) & BAD_QUALITY) == 0:
            if int(mvc[a]) and int(mvc[b]):
                below = int(features[MVC_0 + b])
                if below >= FLOOR:
                    ratio = (int(features[MVC_0 + a]) << 8) // below
                    if ratio > 32767:
                        ratio = 32767
        features[int(pairs[p + 2])] = ratio
        p += 3


@micropython.viper
def advance_plateau(channels: int, features: ptr32, ring: ptr32, state: ptr32, best: ptr32):
    """One tick of a test: mean over the last 0.5 s of each envelope; best[c] keeps the highest.

    Bounds: 50 * 2^19.1 < 2^25.
    """
    place = int(state[0])
    filled = int(state[1])
    for c in range(channels):
        i = place * channels + c
        value = int(features[ENVELOPE_0 + c])
        if int(features[QUALITY_0 + c]) & BAD_QUALITY:
            value = 0
        total = int(state[2 + c]) + value - int(ring[i])
        ring[i] = value
        state[2 + c] = total
        if filled >= 49 and total // 50 > int(best[c]):
            best[c] = total // 50
    state[0] = place + 1 if place < 49 else 0
    if filled < 49:
        state[1] = filled + 1


class ReferenceTests:
    """A series of contractions: begin(), step() each tick, end(), once per test; then references_uv_q4().

    best_uv_q4: per channel the highest 0.5 s mean of all tests so far, in microvolt/16; a bad channel counts as silent.
    """

    def __init__(self, channels, features):
        self.tests = 0
        self.best_uv_q4 = array("i", [0] * channels)
        self._channels = channels
        self._features = features
        self._ring = array("i", [0] * (_PLATEAU_TICKS * channels))
        self._state = array("i", [0] * (2 + channels))

    def begin(self):
        for i in range(len(self._ring)):
            self._ring[i] = 0
        for i in range(len(self._state)):
            self._state[i] = 0

    def step(self):
        advance_plateau(self._channels, self._features, self._ring, self._state, self.best_uv_q4)

    def end(self):
        self.tests += 1

    def references_uv_q4(self, effort_permille=1000):
        """What 1000 per mille is, per channel; effort_permille: how hard the contractions were (1000 = maximal).

        0 where no test rose above LOWEST_REFERENCE_UV_Q4. ValueError for an effort outside 100..1000.
        """
        if not 100 <= effort_permille <= 1000:
            raise ValueError("effort must be 100..1000 per mille, not %d" % effort_permille)
        return [uv_q4 * 1000 // effort_permille if uv_q4 >= LOWEST_REFERENCE_UV_Q4 else 0 for uv_q4 in self.best_uv_q4]
