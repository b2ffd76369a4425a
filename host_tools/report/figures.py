"""Small charts of an exercise: scapular rhythm with the personal band, speed and median frequency per repetition."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from host_tools.analysis.fatigue import Efforts
from host_tools.analysis.log_data import LogData
from host_tools.analysis.rhythm import BIN_DEG, FEW
from host_tools.analysis.set_summary import SetSummary
from host_tools.analysis.training import ExerciseDone
from host_tools.report.charts import Figure

MOST_SETS = 5  # colours and dashes that can be told apart; of more sets the first and the latest are drawn
_NO_COURSE = "in no repetition were the angles known while the arm rose"


def figures(log: LogData, one: ExerciseDone, found: Efforts) -> list[Figure]:
    return [_rhythm(one), _speed(one), _frequency(log, one, found)]


def _rhythm(one: ExerciseDone) -> Figure:
    figure = Figure("Shoulder blade as the arm rises", "arm elevation, °", "° upward rotation")
    shown = _some(one.sets)
    courses = [(_name(s), _mean_course(s)) for s in shown]
    courses = [(name, course) for name, course in courses if np.any(np.isfinite(course))]
    if not courses:
        return _missing(figure, _NO_COURSE)
    series = [(name, course.tolist()) for name, course in courses]
    note = f"a band needs {FEW} repetitions without a fault"
    band = None
    if one.band is not None:
        low, high = one.band.mean - one.band.half_width, one.band.mean + one.band.half_width
        band = (len(series), len(series) + 1)
        series += [("own band, upper edge", high.tolist()), ("own band, lower edge", low.tolist())]
        note = f"the band is the mean of your own {one.band.of} repetitions without a fault ± 2 SD"
    used = np.any([np.isfinite(np.array(values, float)) for _, values in series], axis=0)
    x = (np.arange(len(used)) + 0.5) * BIN_DEG
    kept = np.flatnonzero(used)
    a, b = int(kept[0]), int(kept[-1]) + 1
    return Figure(
        figure.title,
        figure.x_label,
        figure.unit,
        x[a:b].tolist(),
        [(name, values[a:b]) for name, values in series],
        band,
        note=note + (f"; sets {_first_and_last(one.sets)}" if len(shown) < len(one.sets) else ""),
    )


def _speed(one: ExerciseDone) -> Figure:
    figure = Figure("Speed of the way out", "repetition", "°/s", points=True)
    done = one.repetitions
    speeds = [r.speed_deg_s for r in done]
    if not any(speed is not None for speed in speeds):
        return _missing(figure, "range or duration are not known in any repetition")
    return Figure(figure.title, figure.x_label, figure.unit, [r.number for r in done], [("speed", speeds)], points=True)


def _frequency(log: LogData, one: ExerciseDone, found: Efforts) -> Figure:
    figure = Figure("Median frequency of the muscle signals", "repetition", "Hz", points=True)
    done = one.repetitions
    series = []
    for c, site in enumerate(log.sites):
        values = [found[r.number, c].mdf_hz if (r.number, c) in found else None for r in done]
        if any(value is not None for value in values):
            series.append((site, values))
    if not series:
        return _missing(figure, "the log has no median frequencies and no raw EMG to compute them from")
    note = "a falling line at an amplitude that holds or rises means fatigue"
    return Figure(figure.title, figure.x_label, figure.unit, [r.number for r in done], series, points=True, note=note)


def _missing(figure: Figure, reason: str) -> Figure:
    return Figure(figure.title, figure.x_label, figure.unit, missing=reason)


def _mean_course(s: SetSummary) -> np.ndarray:
    stack = np.array([r.rhythm.bins for r in s.repetitions])
    known = np.isfinite(stack)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, stack, 0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _some(sets: Sequence[SetSummary]) -> list[SetSummary]:
    return list(sets) if len(sets) <= MOST_SETS else [*sets[:2], *sets[-3:]]


def _first_and_last(sets: Sequence[SetSummary]) -> str:
    return ", ".join(str(s.number) for s in _some(sets))


def _name(s: SetSummary) -> str:
    return "outside of sets" if s.number is None else f"set {s.number}"


@dataclass(frozen=True)
class JointPoint:
    """One muscle in one set at x, y of the drawing 300 x 220; mark: which shape; named: there is room for its name."""

    label: str
    x: float
    y: float
    mark: int
    named: bool


@dataclass(frozen=True)
class JointView:
    """Joint analysis of spectrum and amplitude: amplitude to the right, frequency upward.

    limit: percent at the edge. legend: muscle and its mark.
    """

    points: Sequence[JointPoint]
    limit: int
    legend: Sequence[tuple[str, int]] = ()
    missing: str = ""


def joint_view(log: LogData, one: ExerciseDone) -> JointView:
    raw = []
    for s in one.sets:
        for c, change in enumerate(s.changes):
            if change.frequency is not None and change.amplitude is not None:
                raw.append((f"{log.sites[c]} {s.number}", 100 * change.amplitude, 100 * change.frequency, c))
    if not raw:
        reasons = [change.reason for s in one.sets for change in s.changes if change.reason]
        return JointView((), 0, missing=max(set(reasons), key=reasons.count) if reasons else "no muscle was recorded")
    largest = max(max(abs(x), abs(y)) for _, x, y, _ in raw)
    limit = next((n for n in (10, 20, 30, 50) if largest <= n), 100)
    places = []
    for _, x, y, _ in raw:
        places.append((150 + 130 * max(-1, min(1, x / limit)), 110 - 90 * max(-1, min(1, y / limit))))
    points = []
    for k, (label, _, _, c) in enumerate(raw):
        near = [n for n, (x, y) in enumerate(places) if abs(x - places[k][0]) < 60 and abs(y - places[k][1]) < 14]
        over_axis_name = places[k][0] > 180 and abs(places[k][1] - 104) < 14
        points.append(JointPoint(label, *places[k], c % 4, near == [k] and not over_axis_name))
    return JointView(points, limit, [(site, c % 4) for c, site in enumerate(log.sites) if any(r[3] == c for r in raw)])
