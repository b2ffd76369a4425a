"""Walking a training plan: which exercise, how many repetitions, how long the rest, what comes next."""

from array import array
from time import ticks_diff

from micropython import const

from rhomboid.coaching.exercises import NAMES
from rhomboid.coaching.plan_form import (
    BACK_MS,
    EXERCISE,
    HOLD_MS,
    INTENT,
    MOST,
    OUT_MS,
    REPETITIONS,
    REST_S,
    SETS,
    problems,
)

# Own results move the repetitions of the next session by one, within +-STEPS of the plan, when so many were clean
RAISE_PERCENT = const(80)  # engineering choice
LOWER_PERCENT = const(50)  # engineering choice
STEPS = const(3)  # engineering choice: a quarter of a usual set


class PlanRefused(Exception):
    """A plan that cannot be used; args[0] is one line with the place and the reason."""


class Plan:
    """A plan and where the athlete stands in it.

    place: array('i') block, session, entry, sets done of this entry, change of repetitions by own results; kept in the
    settings as a list. Raises PlanRefused when the plan or the place is not usable.
    """

    def __init__(self, plan, mvc_known, place=()):
        found = problems(plan, mvc_known)
        if found:
            raise PlanRefused(
                "plan, %s: %s" % (" ".join([str(part) for part in found[0][0]]) or "as a whole", found[0][1])
            )
        self.name = plan["name"]
        self._blocks = plan["blocks"]
        self.place = array("i", list(place)[:5] + [0] * (5 - len(place)))
        self._rest = array("i", [0, 0])  # 1 while resting, since when
        self._results = array("i", [0, 0])  # repetitions done and clean ones, of this session
        if self.place[0] > len(self._blocks) or (not self.done() and not self._inside()):
            raise PlanRefused("plan, the place kept in the settings is not in it: begin anew")

    def _inside(self):
        block = self._blocks[self.place[0]]
        place = self.place
        return 0 <= place[1] < block[1] and 0 <= place[2] < len(block[2]) and 0 <= place[3] < self.entry()[SETS]

    def done(self):
        """True when nothing is left of the plan."""
        return self.place[0] >= len(self._blocks)

    def entry(self):
        """The entry of the next (or running) set: integers as in ENTRY, repetitions as the plan has them."""
        return self._blocks[self.place[0]][2][self.place[2]]

    def exercise(self):
        """Name of the next exercise."""
        return NAMES[self.entry()[EXERCISE]]

    def repetitions(self):
        """Repetitions of the next set, moved by the athlete's own results."""
        planned = self.entry()[REPETITIONS]
        return max(1, min(MOST[REPETITIONS], planned + self.place[4]))

    def tempo_ms(self, exercise):
        """The exercise's tempo with the plan's targets in it, in the form of exercises/."""
        entry = self.entry()
        tempo = {}
        for phase, cell in (("concentric", OUT_MS), ("isometric", HOLD_MS), ("eccentric", BACK_MS)):
            usual = exercise["tempo_ms"].get(phase)
            if entry[INTENT] == 1 and phase == "concentric":
                continue  # meant to be fast: no band
            if entry[cell]:
                tempo[phase] = (entry[cell], usual[1] if usual else 50)
        return tempo

    def end_set(self, t_us, repetitions, clean):
        """A set of the entry is over with so many repetitions, `clean` of them without a fault; the rest begins.

        True when the session is complete.
        """
        place = self.place
        self._results[0] += repetitions
        self._results[1] += clean
        entry = self.entry()
        self._rest[0] = entry[REST_S]
        self._rest[1] = t_us
        place[3] += 1
        if place[3] < entry[SETS]:
            return False
        place[3] = 0
        place[2] += 1
        if place[2] < len(self._blocks[place[0]][2]):
            return False
        self._end_session()
        return True

    def rest_over(self, t_us):
        """Every tick or second at rest: True once, when the rest of the last set has passed."""
        rest = self._rest
        if rest[0] == 0 or ticks_diff(t_us, rest[1]) < rest[0] * 1_000_000:
            return False
        rest[0] = 0
        return True

    def _end_session(self):
        place = self.place
        results = self._results
        done = max(1, results[0])
        percent = 100 * results[1] // done
        if percent >= RAISE_PERCENT:
            place[4] = min(STEPS, place[4] + 1)
        elif percent < LOWER_PERCENT:
            place[4] = max(-STEPS, place[4] - 1)
        results[0] = results[1] = 0
        place[2] = 0
        place[1] += 1
        if place[1] >= self._blocks[place[0]][1]:
            place[0] += 1
            place[1] = place[4] = 0
