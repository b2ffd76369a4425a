"""The table of cues: when, what was said where, the measured reason, and what the next repetition was like."""

from host_tools.analysis import words
from host_tools.analysis.cue_response import Cue
from host_tools.analysis.training import Training
from host_tools.report import quantity
from host_tools.report.table import Cell, Column, Table

AROUND_S = 4.0  # what a click on a row shows before and after the cue
NOT_STARTED = "the motor did not start before the log ended"


def cue_table(done: Training) -> Table:
    columns = [
        Column("No.", number=False),
        Column("Time", "min:s"),
        Column("Repetition"),
        Column("Cue", number=False),
        Column("Why", number=False),
        Column("Felt at", number=False),
        Column("Motor started after", "ms"),
        Column("Next repetition", number=False),
    ]
    table = Table(columns, "No cue was given: nothing stayed out of its band long enough, or cues were switched off.")
    for cue in done.cues:
        table.add(
            [
                Cell(cue_label(cue.number)),
                Cell(quantity.clock(cue.at_s)),
                Cell("none counted" if cue.within is None else str(cue.within)),
                Cell(words.rule_said(cue.rule)),
                Cell(words.rule_why(cue.rule, cue.value)),
                Cell(words.TACTORS[cue.tactor] if 0 <= cue.tactor < len(words.TACTORS) else f"motor {cue.tactor}"),
                quantity.milliseconds(cue.delay_us, NOT_STARTED),
                Cell(_next(cue)),
            ],
            span=(round(cue.at_s - AROUND_S, 2), round(cue.at_s + AROUND_S, 2)),
        )
    return table


def _next(cue: Cue) -> str:
    return cue.outcome if cue.following is None else f"{cue.following}: {cue.outcome}"


def cue_label(number: int) -> str:
    """Cues are lettered, repetitions numbered: 1 -> A, 27 -> 27."""
    return chr(ord("A") + number - 1) if number <= 26 else str(number)
