"""How much a body is vibrated: a limit against habituation, and the frames that a pulse spoils.

A bucket holds BUCKET_MS of vibration and refills at 100 ms per second (10 % duty); a cue that does not fit is not
played. Frames from the start of a pattern until 150 ms after its end are marked (design section 6).
"""

from array import array
from time import ticks_diff

from micropython import const

BUCKET_MS = const(3000)  # engineering choice: about eight cues in a row
REFILL_DIVISOR = const(10)  # engineering choice: 10 % duty on average
RINGING_MS = const(150)  # design section 6

_LEVEL_US = const(0)  # microseconds of vibration left
_FILLED_US = const(1)
_UNTIL_US = const(2)  # length of the mark from _BEGAN_US
_BEGAN_US = const(3)
REFUSED = const(4)


class HapticDose:
    """patterns: Patterns. cells[REFUSED] counts cues that the limit kept back."""

    def __init__(self, patterns, t_us):
        self._patterns = patterns
        self.cells = array("i", [BUCKET_MS * 1000, t_us, 0, t_us, 0])

    def admit(self, cue, t_us):
        """Ask before playing a cue: True books its vibration and marks its frames, False means do not play it."""
        cells = self.cells
        self._refill(t_us)
        need = self._patterns.on_ms[cue] * 1000
        if need > cells[_LEVEL_US]:
            cells[REFUSED] += 1
            return False
        cells[_LEVEL_US] -= need
        cells[_BEGAN_US] = t_us
        cells[_UNTIL_US] = (self._patterns.total_ms[cue] + RINGING_MS) * 1000
        return True

    def marked(self, t_us):
        """True while a pulse may disturb the sensors. Call every tick (at least every 8 minutes: ticks wrap)."""
        cells = self.cells
        if cells[_UNTIL_US] == 0:
            return False
        if ticks_diff(t_us, cells[_BEGAN_US]) < cells[_UNTIL_US]:
            return True
        cells[_UNTIL_US] = 0
        return False

    def _refill(self, t_us):
        cells = self.cells
        since = ticks_diff(t_us, cells[_FILLED_US])
        if since < 0 or since > BUCKET_MS * 10000:
            cells[_LEVEL_US] = BUCKET_MS * 1000
        else:
            cells[_LEVEL_US] = min(BUCKET_MS * 1000, cells[_LEVEL_US] + since // REFILL_DIVISOR)
        cells[_FILLED_US] = t_us
