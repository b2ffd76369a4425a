"""Walking a training plan: which exercise, how many repetitions, how long the rest, what comes next.

Imported at rest, used, and dropped from memory; the place goes with the settings. Runs on CPython as well.
"""

import struct

from rhomboid.coaching import plan_form
from rhomboid.coaching.exercises import NAMES
from rhomboid.coaching.plan_form import (
    BACK_MS,
    ENTRY_BYTES,
    EXERCISE,
    HOLD_MS,
    INTENT,
    LEAST,
    MOST,
    OUT_MS,
    PACKED,
    REPETITIONS,
    REST_S,
    SETS,
    PlanRefused,
)

# Own results move the repetitions of the next session by one, within +-STEPS of the plan, when so many were clean
RAISE_PERCENT = 80  # engineering choice
LOWER_PERCENT = 50  # engineering choice
STEPS = 3  # engineering choice: a quarter of a usual set

# cells of the place
_ID = 0  # of the plan it is a place in
_BLOCK = 1
_SESSION = 2
_ENTRY = 3
_SETS_DONE = 4
_CHANGE = 5  # of the repetitions, by own results
_DONE = 6  # repetitions of this session
_CLEAN = 7
PLACE_CELLS = 8


class Plan:
    """A plan and where the athlete stands in it.

    data: the file (plan_form.py). place: list as kept in the setting plan_place; another plan's begins anew.
    Raises PlanRefused when the plan is not usable.
    """

    def __init__(self, data, mvc_known, place=()):
        self._body, number = plan_form.body_of(data)
        self._blocks = self._checked(mvc_known)
        self.place = list(place)
        if len(self.place) != PLACE_CELLS or self.place[_ID] != number or not (self.done() or self._inside()):
            self.place = [number] + [0] * (PLACE_CELLS - 1)

    def _checked(self, mvc_known):
        """(first byte of its entries, sessions, number of entries) of each block."""
        body = self._body
        try:
            at = 1 + body[0]
            self.name = str(body[1:at], "utf-8")
            blocks = []
            left = body[at]
            at += 1
            while left:
                blocks.append((at + 3, body[at + 1], body[at + 2]))
                if at + 3 + ENTRY_BYTES * body[at + 2] > len(body):
                    raise IndexError
                for e in range(body[at + 2]):
                    entry = struct.unpack(PACKED, body[at + 3 + ENTRY_BYTES * e : at + 3 + ENTRY_BYTES * (e + 1)])
                    found = plan_form.entry_problems(entry, mvc_known)
                    if found:
                        raise PlanRefused("plan, block %d, exercise %d: %s" % (len(blocks), e + 1, found[0][1]))
                at += 3 + ENTRY_BYTES * body[at + 2]
                left -= 1
        except (IndexError, ValueError, UnicodeError):
            raise PlanRefused("plan: its blocks do not add up; send it again")
        if at != len(body) or not blocks or not min([min(block[1:]) for block in blocks]):
            raise PlanRefused("plan: its blocks do not add up; send it again")
        return blocks

    def _inside(self):
        place = self.place
        if min(place[_BLOCK:_CHANGE]) < 0 or not -STEPS <= place[_CHANGE] <= STEPS:
            return False
        _, sessions, entries = self._blocks[place[_BLOCK]]
        return place[_SESSION] < sessions and place[_ENTRY] < entries and place[_SETS_DONE] < self.entry()[SETS]

    def done(self):
        """True when nothing is left of the plan."""
        return self.place[_BLOCK] >= len(self._blocks)

    def entry(self):
        """The entry of the next (or running) set: integers as in ENTRY, repetitions as the plan has them."""
        at = self._blocks[self.place[_BLOCK]][0] + ENTRY_BYTES * self.place[_ENTRY]
        return struct.unpack(PACKED, self._body[at : at + ENTRY_BYTES])

    def exercise(self):
        """Name of the next exercise."""
        return NAMES[self.entry()[EXERCISE]]

    def repetitions(self):
        """Repetitions of the next set, moved by the athlete's own results."""
        return max(LEAST[REPETITIONS], min(MOST[REPETITIONS], self.entry()[REPETITIONS] + self.place[_CHANGE]))

    def rest_s(self):
        """Rest after the next (or running) set."""
        return self.entry()[REST_S]

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

    def end_set(self, repetitions, clean):
        """A set of the entry is over with so many repetitions, `clean` of them without a fault.

        True when the session is complete.
        """
        place = self.place
        place[_DONE] += repetitions
        place[_CLEAN] += clean
        place[_SETS_DONE] += 1
        if place[_SETS_DONE] < self.entry()[SETS]:
            return False
        place[_SETS_DONE] = 0
        place[_ENTRY] += 1
        if place[_ENTRY] < self._blocks[place[_BLOCK]][2]:
            return False
        self._end_session()
        return True

    def _end_session(self):
        place = self.place
        percent = 100 * place[_CLEAN] // max(1, place[_DONE])
        if percent >= RAISE_PERCENT:
            place[_CHANGE] = min(STEPS, place[_CHANGE] + 1)
        elif percent < LOWER_PERCENT:
            place[_CHANGE] = max(-STEPS, place[_CHANGE] - 1)
        place[_DONE] = place[_CLEAN] = place[_ENTRY] = 0
        place[_SESSION] += 1
        if place[_SESSION] >= self._blocks[place[_BLOCK]][1]:
            place[_BLOCK] += 1
            place[_SESSION] = place[_CHANGE] = 0
