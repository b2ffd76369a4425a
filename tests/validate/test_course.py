"""Eight simulated weeks in the closed loop, and two in which nothing is said any more; the real firmware every day."""

from pathlib import Path

import numpy as np
import pytest

from host_tools.sim.course import SCHEDULES, Day, train
from tests.validate.tables import write_table

pytestmark = pytest.mark.validate

SEED = 1
WEEKS, DAYS, WITHOUT = 8, 3, 2


@pytest.fixture(scope="module")
def courses(tmp_path_factory) -> dict[str, list[Day]]:
    folder: Path = tmp_path_factory.mktemp("courses")
    return {schedule: train(schedule, SEED, folder / schedule, WEEKS, DAYS, WITHOUT) for schedule in SCHEDULES}


def shown(days: list[Day]) -> float:
    return float(np.mean([np.mean(day.degrees) for day in days]))


def test_faded_feedback_keeps_its_gain_when_it_is_withdrawn(courses) -> None:
    rows = []
    for week in range(WEEKS + WITHOUT):
        row: list[object] = [week + 1 if week < WEEKS else f"{week + 1} (silent)"]
        for days in courses.values():
            part = days[DAYS * week : DAYS * (week + 1)]
            row += [f"{shown(part):.2f}", f"{part[-1].habit:.2f}", f"{np.mean([len(d.cued) for d in part]):.1f}"]
        rows.append([*row, courses["faded"][DAYS * (week + 1) - 1].share])
    header = ["week"]
    for schedule in courses:
        header += [f"{schedule}: shown", "habit", "cues a set"]
    write_table(
        "course",
        "Trunk leaning back in a row, degree (1 = 12 degrees); ten repetitions a day, three days a week; assumptions: "
        "host_tools/athlete/learner.py (guidance hypothesis built in; no evidence for it)",
        (*header, "faded: share % after"),
        rows,
    )
    silent = {name: shown(days[DAYS * WEEKS : DAYS * (WEEKS + 1)]) for name, days in courses.items()}
    last = {name: shown(days[DAYS * (WEEKS - 1) : DAYS * WEEKS]) for name, days in courses.items()}
    first = courses["none"][0].degrees[0]
    kept = (first - silent["faded"]) / (first - last["faded"])
    assert kept > 0.9
    assert silent["faded"] < silent["none"] and silent["faded"] < silent["always"]
    shares = [day.share for day in courses["faded"][: DAYS * WEEKS]]
    assert shares[0] == 100 and shares[-1] == 33
