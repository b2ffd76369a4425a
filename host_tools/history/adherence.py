"""What was done against what a plan asked for, week by week.

The plan's weeks are counted from `begins`, else from the first workout of the folder. Done is what the logs say:
sessions, and sets and repetitions of each exercise that the plan names; of two units worn at once the one that counted
more is taken.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from host_tools.analysis import words
from host_tools.errors import BadInput
from host_tools.plan import toml_form


@dataclass(frozen=True)
class ExerciseWeek:
    exercise: str
    sets_planned: int
    sets_done: int
    repetitions_planned: int
    repetitions_done: int


@dataclass(frozen=True)
class PlanWeek:
    """number: from 1. begins: its first day. begun: false after the last workout: nobody can miss it yet."""

    number: int
    aim: str
    begins: str
    sessions_planned: int
    sessions_done: int
    begun: bool
    exercises: list[ExerciseWeek]


@dataclass(frozen=True)
class Adherence:
    """missing: why nothing can be said, empty otherwise."""

    name: str
    weeks: list[PlanWeek]
    missing: str = ""

    @property
    def share(self) -> float | None:
        """Sessions done of those planned so far, at most 1 a week; None before the first week."""
        begun = [week for week in self.weeks if week.begun]
        planned = sum(week.sessions_planned for week in begun)
        return sum(min(w.sessions_done, w.sessions_planned) for w in begun) / planned if planned else None


def adherence(base: Any, plan: Path, begins: str | None, athlete: str | None = None) -> Adherence:
    """`base`: a connection to the catalogue; begins: ISO date. Raises BadInput for a plan that cannot be used."""
    toml_form.read(plan)
    said = tomllib.loads(plan.read_text(encoding="utf-8"))
    name = str(said["name"])
    people = [row[0] for row in base.execute("SELECT DISTINCT athlete FROM sessions ORDER BY 1").fetchall()]
    if athlete is None and len(people) > 1:
        return Adherence(name, [], f"the folder holds {len(people)} athletes: name one with --athlete")
    who = athlete if athlete is not None else people[0] if people else ""
    days = [row[0] for row in base.execute("SELECT day FROM sessions WHERE athlete = ? ORDER BY day", [who]).fetchall()]
    if not days:
        return Adherence(name, [], "no workout has a date")
    first = _day(begins) if begins else date.fromisoformat(days[0])
    done = base.execute(_DONE, [who]).fetchall()
    weeks: list[PlanWeek] = []
    start = first
    for block in said["block"]:
        for _ in range(block["weeks"]):
            end = start + timedelta(days=7)
            inside = [date.fromisoformat(day) for day in days]
            weeks.append(
                PlanWeek(
                    number=len(weeks) + 1,
                    aim=str(block["aim"]),
                    begins=start.isoformat(),
                    sessions_planned=block["days_per_week"],
                    sessions_done=sum(start <= day < end for day in inside),
                    begun=start <= inside[-1],
                    exercises=_exercises(block, done, start, end),
                )
            )
            start = end
    return Adherence(name, weeks)


# most of each exercise on each day and each session of two units
_DONE = """
SELECT exercise, day, sum(sets), sum(repetitions) FROM (
  SELECT m.exercise, w.day, w.began[:13] AS hour, max(m.value) FILTER (m.name = 'sets') AS sets,
         max(m.value) FILTER (m.name = 'repetitions') AS repetitions
  FROM measures m JOIN workouts w USING (file)
  WHERE w.day IS NOT NULL AND w.athlete = ? AND m.name IN ('sets', 'repetitions')
  GROUP BY ALL
) GROUP BY exercise, day
"""


def _exercises(block: dict[str, Any], done: list[tuple[Any, ...]], start: date, end: date) -> list[ExerciseWeek]:
    found = []
    for entry in block["exercise"]:
        mine = [row for row in done if row[0] == entry["name"] and start <= date.fromisoformat(row[1]) < end]
        sessions = block["days_per_week"]
        found.append(
            ExerciseWeek(
                words.exercise(entry["name"]),
                sessions * entry["sets"],
                int(sum(row[2] or 0 for row in mine)),
                sessions * entry["sets"] * entry["repetitions"],
                int(sum(row[3] or 0 for row in mine)),
            )
        )
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"--plan-begins {text}: no date like 2026-05-04") from error
