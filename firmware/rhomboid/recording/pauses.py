"""Flash between the strokes of a continuous activity: a set that may last an hour must not wait for its end.

A write stands still for 50 to 100 ms (typical), so it waits for the pause after a stroke; when none comes, for the way
back of one; and in the end it waits no longer. What a power cut takes is bounded by that.
"""

from time import ticks_diff

from micropython import const

from rhomboid.features import PHASE, PHASE_ECCENTRIC, PHASE_REST
from rhomboid.recording.ulog import FLUSH_FROM_BYTES

# age of the oldest record that is not on flash: engineering choices
_DUE_US = const(10_000_000)
_URGENT_US = const(15_000_000)
_AT_ONCE_US = const(20_000_000)


class PauseFlush:
    """Call step() every few ticks of the set. log: LogWriter; features: the feature vector."""

    def __init__(self, log, features):
        self._log = log
        self._features = features
        self._begun = False  # a span is written, not yet durable

    def step(self, now_us):
        """At most one flash operation of the file system."""
        log = self._log
        waiting = log.buffer.waiting()
        age_us = ticks_diff(now_us, log.flushed_us)
        if not self._begun and waiting < FLUSH_FROM_BYTES and age_us < _DUE_US:
            return
        phase = self._features[PHASE]
        if (
            phase == PHASE_REST
            or (phase == PHASE_ECCENTRIC and (waiting >= 2 * FLUSH_FROM_BYTES or age_us >= _URGENT_US))
            or age_us >= _AT_ONCE_US
        ):
            self._begun = log.write_in_pause()
