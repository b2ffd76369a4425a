"""Sets of ten through the whole firmware in the twin: what each repetition was judged to be, which cues were given."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from host_tools.analysis.training_log import read
from host_tools.athlete.profiles import FAULTY_FROM
from host_tools.athlete.workout import Plan
from host_tools.sim.request import Request, prepare
from host_tools.sim.session import LOG, TRUTH, run_session


@dataclass(frozen=True)
class Session:
    """done, counted: repetitions; verdicts: rule names per counted repetition; cues: rule names in their order.

    start_ms, end_ms: begin of the motion and end of the way back against truth; top_ms, hold_ms: the ends of the way
    out and of the hold; all per repetition, empty when the count is wrong.
    """

    done: int
    verdicts: list[set[str]]
    cues: list[str]
    phase_errors_ms: np.ndarray

    @property
    def exact(self) -> bool:
        return len(self.verdicts) == self.done


def session(exercise: str, athlete: str = "good", seed: int = 1, count: int = 10) -> Session:
    """One set of one athlete: sensors, converter, log and cues as in a real session; left side on odd seeds."""
    request = Request(
        athlete=athlete, exercise=exercise, seed=seed, side="left" if seed & 1 else "right", plan=Plan(sets=(count,))
    )
    with tempfile.TemporaryDirectory(prefix="rhomboid-coached-") as name:
        done = run_session(prepare(request), Path(name) / "out")
        log = read(done.folder / LOG)
        with np.load(done.folder / TRUTH) as arrays:
            truth = dict(arrays)
    names = log.names["rules"]
    rows = log.rows("repetition")
    verdicts = [{names[bit] for bit in range(len(names)) if row["verdict"] >> bit & 1} for row in rows]
    errors = np.zeros((0, 4))
    bounds = np.stack([truth[f"repetition_{part}_us"] for part in ("drive_begin", "top", "hold_end", "end")], axis=1)
    if len(rows) == len(bounds):
        phases = np.array([[row[f"{phase}_ms"] for phase in ("concentric", "isometric", "eccentric")] for row in rows])
        start_us = np.array([row["start_us"] for row in rows])
        seen_us = start_us[:, None] + 1000 * np.concatenate([np.zeros((len(rows), 1)), np.cumsum(phases, 1)], axis=1)
        errors = (seen_us - bounds) / 1000
    return Session(len(bounds), verdicts, [names[row["rule"]] for row in log.rows("cue")], errors)


def found_percent(sessions: list[Session], rules: str) -> float:
    """Share of the faulty repetitions (from FAULTY_FROM on) with one of the rules, in percent."""
    wanted = set(rules.split())
    judged = [verdict for one in sessions for verdict in one.verdicts[FAULTY_FROM - 1 :]]
    return 100 * sum(bool(verdict & wanted) for verdict in judged) / max(len(judged), 1)


def false_per_100(sessions: list[Session]) -> float:
    """Verdicts of good athletes per 100 repetitions, over all rules."""
    return 100 * sum(len(v) for one in sessions for v in one.verdicts) / sum(len(one.verdicts) for one in sessions)
