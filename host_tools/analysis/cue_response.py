"""Cues, and how the next repetition of the same set changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from host_tools.analysis.log_data import LogData
from host_tools.analysis.repetitions import Repetition
from host_tools.analysis.sets import Span, sets

BETTER, AGAIN, LAST = "without that fault", "the same fault again", "no further repetition in the set"


@dataclass(frozen=True)
class Cue:
    """at_s: when it was decided. within: number of the repetition that was under way or just over, None = none.

    following: the next repetition of the set; outcome: what became of the fault in it.
    """

    number: int
    rule: str
    at_s: float
    value: int
    tactor: int
    delay_us: int | None
    within: int | None
    following: int | None
    outcome: str


def cues(log: LogData, done: Sequence[Repetition]) -> list[Cue]:
    """In the order of the log."""
    spans = sets(log)
    found = []
    for number, row in enumerate(log.rows("cue"), 1):
        at = log.seconds(row["decided_us"])
        rule = log.name("rules", row["rule"])
        inside = _set_of(spans, at)
        mine = [r for r in done if inside is None or r.set_number == inside]
        before = [r for r in mine if r.span.begin <= at]
        after = [r for r in mine if r.span.begin > at]
        following = after[0] if inside is not None and after else None
        outcome = LAST if following is None else AGAIN if rule in following.faults else BETTER
        found.append(
            Cue(
                number,
                rule,
                at,
                row["value"],
                row["tactor"],
                row["started_us"] - row["decided_us"] if row["started_us"] else None,
                before[-1].number if inside is not None and before else None,
                following.number if following else None,
                outcome,
            )
        )
    return found


def _set_of(spans: Sequence[Span], at_s: float) -> int | None:
    return next((number for number, span in enumerate(spans, 1) if span.holds(at_s)), None)
