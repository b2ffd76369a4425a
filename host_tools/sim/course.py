"""A course of weeks in the closed loop: the athlete learns from what the firmware says, day by day, set by set.

A training day is one set on the virtual board. After each repetition the board waits; a cue that was felt changes what
the athlete does next (host_tools/athlete/learner.py). The device's flash goes from day to day, so the share of feedback
follows the athlete by the firmware's own means.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
from pyulog import ULog

from host_tools.athlete.athlete import Athlete
from host_tools.athlete.faults import Fault, fault
from host_tools.athlete.learner import Learner, Traits
from host_tools.athlete.profiles import Profile
from host_tools.athlete.workout import Plan
from host_tools.sim.fault_spec import Action
from host_tools.sim.firmware_side import module
from host_tools.sim.request import LEAD_IN_S, Request, prepare
from host_tools.sim.session import simulate
from host_tools.stimuli.streams import write_streams

REPETITIONS = 10
SHARES_PERCENT = (100, 50, 33)  # of the setting fade_level
# device settings of the three ways to give feedback
SCHEDULES = {
    "faded": {"cues": 1, "fading": 1},
    "always": {"cues": 1, "fading": 0},
    "none": {"cues": 0, "fading": 0},
}
# Of the pause after a repetition: then the board waits. The rest of it is before anything of the next one begins.
_ASK_SHARE = 0.3


@dataclass(frozen=True)
class Day:
    """degrees: of the fault in each repetition; habit: what the athlete would do unreminded, after the day; cued:
    numbers of the repetitions with a cue; faulty: repetitions that the device found fault with; share: of repetitions
    with feedback from the next day on, %.
    """

    number: int
    degrees: list[float]
    habit: float
    cued: list[int]
    faulty: int
    share: int


@dataclass
class _Graded:
    """A profile whose fault has another degree in each repetition, in the order in which they are drawn."""

    fault: Fault
    degrees: list[float]
    name: str = "learner"
    faulty_from: int = 1
    _drawn: int = field(default=0)

    @property
    def faults(self) -> tuple[tuple[Fault, float], ...]:
        degree = self.degrees[self._drawn]
        self._drawn += 1
        return ((self.fault, degree),)


class Course:
    """One athlete under one schedule; `folder` takes what is needed from day to day."""

    def __init__(
        self, schedule: str, seed: int, folder: Path, exercise: str = "row", fault_name: str = "extension",
        traits: Traits | None = None,
    ) -> None:  # fmt: skip
        self._settings = SCHEDULES[schedule]
        self._seed = seed
        self._folder = folder
        self._exercise = exercise
        self._fault = fault(fault_name)
        self._image: Path | None = None
        # the same luck under every schedule
        self._rng = np.random.default_rng([seed, 7])
        self.learner = Learner(np.random.default_rng([seed, 8]), traits or Traits())
        self._number = 0
        self._share = 1.0 if self._settings["cues"] else 0.0

    def withdraw(self) -> None:
        """No feedback from now on."""
        self._settings = SCHEDULES["none"]
        self._image = None
        self._share = 0.0

    def day(self) -> Day:
        """Train one set and learn from it."""
        self._number += 1
        self.learner.begin_day()
        spread = self._rng.standard_normal(REPETITIONS)
        degrees = list(self.learner.degrees(spread))
        athlete = self._athlete(degrees)
        request = Request(exercise=self._exercise, seed=1000 * self._seed + self._number)
        prepared = prepare(request, athlete)
        prepared.settings.update(self._settings)
        done = athlete.workout.repetitions
        asks = [
            this.end_s + _ASK_SHARE * (following.begin_s - this.end_s)
            for this, following in zip(done[:-1], done[1:], strict=True)
        ] + [done[-1].end_s + 0.5]
        prepared = prepared.with_actions(tuple(Action(at_s, ("ask",)) for at_s in asks))
        work = self._folder / f"day{self._number}"
        work.mkdir(parents=True)
        cued: list[int] = []
        asked = 0

        def answer(_: int, journal: Path) -> None:
            nonlocal asked, degrees
            k = asked
            asked += 1
            since_s = asks[k - 1] if k else done[0].begin_s - 0.2
            felt = [at for at in _pulses_s(journal) if since_s <= at < asks[k]]
            if felt:
                cued.append(k + 1)
            self.learner.end_repetition(degrees[k], bool(felt), self._share)
            if felt and k + 1 < REPETITIONS:
                degrees = degrees[: k + 1] + list(self.learner.degrees(spread[k + 1 :]))
                changed = prepared.with_source(self._athlete(degrees))
                write_streams(
                    changed.source, changed.sites, work / "streams", request.seed, False, LEAD_IN_S, changed.duration_s
                )

        result = simulate(prepared, work, flash_image=self._image, answer=answer)
        day = self._seen(result.files, degrees, cued)
        self._image = self._folder / "flash.bin"
        shutil.copyfile(result.out_dir / "flash.bin", self._image)
        shutil.rmtree(work)
        return day

    def _athlete(self, degrees: list[float]) -> Athlete:
        profile = cast(Profile, _Graded(self._fault, list(degrees)))
        plan = Plan(sets=(REPETITIONS,), false_starts=0, regrips=0)
        return Athlete(profile, self._exercise, self._seed, False, plan, self._number)

    def _seen(self, files: Path, degrees: list[float], cued: list[int]) -> Day:
        newest = sorted((files / "logs").glob("*.ulg"))[-1]
        topics = {topic.name: topic.data for topic in ULog(str(newest)).data_list}
        settings, _ = module("rhomboid.settings.slots").Slots(str(files / "settings")).load()
        share = SHARES_PERCENT[settings["fade_level"]] if settings["cues"] else 0
        self._share = share / 100
        return Day(
            self._number,
            [round(degree, 3) for degree in degrees],
            round(self.learner.habit, 4),
            cued,
            int(np.count_nonzero(topics["repetition"]["verdict"])),
            share,
        )


def _pulses_s(journal: Path) -> list[float]:
    """Content times at which a tactor started."""
    begun_us = 0
    found = []
    for line in journal.read_text().splitlines():
        event = json.loads(line)
        if event["kind"] == "stimulus":
            begun_us = event["start_us"]
        elif event["kind"] == "go":
            found.append((event["t_us"] - begun_us) / 1e6 - LEAD_IN_S)
    return found


def train(
    schedule: str, seed: int, folder: Path, weeks: int = 8, days_a_week: int = 3, weeks_without: int = 2,
    told: Callable[[str, int, int], None] = lambda schedule, day, days: None,
) -> list[Day]:  # fmt: skip
    """All days of a course, and of the weeks after it in which nothing is said any more."""
    course = Course(schedule, seed, folder)
    days = []
    total = (weeks + weeks_without) * days_a_week
    for number in range(total):
        if number == weeks * days_a_week:
            course.withdraw()
        days.append(course.day())
        told(schedule, number + 1, total)
    return days
