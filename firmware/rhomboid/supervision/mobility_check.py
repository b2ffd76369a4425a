"""Mobility before load: the athlete moves freely through the range, the device compares and lowers the target.

Imported when the check begins and dropped when it ends.
"""

from micropython import const

from rhomboid.coaching import exercises
from rhomboid.coaching.mobility import ENOUGH_PERMILLE, Mobility
from rhomboid.supervision import markers

LONGEST_S = const(30)  # engineering choice: a few slow movements


class MobilityCheck:
    """step() every tick, over() every second; verdict() once: the exercise with its target."""

    def __init__(self, exercise, cells, log, now_us):
        """exercise: a dictionary of coaching/exercises; cells: the feature vector."""
        self._exercise = exercise
        self._mobility = Mobility(exercise, cells)
        self._log = log
        self._seconds = 0
        self.step = self._mobility.step
        log.marker(now_us, markers.MOBILITY_BEGUN, exercises.NAMES.index(exercise["name"]))

    def over(self):
        """True when every range has been reached, or the time is over."""
        self._seconds += 1
        return self._mobility.permille() >= 1000 or self._seconds >= LONGEST_S

    def verdict(self, now_us):
        """(exercise, word to say): the exercise itself when the range is enough, else with a lower target."""
        permille = self._mobility.permille()
        self._log.marker(now_us, markers.MOBILITY, permille)
        if permille >= ENOUGH_PERMILLE:
            return self._exercise, "reach_enough"
        lowered = dict(self._exercise)
        lowered["range_cdeg"] = self._mobility.target_cdeg(self._exercise)
        self._log.marker(now_us, markers.MOBILITY_TARGET, lowered["range_cdeg"])
        return lowered, "reach_short"
