"""Whatever numbers a log holds, the page is made: nothing fails, nothing runs away."""

import dataclasses
import random
import warnings

import numpy as np
import pytest

from host_tools.analysis.note import Note
from host_tools.analysis.wall_clock import WallClock
from host_tools.history.measures import workout
from host_tools.report.page import render
from host_tools.report.session import view
from tests.t0_report.logs import cue, log, records, repetition


def wild(seed):
    """The made-up log with a part of its topics missing and a part of its columns full of extreme numbers."""
    rng = random.Random(seed)
    rows = [repetition(2 + 2 * k, index=k + 1) for k in range(7)]
    made = log(topics=dict(log().topics) | {"repetition": records(rows), "cue": records([cue(5, 1, 7), cue(9, 0, -7)])})
    topics = {}
    for name, columns in made.topics.items():
        if rng.random() < 0.1:
            continue
        topics[name] = dict(columns)
        for field, values in columns.items():
            if rng.random() < 0.15:
                info = np.iinfo(values.dtype)
                some = [int(info.min), int(info.max), 0, 1, rng.randint(int(info.min), int(info.max))]
                topics[name][field] = np.array([rng.choice(some) for _ in values], values.dtype)
            elif rng.random() < 0.05 and field != "timestamp" and name in ("segment_angles", "emg_envelope"):
                del topics[name][field]
    return dataclasses.replace(made, topics=topics)


@pytest.mark.parametrize("seed", range(40))
def test_a_page_and_a_row_of_the_history_are_made_of_any_numbers(seed):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = wild(seed)
        assert "<article" in render([view(made)])
        workout(made, Note(), WallClock())
