"""Left against right, repetition by repetition, in two logs whose clocks are aligned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from host_tools.analysis.log_data import LogData
from host_tools.analysis.measurement_error import EMG_SDD_SHARE, SCAPULA_SDD_DEG
from host_tools.analysis.repetitions import Repetition, repetitions
from host_tools.analysis.set_summary import Spread, spread
from host_tools.analysis.sets import Span
from host_tools.analysis.two_units import Alignment

FEW = 3  # pairs: fewer give no comparison
LEAST_OVERLAP = 0.5  # of the shorter repetition


@dataclass(frozen=True)
class Pair:
    left: Repetition
    right: Repetition
    lag_ms: float  # left began so much later


@dataclass(frozen=True)
class SideMeasure:
    """index: (1 - |L - R| / (L + R)) x 100. sdd95: of the difference in `unit`, None = not known. reason: why empty."""

    exercise: str
    name: str
    unit: str
    left: Spread | None
    right: Spread | None
    sdd95: float | None
    reason: str = ""

    @property
    def difference(self) -> float | None:
        return None if self.left is None or self.right is None else self.left.mean - self.right.mean

    @property
    def index(self) -> float | None:
        if self.left is None or self.right is None or min(self.left.mean, self.right.mean) < 0:
            return None
        both = self.left.mean + self.right.mean
        return None if both == 0 else 100 * (1 - abs(self.left.mean - self.right.mean) / both)

    @property
    def verdict(self) -> str:
        if self.difference is None:
            return ""
        if self.sdd95 is None:
            return "measurement error not known"
        return f"{'beyond' if abs(self.difference) > self.sdd95 else 'within'} the measurement error"


def pairs(left: LogData, right: LogData, alignment: Alignment) -> list[Pair]:
    """Repetitions of the same exercise that overlap by at least half."""
    found = []
    others = repetitions(right)
    for mine in repetitions(left):
        begin, end = (
            right.seconds(int(alignment.right_us(left.start_us + round(t * 1e6))))
            for t in (mine.span.begin, mine.span.end)
        )
        best = max(others, key=lambda other: _overlap(Span(begin, end), other.span), default=None)
        if best is None or best.exercise != mine.exercise:
            continue
        if _overlap(Span(begin, end), best.span) >= LEAST_OVERLAP:
            found.append(Pair(mine, best, 1000 * (begin - best.span.begin)))
    return found


def _overlap(one: Span, other: Span) -> float:
    shorter = min(one.end - one.begin, other.end - other.begin)
    return (min(one.end, other.end) - max(one.begin, other.begin)) / shorter if shorter > 0 else 0.0


def side_measures(left: LogData, right: LogData, found: Sequence[Pair]) -> list[SideMeasure]:
    """Per exercise; muscles that both units measure."""
    measures = []
    for exercise in dict.fromkeys(pair.left.exercise for pair in found):
        mine = [pair for pair in found if pair.left.exercise == exercise]

        def add(
            name: str,
            unit: str,
            of: Callable[[Repetition], float | None],
            other: Callable[[Repetition], float | None] | None = None,
            sdd95: float | None = None,
            share: float | None = None,
            mine: Sequence[Pair] = mine,
            exercise: str = exercise,
        ) -> None:
            both = [(of(pair.left), (other or of)(pair.right)) for pair in mine]
            known = [(a, b) for a, b in both if a is not None and b is not None]
            if len(known) < FEW:
                reason = f"fewer than {FEW} pairs of repetitions in which both sides are known"
                measures.append(SideMeasure(exercise, name, unit, None, None, None, reason))
                return
            one, two = spread([a for a, _ in known]), spread([b for _, b in known])
            error = sdd95
            if share is not None and one is not None and two is not None:
                error = share * (one.mean + two.mean) / 2
            measures.append(SideMeasure(exercise, name, unit, one, two, error))

        add("range", "°", lambda r: r.range_deg, sdd95=SCAPULA_SDD_DEG)
        add("way out", "s", lambda r: r.concentric_s)
        add("return", "s", lambda r: r.eccentric_s)
        add("speed of the way out", "°/s", lambda r: r.speed_deg_s)
        add("upward rotation per degree of elevation", "", lambda r: r.rhythm.slope)
        for site in left.sites:
            if site in right.sites:
                a, b = list(left.sites).index(site), list(right.sites).index(site)
                add(
                    f"{site} peak",
                    "% MVC",
                    lambda r, c=a: r.peak_percent[c],  # type: ignore[misc]
                    lambda r, c=b: r.peak_percent[c],  # type: ignore[misc]
                    share=EMG_SDD_SHARE,
                )
        add("without a fault", "%", lambda r: 100.0 * (not r.faults))
    return measures


def start_lag(found: Sequence[Pair]) -> tuple[float, float] | None:
    """Mean and standard deviation, ms, of how much later the left side began; None for fewer than FEW pairs."""
    if len(found) < FEW:
        return None
    lags = [pair.lag_ms for pair in found]
    return float(np.mean(lags)), float(np.std(lags, ddof=1))
