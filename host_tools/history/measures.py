"""One workout in numbers: what the catalogue keeps of a log. What cannot be computed is None with a reason, never 0."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis.log_data import UNDEFINED, LogData
from host_tools.analysis.measurement_error import EMG_SDD_SHARE, SCAPULA_SDD_DEG, TRUNK_SDD_DEG
from host_tools.analysis.note import Note
from host_tools.analysis.sets import Span
from host_tools.analysis.training import ExerciseDone, training
from host_tools.analysis.wall_clock import WallClock

_FEWEST_RECORDS = 200  # of angles for a largest range: ten seconds of a set (engineering choice)
FEW = 3  # repetitions: fewer give no mean (engineering choice)
HARD_PERMILLE = 600  # a muscle works hard above 60 % MVC ...
HARD_S = 10.0  # ... and was loaded hard after so long above it in one workout (both engineering choices)
LONGEST_STEP_S = 0.6  # a record stands for no more time than that: features come every 0.5 s at rest
_BAD_QUALITY = 0xBF  # all but the ECG bit, as in firmware/rhomboid/activation/quality.py
MOBILITY = "mobility"  # stands in place of an exercise: the largest that was seen in the whole workout
_LARGEST = 99.5  # percentile that is taken for it, so that no single sample decides (engineering choice)
_FLAGS_UNSURE = 0x7B  # no reference, heading lost, pulse, a sensor dead: such records show no mobility
_MOBILITIES = (
    ("humeral_elevation", "arm raised through", None),
    ("upward_rotation", "shoulder blade turned up through", SCAPULA_SDD_DEG),
    ("thorax_rotation", "trunk turned through", TRUNK_SDD_DEG),
    ("thorax_flexion", "trunk bent through", TRUNK_SDD_DEG),
)


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
    done = training(log)
    began = clock.text(log.start_us) or None
    names = [one.name for one in done.exercises]
    return Workout(
        began=began,
        day=began[:10] if began else None,
        athlete=note.athlete,
        side=log.info.get("side", ""),
        exercises=", ".join(names) or log.info.get("exercise", ""),
        duration_s=log.duration_s,
        sets=len(done.spans),
        repetitions=len(done.repetitions),
        clean=sum(not r.faults for r in done.repetitions),
        cues=len(done.cues),
        faults=len(log.rows("fault")),
        damaged=bool(log.damage),
        rpe=note.rpe,
        external_load_kg=note.external_load_kg,
        remarks=note.remarks,
        measures=[*(m for one in done.exercises for m in _measures(log, one)), *_mobility(log)],
        muscles=[_muscle(log, c, list(done.spans)) for c in range(len(log.sites))],
    )


def _measures(log: LogData, one: ExerciseDone) -> Iterator[Measure]:
    exercise, mine = one.name, one.repetitions
    spans = [r.span for r in mine]
    yield Measure(exercise, "repetitions", "", float(len(mine)), None, len(mine), None)
    sets_done = sum(s.number is not None for s in one.sets)
    yield Measure(exercise, "sets", "", float(sets_done), None, sets_done, None)
    yield _mean(exercise, "range", "deg", [r.range_deg for r in mine])
    for phase in ("concentric", "isometric", "eccentric"):
        yield _mean(exercise, phase, "s", [getattr(r, f"{phase}_s") for r in mine])
    yield _mean(exercise, "speed", "deg/s", [r.speed_deg_s for r in mine])
    losses = [None if s.speed_loss is None else 100 * s.speed_loss for s in one.sets if s.number is not None]
    yield _mean(exercise, "speed lost in a set", "%", losses, None, "no set had six repetitions")
    clean: list[float | None] = [100.0 * (not r.faults) for r in mine]
    yield _mean(exercise, "without fault", "%", clean)
    reasons = [r.rhythm.reason for r in mine if r.rhythm.reason] or [""]
    why = max(set(reasons), key=reasons.count)
    yield _mean(exercise, "blade per arm elevation", "deg/deg", [r.rhythm.slope for r in mine], None, why)
    for field in ("internal_rotation", "upward_rotation", "posterior_tilt"):
        name = f"{field.replace('_', ' ')}, range"
        yield _mean(exercise, name, "deg", _ranges(log, field, spans), SCAPULA_SDD_DEG, "no angles were recorded")
    for c, site in enumerate(log.sites):
        peaks = [r.peak_percent[c] for r in mine]
        reason = f"{site} has no reference contraction (MVC) or no usable signal"
        yield _mean(exercise, f"{site} peak", "% MVC", peaks, None, reason, EMG_SDD_SHARE)
    for field, name in (("ut_lt_q8", "UT/LT"), ("ut_mt_q8", "UT/MT"), ("lat_mt_q8", "LAT/MT")):
        ratio = log.column("activation", field)
        if ratio is not None:
            values = _medians(log.times("activation"), ratio, spans)
            yield _mean(exercise, name, "", values, None, "a muscle of the ratio was not worn, or has no MVC")


def _mobility(log: LogData) -> Iterator[Measure]:
    """How far joints went in the whole workout: what was seen, not what was possible. The device's check too."""
    checks = [row["value"] / 10 for row in log.rows("marker") if log.name("markers", row["kind"]) == "mobility"]
    if checks:
        yield Measure(MOBILITY, "needed range reached", "%", min(checks), None, len(checks), None)
    flags = log.column("segment_angles", "flags")
    for field, name, sdd95 in _MOBILITIES:
        raw = log.column("segment_angles", field)
        good = None if raw is None or flags is None else (raw != UNDEFINED) & ((flags & _FLAGS_UNSURE) == 0)
        if raw is None or good is None or int(good.sum()) < _FEWEST_RECORDS:
            why = f"fewer than {_FEWEST_RECORDS} angle records that can be trusted"
            yield Measure(MOBILITY, name, "deg", None, None, 0, None, why)
            continue
        low, high = np.percentile(raw[good], [100 - _LARGEST, _LARGEST]) / 100
        yield Measure(MOBILITY, name, "deg", float(high - low), None, int(good.sum()), sdd95)


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
