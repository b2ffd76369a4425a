"""What surrounds the sets: words after them, the rest timer, the plan, mobility before load, posture through the day.

What only one of these needs is imported when it begins and dropped from memory when it ends (between_sets.py,
mobility_check.py, posture_mode.py).
"""

import gc
import os
from array import array
from time import ticks_diff

from micropython import const

from rhomboid.passing import forget
from rhomboid.settings.store import SaveError
from rhomboid.supervision import faults as fault_codes
from rhomboid.supervision import markers

_SECOND_US = const(1_000_000)
_WORDS = const(4)
_WORD_US = const(1_500_000)  # from one word to the next, pattern of up to 1.2 s included; engineering choice
_SOON_S = const(10)  # before the end of the rest; engineering choice
_MINUTE = const(60)

_PLAN = "/settings/plan"  # plan_form.PATH

# what to do in the next tick at rest
_NOTHING = const(0)
_CLOSE = const(1)
_PREPARE = const(2)

# imported late, the last one is what is used
_BETWEEN = ("rhomboid.coaching.plan_form", "rhomboid.coaching.plan", "rhomboid.supervision.between_sets")
_CHECK = ("rhomboid.coaching.mobility", "rhomboid.supervision.mobility_check")
_POSTURE = ("rhomboid.coaching.posture", "rhomboid.supervision.posture_mode")


def late(paths):
    """The last of these modules."""
    return __import__(paths[-1], None, None, ("",))


class Training:
    """In memory at rest only. repetitions: of the next set, 0 = open.

    checked: array('i') of one cell that outlives it: bits of the exercises whose range was looked at.
    """

    def __init__(self, device, pipeline, log, settings, store, checked, now_us):
        self.pipeline = pipeline
        self.log = log
        self.settings = settings
        self.repetitions = 0
        self._posture = None
        self._check = None
        self._device = device
        self._store = store
        self._words = array("i", [-1] * _WORDS)
        self._word_us = now_us
        self._rest_s = 0  # as long as it runs
        self._rest_us = 0
        self._told = 0  # 1 = its end has been announced
        self._due = _PREPARE
        self._checked = checked
        self._flushing = False
        self._seconds = 0

    # sets

    def begin_set(self, now_us):
        """A set begins now: what was to be said is out of date."""
        self._rest_s = 0
        for k in range(_WORDS):
            self._words[k] = -1
        while self._due:
            self._do_what_is_due(now_us)
        if self.repetitions:
            place = self.settings["plan_place"] or (0, 0, 0, 0, 0)
            value = ((place[1] * 100 + place[2]) * 100 + place[3]) * 100 + place[4]
            self.log.marker(now_us, markers.PLAN_SET, value)

    def set_over(self, now_us):
        """A set has just ended; the rest begins."""
        self._due = _CLOSE
        self._rest_us = now_us
        self._word_us = now_us

    def say(self, cue):
        """Play this cue when those before it have been played."""
        for k in range(_WORDS):
            if self._words[k] < 0:
                self._words[k] = cue
                return

    def refuse_plan(self, reason, now_us):
        """The plan on the device cannot be used: it stands in the head of the logs from now on."""
        self.log.texts["problems"] = self.log.texts.get("problems", ()) + (reason,)
        self.log.marker(now_us, markers.PLAN_REFUSED, 0)
        self.pipeline.signal("warning", now_us)

    def prepare(self, now_us):
        """Load what the next set is, now."""
        self._due = _NOTHING
        self._prepare(now_us)

    def step(self, now_us):
        """Every tick at rest."""
        if self._due:
            self._do_what_is_due(now_us)
        elif self._words[0] >= 0 and ticks_diff(now_us, self._word_us) >= _WORD_US:
            self._word_us = now_us
            self.pipeline.play_admitted(self._words[0], now_us)
            for k in range(1, _WORDS):
                self._words[k - 1] = self._words[k]
            self._words[_WORDS - 1] = -1

    def second(self, now_us):
        """Every second at rest: the rest timer."""
        if not self._rest_s:
            return
        left_s = self._rest_s - ticks_diff(now_us, self._rest_us) // _SECOND_US
        if left_s <= 0:
            changes = self._told & 2
            self.log.marker(now_us, markers.REST_OVER, self._rest_s)
            self.pipeline.signal("next_exercise" if changes else "rest_over", now_us)
            self._rest_s = 0
        elif left_s <= _SOON_S and not self._told & 1:
            self._told |= 1
            self.pipeline.signal("rest_ends", now_us)

    def _do_what_is_due(self, now_us):
        if self._due == _CLOSE:
            self._due = _PREPARE
            self._rest_s, new = late(_BETWEEN).close(self, now_us)
            self._told = 0
            if new:
                self.keep_settings(now_us)
        else:
            self._due = _NOTHING
            before = self.pipeline.planned
            self._prepare(now_us)
            if before and self.pipeline.planned and self.pipeline.planned[0] != before[0]:
                self._told |= 2

    def _prepare(self, now_us):
        self.repetitions = 0
        pipeline = self.pipeline
        try:
            os.stat(_PLAN)
        except OSError:
            if not pipeline.planned and pipeline.coach.exercise["name"] == self.settings["exercise"]:
                return  # no plan, and nothing else to load
        self.repetitions = late(_BETWEEN).prepare(self, now_us)
        forget(*_BETWEEN)
        gc.collect()

    def keep_settings(self, now_us):
        """Store the settings; when that fails they hold until the power goes."""
        try:
            self._store.save(self.settings)
        except SaveError:
            self.log.fault(now_us, fault_codes.STORAGE, fault_codes.FAILED, 1)
            self.pipeline.signal("warning", now_us)

    # mobility before load

    def wants_check(self):
        """True before the first set of an exercise when the settings ask for it."""
        return self.settings["mobility_check"] and not self._checked[0] >> self.pipeline.exercise & 1

    def begin_check(self, now_us):
        """The athlete moves freely from now on."""
        exercise = self.pipeline.coach.exercise
        self._check = late(_CHECK).MobilityCheck(exercise, self.pipeline.cells, self.log, now_us)
        self.pipeline.signal("move_freely", now_us)

    def check_step(self):
        """Every tick of the check."""
        if self._check:
            self._check.step()

    def check_over(self):
        """Every second of it: True when the range is there or the time is over."""
        return self._check and self._check.over()

    def end_check(self, now_us):
        """The range is compared; a lower target holds until another exercise is loaded."""
        if not self._check:
            return
        before = self.pipeline.coach.exercise
        exercise, word = self._check.verdict(now_us)
        self._checked[0] |= 1 << self.pipeline.exercise
        self._check = None
        forget(*_CHECK)
        gc.collect()
        if exercise is not before:
            self.pipeline.load(exercise)
        self.pipeline.signal(word, now_us)

    # posture through the day

    def begin_posture(self, now_us):
        """EMG off, the pose is looked after from the next tick on."""
        if self._due:
            self._do_what_is_due(now_us)
        self._rest_s = 0
        self._posture = late(_POSTURE).PostureMode(self._device, self.pipeline, self.log, now_us)
        self.pipeline.signal("posture_begun", now_us)

    def end_posture(self, now_us):
        """Back to the exercise of before."""
        if self._posture:
            self._posture.leave(now_us)
        self._posture = None
        forget(*_POSTURE)
        gc.collect()
        self.pipeline.signal("posture_ended", now_us)
        self._prepare(now_us)

    def posture_step(self, now_us):
        """Every tick of posture mode: one look at the pose, and once a minute the log to the flash."""
        if self._posture:
            self._posture.step(now_us)
        if self._flushing:
            self._flushing = self.log.flush_some()

    def posture_second(self, now_us):
        """Every second of posture mode: True when health belongs into the log."""
        self._seconds += 1
        if self._seconds >= _MINUTE:
            self._seconds = 0
            self._flushing = True
        return self._posture and self._posture.second(now_us)

    def skip_break(self):
        """Snoozed: the next break of posture mode comes in its full time."""
        if self._posture:
            self._posture.snooze()
