"""One workout in numbers: what the catalogue keeps of a log. What cannot be computed is None with a reason, never 0."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis.log_data import UNDEFINED, LogData
from host_tools.analysis.note import Note
from host_tools.analysis.sets import Span, repetition_span, sets
from host_tools.analysis.wall_clock import WallClock

FEW = 3  # repetitions: fewer give no mean (engineering choice)
HARD_PERMILLE = 600  # a muscle works hard above 60 % MVC ...
HARD_S = 10.0  # ... and was loaded hard after so long above it in one workout (both engineering choices)
LONGEST_STEP_S = 0.6  # a record stands for no more time than that: features come every 0.5 s at rest
_BAD_QUALITY = 0xBF  # all but the ECG bit, as in firmware/rhomboid/activation/quality.py

# Smallest detectable difference (95 %) between workouts: (of the measure's own unit, share of the value, source)
SCAPULA_SDD_DEG = 8.6  # Parel 2012, domain.md 1.2: 4.4-8.6 between operators, 4.9-8.5 within one
EMG_SDD_SHARE = 0.35  # 1.96 * sqrt(2) * SEM 12.6 % of MVIC of the lower trapezius, domain.md 2.2


@dataclass(frozen=True)
class Measure:
    """One value of one exercise: mean over n repetitions, their standard deviation; None with a reason."""

    exercise: str
    name: str
    unit: str
    value: float | None
    sd: float | None
    n: int
    sdd95: float | None
    reason: str = ""


@dataclass(frozen=True)
class MuscleLoad:
    """load: integral of % MVC over the sets in %MVC x s; hard_s: seconds above 60 % MVC in them."""

    site: str
    load: float | None
    hard_s: float | None
    reason: str = ""


@dataclass(frozen=True)
class Workout:
    began: str | None  # ISO 8601, local time where its offset is known
    day: str | None
    athlete: str
    side: str
    exercises: str
    duration_s: float
    sets: int
    repetitions: int
    clean: int
    cues: int
    faults: int
    damaged: bool
    rpe: float | None
    external_load_kg: float | None
    remarks: str
    measures: list[Measure]
    muscles: list[MuscleLoad]


def workout(log: LogData, note: Note, clock: WallClock) -> Workout:
    spans = sets(log)
    rows = log.rows("repetition")
    began = clock.text(log.start_us) or None
    names = dict.fromkeys(log.name("exercises", row["exercise"]) for row in rows)
    return Workout(
        began=began,
        day=began[:10] if began else None,
        athlete=note.athlete,
        side=log.info.get("side", ""),
        exercises=", ".join(names) or log.info.get("exercise", ""),
        duration_s=log.duration_s,
        sets=len(spans),
        repetitions=len(rows),
        clean=sum(row.get("verdict", 0) == 0 for row in rows),
        cues=len(log.rows("cue")),
        faults=len(log.rows("fault")),
        damaged=bool(log.damage),
        rpe=note.rpe,
        external_load_kg=note.external_load_kg,
        remarks=note.remarks,
        measures=[m for name in names for m in _measures(log, name, rows)],
        muscles=[_muscle(log, c, spans) for c in range(len(log.sites))],
    )


def _measures(log: LogData, exercise: str, rows: list[dict[str, int]]) -> Iterator[Measure]:
    mine = [row for row in rows if log.name("exercises", row["exercise"]) == exercise]
    spans = [repetition_span(log, row) for row in mine]
    yield Measure(exercise, "repetitions", "", float(len(mine)), None, len(mine), None)
    yield _mean(exercise, "range", "deg", [_known(row["range_cdeg"], 100) for row in mine])
    for phase in ("concentric", "isometric", "eccentric"):
        yield _mean(exercise, phase, "s", [row[f"{phase}_ms"] / 1000 for row in mine])
    clean: list[float | None] = [100.0 * (row["verdict"] == 0) for row in mine]
    yield _mean(exercise, "without fault", "%", clean)
    for field in ("internal_rotation", "upward_rotation", "posterior_tilt"):
        name = f"{field.replace('_', ' ')}, range"
        yield _mean(exercise, name, "deg", _ranges(log, field, spans), SCAPULA_SDD_DEG, "no angles were recorded")
    for c, site in enumerate(log.sites):
        peaks = [_known(row.get(f"peak_permille[{c}]", UNDEFINED), 10) for row in mine]
        reason = f"{site} has no reference contraction (MVC) or no usable signal"
        yield _mean(exercise, f"{site} peak", "% MVC", peaks, None, reason, EMG_SDD_SHARE)
    for field, name in (("ut_lt_q8", "UT/LT"), ("ut_mt_q8", "UT/MT"), ("lat_mt_q8", "LAT/MT")):
        ratio = log.column("activation", field)
        if ratio is not None:
            values = _medians(log.times("activation"), ratio, spans)
            yield _mean(exercise, name, "", values, None, "a muscle of the ratio was not worn, or has no MVC")


def _known(raw: int, divisor: int) -> float | None:
    return None if raw == UNDEFINED else raw / divisor


def _mean(
    exercise: str,
    name: str,
    unit: str,
    values: list[float | None],
    sdd95: float | None = None,
    reason: str = "",
    share: float | None = None,
) -> Measure:
    known = [value for value in values if value is not None]
    if len(known) < FEW:
        why = reason if values and not known and reason else f"fewer than {FEW} repetitions with a value"
        return Measure(exercise, name, unit, None, None, len(known), None, why)
    mean = math.fsum(known) / len(known)
    return Measure(
        exercise, name, unit, mean, float(np.std(known, ddof=1)), len(known), share * mean if share else sdd95
    )


def _ranges(log: LogData, field: str, spans: list[Span]) -> list[float | None]:
    """Largest less smallest angle in each repetition, degrees."""
    raw = log.column("segment_angles", field)
    if raw is None:
        return [None] * len(spans)
    return [None if len(v) < FEW else float(np.ptp(v)) / 100 for v in _inside(log.times("segment_angles"), raw, spans)]


def _medians(t: NDArray[np.float64], raw: NDArray[Any], spans: list[Span]) -> list[float | None]:
    return [None if len(v) < FEW else float(np.median(v)) / 256 for v in _inside(t, raw, spans)]


def _inside(t: NDArray[np.float64], raw: NDArray[Any], spans: list[Span]) -> Iterator[NDArray[np.int32]]:
    """The known values in each span."""
    for span in spans:
        values = raw[np.searchsorted(t, span.begin) : np.searchsorted(t, span.end, side="right")].astype(np.int32)
        yield values[values != UNDEFINED]


def _muscle(log: LogData, channel: int, spans: list[Span]) -> MuscleLoad:
    site = log.sites[channel]
    permille = log.column("emg_envelope", f"mvc_permille[{channel}]")
    quality = log.column("emg_envelope", f"quality[{channel}]")
    if permille is None or quality is None:
        return MuscleLoad(site, None, None, "no muscle signals were recorded")
    t = log.times("emg_envelope")
    good = (permille != UNDEFINED) & ((quality & _BAD_QUALITY) == 0)
    weight = np.minimum(np.diff(t, append=t[-1:] + 0.05), LONGEST_STEP_S)
    inside = np.zeros(len(t), np.bool_)
    for span in spans:
        inside |= (t >= span.begin) & (t <= span.end)
    if not np.any(inside):
        return MuscleLoad(site, None, None, "no set was recorded")
    if not np.any(permille[inside] != UNDEFINED):
        return MuscleLoad(site, None, None, "no reference contraction (MVC) is set")
    if float(weight[inside & good].sum()) < 0.5 * float(weight[inside].sum()):
        return MuscleLoad(site, None, None, "the signal was bad for more than half of the time in sets")
    used = inside & good
    load = float((permille[used] / 10 * weight[used]).sum())
    return MuscleLoad(site, load, float(weight[used & (permille >= HARD_PERMILLE)].sum()))
