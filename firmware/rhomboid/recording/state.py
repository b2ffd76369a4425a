"""State of the signal chain where a raw log begins, as info messages: with it, the log alone gives the same results.

A line is "name value": an integer, or the bytes of an array in base64. Made at rest while the header is written.
"""

from array import array
from binascii import b2a_base64

# rebuilt from the settings, or scratch that every block writes before it reads
_LEFT_OUT = ("_coefficients", "_table", "_band", "_folded", "_pairs", "_angles", "_state", "features", "_features")


class StateOf:
    """The arrays and integers of some objects as lines of text, taken anew each time it is iterated."""

    def __init__(self, *owners):
        self._owners = owners

    def __iter__(self):
        for k in range(len(self._owners)):
            owner = self._owners[k]
            for name in dir(owner):
                if name in _LEFT_OUT or name.startswith("__"):
                    continue
                value = getattr(owner, name)
                if isinstance(value, array):
                    yield "%d.%s %s" % (k, name, b2a_base64(bytes(value)).decode().strip())
                elif isinstance(value, int) and not isinstance(value, bool):
                    yield "%d.%s =%d" % (k, name, value)


class _Rings:
    """The newest samples of one sensor."""

    def __init__(self, imu):
        self.quat_q14 = imu.quat_q14
        self.time_us = imu.time_us
        self._state = imu.state
        self.state_count = 0
        self.state_epoch = 0

    def __iter__(self):
        self.state_count = self._state[0]
        self.state_epoch = self._state[1]
        return iter(StateOf(self))


def texts(pipeline, imus):
    """Info messages for a log with raw streams: EMG chain, tracker, pulses, and the rings of the sensors."""
    chain = pipeline.chain
    tracker = pipeline.tracker
    found: dict = {
        "state_emg": StateOf(chain, chain.onsets),
        "state_tracking": StateOf(tracker, tracker.neutral, pipeline.dose),
    }
    for k in range(len(imus)):
        found["state_imu_%d" % k] = _Rings(imus[k])
    return found
