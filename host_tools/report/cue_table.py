"""The table of cues: when, what was said where, and the measured reason."""

from host_tools.analysis import words
from host_tools.analysis.log_data import LogData
from host_tools.analysis.sets import repetition_span
from host_tools.report import quantity
from host_tools.report.table import Cell, Column, Table

AROUND_S = 4.0  # what a click on a row shows before and after the cue
NOT_STARTED = "the motor did not start before the log ended"


def cue_table(log: LogData) -> Table:
    columns = [
        Column("No.", number=False),
        Column("Time", "min:s"),
        Column("Repetition"),
        Column("Cue", number=False),
        Column("Why", number=False),
        Column("Felt at", number=False),
        Column("Motor started after", "ms"),
    ]
    table = Table(columns, "No cue was given: nothing stayed out of its band long enough, or cues were switched off.")
    repetitions = [repetition_span(log, row) for row in log.rows("repetition")]
    for number, row in enumerate(log.rows("cue"), 1):
        rule = log.name("rules", row["rule"])
        at = log.seconds(row["decided_us"])
        inside = [str(i) for i, span in enumerate(repetitions, 1) if span.holds(at)]
        started = row["started_us"]
        delay = started - row["decided_us"] if started else None
        table.add(
            [
                Cell(cue_label(number)),
                Cell(quantity.clock(at)),
                Cell(inside[0] if inside else "none counted"),
                Cell(words.rule_said(rule)),
                Cell(words.rule_why(rule, row["value"])),
                Cell(words.TACTORS[row["tactor"]] if row["tactor"] < len(words.TACTORS) else f"motor {row['tactor']}"),
                quantity.milliseconds(delay, NOT_STARTED),
            ],
            span=(round(at - AROUND_S, 2), round(at + AROUND_S, 2)),
        )
    return table


def cue_label(number: int) -> str:
    """Cues are lettered, repetitions numbered: 1 -> A, 27 -> 27."""
    return chr(ord("A") + number - 1) if number <= 26 else str(number)
