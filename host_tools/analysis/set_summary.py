"""One set in numbers: the means of its repetitions. What cannot be said is None."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from host_tools.analysis.cue_response import Cue
from host_tools.analysis.fatigue import Change, Efforts, emg_change, speed_loss
from host_tools.analysis.log_data import LogData
from host_tools.analysis.repetitions import Repetition
from host_tools.analysis.rhythm import Band
from host_tools.analysis.sets import Span

RATIO_FLOOR_PERCENT = 4.0  # a ratio over less than 4 % MVC is not believed (domain.md 2.4)
RATIOS = (("UT", "LT"), ("UT", "MT"), ("LAT", "MT"))


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation (None for one value) over n repetitions."""

    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True)
class SetSummary:
    """number: of the set in the log, None for repetitions outside of every set. rhythm_slope: see rhythm.py, None with
    rhythm_reason; in_band: share of the own rhythm.

    onsets_ms: site -> mean over the repetitions that have one. changes: per channel, over the set.
    """

    number: int | None
    exercise: str
    span: Span
    repetitions: Sequence[Repetition]
    cues: Sequence[Cue]
    concentric_s: Spread
    isometric_s: Spread
    eccentric_s: Spread
    range_deg: Spread | None
    speed_loss: float | None
    rhythm_slope: Spread | None
    rhythm_reason: str
    in_band: float | None
    peak_percent: Sequence[Spread | None]
    mean_percent: Sequence[Spread | None]
    ratios: dict[str, Spread | None]
    onsets_ms: dict[str, Spread | None]
    changes: Sequence[Change]

    @property
    def clean(self) -> int:
        return sum(not repetition.faults for repetition in self.repetitions)


def spread(values: Sequence[float | None]) -> Spread | None:
    """Over the known values, None without one."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    mean = math.fsum(known) / len(known)
    sd = math.sqrt(math.fsum((v - mean) ** 2 for v in known) / (len(known) - 1)) if len(known) > 1 else None
    return Spread(mean, sd, len(known))


def summarise(
    log: LogData,
    number: int | None,
    span: Span,
    done: Sequence[Repetition],
    given: Sequence[Cue],
    found: Efforts,
    own: Band | None,
) -> SetSummary:
    """`done`: the repetitions of one exercise in one set, at least one; `own`: the personal band of that exercise."""
    channels = range(len(log.sites))
    shares = [own.share_inside(r.rhythm) for r in done] if own else []
    inside = spread(shares)
    reasons = [r.rhythm.reason for r in done if r.rhythm.reason]
    return SetSummary(
        number=number,
        exercise=done[0].exercise,
        span=span,
        repetitions=done,
        cues=given,
        concentric_s=_all([r.concentric_s for r in done]),
        isometric_s=_all([r.isometric_s for r in done]),
        eccentric_s=_all([r.eccentric_s for r in done]),
        range_deg=spread([r.range_deg for r in done]),
        speed_loss=speed_loss(done),
        rhythm_slope=spread([r.rhythm.slope for r in done]),
        rhythm_reason=max(set(reasons), key=reasons.count) if reasons else "",
        in_band=inside.mean if inside else None,
        peak_percent=[spread([r.peak_percent[c] for r in done]) for c in channels],
        mean_percent=[spread([r.mean_percent[c] for r in done]) for c in channels],
        ratios=_ratios(list(log.sites), done),
        onsets_ms={site: spread([r.onset_ms[c] for r in done]) for c, site in enumerate(log.sites)},
        changes=[emg_change(found, done, c) for c in channels],
    )


def _all(values: Sequence[float]) -> Spread:
    found = spread(values)
    if found is None:
        raise ValueError("a set summary needs a repetition")
    return found


def _ratios(sites: list[str], done: Sequence[Repetition]) -> dict[str, Spread | None]:
    """Of the mean % MVC of each repetition; only pairs that are both worn."""
    found = {}
    for over, under in RATIOS:
        if over in sites and under in sites:
            a, b = sites.index(over), sites.index(under)
            found[f"{over}/{under}"] = spread([_ratio(r.mean_percent[a], r.mean_percent[b]) for r in done])
    return found


def _ratio(over: float | None, under: float | None) -> float | None:
    return None if over is None or under is None or under < RATIO_FLOOR_PERCENT else over / under
