"""Breaks in posture mode: when one is due, and whether it was taken.

After BREAK_EVERY_S without a break a gentle cue asks for RETRACTIONS retractions; they are counted by the segmenter
of the exercise "posture". Taken within BREAK_LASTS_S the break is complete, else it is noted as missed and the next
one comes in its time. Retractions between breaks count as a break taken early. Short breaks often: domain 5, 2 min a
day helped as much as 12 for pain; the times are engineering choices.
"""

from array import array
from time import ticks_diff

from micropython import const

BREAK_EVERY_S = const(1500)
BREAK_LASTS_S = const(90)
RETRACTIONS = const(5)

NOTHING = const(0)
DUE = const(1)  # ask for a break now
TAKEN = const(2)  # it is complete: thank for it
MISSED = const(3)

_SECOND_US = const(1_000_000)


class Breaks:
    """cells: array('i') seconds since the last break, asked (0 or 1), retractions, taken, missed, ticks of the last
    second.

    snoozed breaks are not asked for: skip().
    """

    def __init__(self, t_us, every_s=BREAK_EVERY_S):
        self._every_s = every_s
        self.cells = array("i", [0, 0, 0, 0, 0, t_us])

    def step(self, t_us, retracted):
        """Every tick or second; retracted: a retraction was completed in this tick. NOTHING, DUE, TAKEN or MISSED."""
        cells = self.cells
        if retracted:
            cells[2] += 1
            if cells[2] >= RETRACTIONS:
                cells[0] = cells[1] = cells[2] = 0
                cells[3] += 1
                return TAKEN
        if ticks_diff(t_us, cells[5]) < _SECOND_US:
            return NOTHING
        cells[5] = t_us
        cells[0] += 1
        if cells[1]:
            if cells[0] >= BREAK_LASTS_S:
                cells[0] = cells[1] = cells[2] = 0
                cells[4] += 1
                return MISSED
        elif cells[0] >= self._every_s:
            cells[0] = 0
            cells[1] = 1
            return DUE
        elif cells[2] and cells[0] % BREAK_LASTS_S == 0:
            cells[2] = 0  # a single retraction long ago is no break
        return NOTHING

    def skip(self):
        """Not now: the next break comes in its full time."""
        cells = self.cells
        cells[0] = cells[1] = cells[2] = 0
