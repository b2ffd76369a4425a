"""What each muscle did in one repetition: peak and mean of its per mille MVC, and its onset."""

from array import array

import micropython
from micropython import const

# A kernel takes only constants of its own file: those marked as another's are compared by a test
MVC_0 = const(20)  # features.MVC_0_PERMILLE
RISE_0 = const(36)  # features.RISE_0_US
UNDEFINED = const(-32768)  # features.UNDEFINED
# onsets up to this long before the arm moves belong to the repetition (domain 2.3: muscles lead the lift by < 0.4 s)
_EARLIEST_US = const(-1_000_000)
_CELLS = const(2)  # per channel: sum, ticks


@micropython.viper
def accumulate(channels: int, begin_us: int, features: ptr32, sums: ptr32, peak: ptr32, onset: ptr32):
    """One tick. Bounds: per mille <= 32767, at most 65535 ticks (11 minutes) are summed: < 2^31."""
    m = 1
    m = m << 31
    for c in range(channels):
        permille = (int(features[MVC_0 + c]) ^ m) - m
        ticks = int(sums[2 * c + 1])
        if permille != UNDEFINED and ticks < 65535:
            sums[2 * c] = int(sums[2 * c]) + permille
            sums[2 * c + 1] = ticks + 1
            if permille > (int(peak[c]) ^ m) - m:
                peak[c] = permille
        if (int(onset[c]) ^ m) - m == UNDEFINED:
            at_us = (int(features[RISE_0 + c]) ^ m) - m
            if at_us >= 0:
                after_us = ((at_us - begin_us + 0x20000000) & 0x3FFFFFFF) - 0x20000000
                if after_us >= _EARLIEST_US:
                    if after_us == UNDEFINED:
                        after_us += 1
                    onset[c] = after_us


@micropython.viper
def count_from(channels: int, begin_us: int, start_us: int, onset: ptr32):
    """Onsets after begin_us become onsets after start_us (ticks, less than 2^29 us apart)."""
    m = 1
    m = m << 31
    earlier_us = ((begin_us - start_us + 0x20000000) & 0x3FFFFFFF) - 0x20000000
    for c in range(channels):
        after_us = (int(onset[c]) ^ m) - m
        if after_us != UNDEFINED:
            after_us += earlier_us
            if after_us == UNDEFINED:
                after_us += 1
            onset[c] = after_us


class RepetitionActivation:
    """begin(t_us) as a repetition starts, step() each tick of it, end(start_us) when it is over: then the arrays hold.

    peak_permille, mean_permille: array('i') per channel, UNDEFINED without MVC; onset_us: array('i') per channel,
    microseconds from begin's t_us to the first rise of the muscle over its own level not earlier than 1 s before it,
    UNDEFINED when there was none; from end on they count from its start_us (the start as measured afterwards).
    """

    def __init__(self, channels, features):
        self.peak_permille = array("i", [UNDEFINED] * channels)
        self.mean_permille = array("i", [UNDEFINED] * channels)
        self.onset_us = array("i", [UNDEFINED] * channels)
        self._channels = channels
        self._features = features
        self._sums = array("i", [0] * (_CELLS * channels))
        self._begin_us = array("i", [0])

    def begin(self, t_us):
        self._begin_us[0] = t_us
        for c in range(self._channels):
            self._sums[_CELLS * c] = 0
            self._sums[_CELLS * c + 1] = 0
            self.peak_permille[c] = UNDEFINED
            self.mean_permille[c] = UNDEFINED
            self.onset_us[c] = UNDEFINED

    def step(self):
        accumulate(
            self._channels,
            self._begin_us[0],
            self._features,
            self._sums,
            self.peak_permille,
            self.onset_us,
        )

    def end(self, start_us):
        sums = self._sums
        count_from(self._channels, self._begin_us[0], start_us, self.onset_us)
        for c in range(self._channels):
            ticks = sums[_CELLS * c + 1]
            if ticks:
                self.mean_permille[c] = (sums[_CELLS * c] + ticks // 2) // ticks
