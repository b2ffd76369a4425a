"""The repetitions of a log with everything that is known of each: tempo, range, muscles, onsets, scapular rhythm.

What is not known is None, never 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from host_tools.analysis.log_data import UNDEFINED, LogData
from host_tools.analysis.rhythm import Rhythm, rhythms
from host_tools.analysis.sets import Span, repetition_span, sets

SET_SLACK_S = 0.5  # a movement may begin a little before the mark of its set


@dataclass(frozen=True)
class Repetition:
    """number: in the log, from 1. set_number: from 1, None outside of every set. exercise, faults: names of the log.

    range_deg: of the angle that the exercise follows. Per site: peak and mean in % MVC, onset_ms after the start.
    """

    number: int
    set_number: int | None
    exercise: str
    span: Span
    concentric_s: float
    isometric_s: float
    eccentric_s: float
    range_deg: float | None
    peak_percent: Sequence[float | None]
    mean_percent: Sequence[float | None]
    onset_ms: Sequence[float | None]
    faults: Sequence[str]
    rhythm: Rhythm

    @property
    def speed_deg_s(self) -> float | None:
        """Mean speed of the way out (domain.md 4: angular velocity, no bar and no double integration)."""
        if self.range_deg is None or self.concentric_s <= 0:
            return None
        return self.range_deg / self.concentric_s


def repetitions(log: LogData) -> list[Repetition]:
    """In the order of the log."""
    spans = sets(log)
    rows = log.rows("repetition")
    found = []
    for number, (row, rhythm) in enumerate(zip(rows, rhythms(log, rows), strict=True), 1):
        span = repetition_span(log, row)
        found.append(
            Repetition(
                number=number,
                set_number=_set_number(span, spans),
                exercise=log.name("exercises", row["exercise"]),
                span=span,
                concentric_s=row["concentric_ms"] / 1000,
                isometric_s=row["isometric_ms"] / 1000,
                eccentric_s=row["eccentric_ms"] / 1000,
                range_deg=_known(row["range_cdeg"], 100),
                peak_percent=_per_site(log, row, "peak_permille", 10),
                mean_percent=_per_site(log, row, "mean_permille", 10),
                onset_ms=_per_site(log, row, "onset_us", 1000),
                faults=fault_names(log, row),
                rhythm=rhythm,
            )
        )
    return found


def fault_names(log: LogData, row: dict[str, int]) -> list[str]:
    """Names of the rules whose bit stands in a repetition's verdict."""
    return [log.name("rules", bit) for bit in range(32) if row.get("verdict", 0) >> bit & 1]


def _set_number(span: Span, spans: Sequence[Span]) -> int | None:
    for number, one in enumerate(spans, 1):
        if one.begin - SET_SLACK_S <= span.begin <= one.end:
            return number
    return None


def _per_site(log: LogData, row: dict[str, int], field: str, divisor: int) -> list[float | None]:
    return [_known(row.get(f"{field}[{c}]", UNDEFINED), divisor) for c in range(len(log.sites))]


def _known(raw: int, divisor: int) -> float | None:
    return None if raw == UNDEFINED else raw / divisor
