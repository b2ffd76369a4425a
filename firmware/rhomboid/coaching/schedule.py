"""Which of the cues that the rules ask for is given: one at a time, the most useful, seldom enough to be heard.

- One cue at a time; while one plays or cools down the most useful request waits, at most STALE_MS: a late cue teaches
  the wrong movement (domain 3: delay harm up to 300-490 ms).
- At least REFRACTORY_MS between any two cues, `cool_down_ms` between two cues of the same rule.
- Fading: feedback on a share of the repetitions (100, 50 or 33 %), spread evenly; in the others the rules still judge
  and the log still tells, but nothing vibrates. The share falls as clean repetitions add up and rises when they are
  lost.
- Snooze silences everything for a while. Frames marked by a pulse decide no cue.
Times are ticks_us; at most 2**29 us (8.9 min) may lie between two steps that matter.
"""

from array import array
from time import ticks_diff

from micropython import const

REFRACTORY_MS = const(1000)  # domain 3
COOL_DOWN_MS = const(2000)  # engineering choice: at most one cue of a kind per repetition of usual tempo
STALE_MS = const(700)  # engineering choice above domain 3's 300-490 ms, within the pause after a repetition
SNOOZE_MS = const(120_000)  # engineering choice
SHARES_PERCENT = (100, 50, 33)  # domain 3: fade 100 -> 50 -> 33 %
WINDOW = const(10)  # repetitions on which skill is judged: one set
SKILLED = const(8)  # clean ones of WINDOW for less feedback; engineering choice
LOST = const(5)  # clean ones of WINDOW or fewer for more feedback; engineering choice

_LAST_US = const(0)  # start of the last cue
_BUSY_US = const(1)  # after it, until here nothing else
_PENDING = const(2)
_PENDING_US = const(3)
_PENDING_RANK = const(4)
_SNOOZE_US = const(5)  # when it began
_SNOOZED = const(6)
_GIVE = const(7)  # feedback in this repetition
_FADE = const(8)  # error diffusion of the share
_LEVEL = const(9)  # index into SHARES_PERCENT
_CLEAN = const(10)  # bits of the last WINDOW repetitions, 1 = clean
_JUDGED = const(11)
GIVEN = const(12)
WITHHELD = const(13)  # faded, snoozed, off or cooling down
EXPIRED = const(14)  # waited too long
AWAKE = const(15)  # 0 = nothing waits, cools down or is snoozed: a step without a rule would do nothing


class CueSchedule:
    """cells: array('i') of state; cells[GIVEN], cells[WITHHELD], cells[EXPIRED] count requests.

    ranks: array('i') rule number -> rank (0 = most useful). enabled: False keeps every cue back (rules still judge).
    fading: True lets the share of repetitions with feedback follow skill; level: share to begin with (0, 1, 2); skill:
    what skill() gave before.
    """

    def __init__(self, ranks, enabled=True, fading=True, level=0, cool_down_ms=COOL_DOWN_MS, skill=()):
        self.cells = array("i", [0] * 16)
        self.cells[_PENDING] = -1
        self.cells[_GIVE] = 1
        self.cells[_LEVEL] = level
        if len(skill) == 2:
            self.cells[_JUDGED] = skill[0]
            self.cells[_CLEAN] = skill[1] & ((1 << WINDOW) - 1)
        self._ranks = ranks
        self._rule_us = array("i", [0] * len(ranks))
        self._rule_given = array("i", [0] * len(ranks))
        self._enabled = enabled
        self._fading = fading
        self._cool_down_us = cool_down_ms * 1000

    def level(self):
        """Index of the share of repetitions with feedback now: 0 = 100 %, 1 = 50 %, 2 = 33 %; to be kept in the
        settings.
        """
        return self.cells[_LEVEL]

    def speaks(self):
        """False when cues are off or snoozed."""
        return self._enabled and not self.cells[_SNOOZED]

    def skill(self):
        """[repetitions judged at this level, bits of the last ones, 1 = clean], to be kept in the settings."""
        return [min(WINDOW, self.cells[_JUDGED]), self.cells[_CLEAN]]

    def begin_set(self):
        """Nothing waits from the last set; its cues are long enough ago. Snooze, fading and skill go on."""
        cells = self.cells
        cells[_PENDING] = -1
        cells[_BUSY_US] = 0
        given = self._rule_given
        for i in range(len(given)):
            given[i] = 0

    def begin_repetition(self):
        """A repetition starts: decide whether it gets feedback."""
        cells = self.cells
        fade = cells[_FADE] + SHARES_PERCENT[cells[_LEVEL]]
        if fade >= 99:  # three times 33 % is one
            cells[_FADE] = fade - 100 if fade > 100 else 0
            cells[_GIVE] = 1
        else:
            cells[_FADE] = fade
            cells[_GIVE] = 0

    def end_repetition(self, verdict):
        """A repetition is complete with these verdict bits: follow the athlete's skill."""
        cells = self.cells
        cells[_CLEAN] = (cells[_CLEAN] << 1 | (0 if verdict else 1)) & ((1 << WINDOW) - 1)
        if not self._fading:
            return
        cells[_JUDGED] += 1
        if cells[_JUDGED] < WINDOW:
            return
        clean = 0
        bits = cells[_CLEAN]
        while bits:
            clean += bits & 1
            bits >>= 1
        if clean >= SKILLED and cells[_LEVEL] < len(SHARES_PERCENT) - 1:
            cells[_LEVEL] += 1
            cells[_JUDGED] = 0
        elif clean <= LOST and cells[_LEVEL] > 0:
            cells[_LEVEL] -= 1
            cells[_JUDGED] = 0

    def snooze(self, t_us):
        """Be silent for SNOOZE_MS; once more ends it. True when snoozed now."""
        cells = self.cells
        cells[_SNOOZED] = 0 if cells[_SNOOZED] else 1
        cells[_SNOOZE_US] = t_us
        cells[_PENDING] = -1
        cells[AWAKE] = 1
        return cells[_SNOOZED] == 1

    def step(self, t_us, rule, marked):
        """Every tick with the rule that fired or -1, and whether a pulse marks this frame: rule whose cue starts now,
        or -1.
        """
        cells = self.cells
        if rule < 0 and cells[AWAKE] == 0:
            return -1
        cells[AWAKE] = 1
        if cells[_SNOOZED] and ticks_diff(t_us, cells[_SNOOZE_US]) > SNOOZE_MS * 1000:
            cells[_SNOOZED] = 0
        if self._rule_given_long_ago(t_us) and cells[_PENDING] < 0 and rule < 0 and not cells[_SNOOZED]:
            cells[AWAKE] = 0
            return -1
        if rule >= 0:
            self._request(t_us, rule)
        rule = cells[_PENDING]
        if rule < 0 or marked:
            return -1
        if ticks_diff(t_us, cells[_PENDING_US]) > STALE_MS * 1000:
            cells[_PENDING] = -1
            cells[EXPIRED] += 1
            return -1
        if cells[_BUSY_US] and ticks_diff(t_us, cells[_LAST_US]) < cells[_BUSY_US]:
            return -1
        cells[_PENDING] = -1
        cells[_LAST_US] = t_us
        cells[_BUSY_US] = REFRACTORY_MS * 1000
        cells[GIVEN] += 1
        self._rule_us[rule] = t_us
        self._rule_given[rule] = 1
        return rule

    def _request(self, t_us, rule):
        cells = self.cells
        cooling = self._rule_given[rule] and ticks_diff(t_us, self._rule_us[rule]) < self._cool_down_us
        if not self._enabled or cells[_SNOOZED] or not cells[_GIVE] or cooling:
            cells[WITHHELD] += 1
            return
        rank = self._ranks[rule]
        if cells[_PENDING] < 0 or rank < cells[_PENDING_RANK]:
            cells[_PENDING] = rule
            cells[_PENDING_US] = t_us
            cells[_PENDING_RANK] = rank

    def _rule_given_long_ago(self, t_us):
        """Forget cue times before ticks wrap around them (within 2**29 us): True when none is remembered any more."""
        cells = self.cells
        if cells[_BUSY_US]:
            since = ticks_diff(t_us, cells[_LAST_US])
            if since < self._cool_down_us or since < cells[_BUSY_US]:
                return False
            cells[_BUSY_US] = 0
            given = self._rule_given
            for i in range(len(given)):
                given[i] = 0
        return True
