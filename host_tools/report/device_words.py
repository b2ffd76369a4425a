"""What the device noted of itself beside cues: fatigue, the word after a set, the plan, mobility, posture, breaks.

Marks of the log (firmware/rhomboid/supervision/markers.py) in words; a mark that other firmware wrote is left out.
"""

from collections.abc import Callable, Mapping

from host_tools.analysis import words
from host_tools.analysis.log_data import LogData
from host_tools.report import quantity
from host_tools.report.table import Cell, Column, Table

AROUND_S = 10.0  # what a click on a row shows before and after
_ADVICE = ("", "rest longer before the next set", "end the set", "stop for today: the set before ended tired as well")


def _fatigue(log: LogData, value: int) -> str:
    advice, index = divmod(value, 10_000)
    what = _ADVICE[advice] if 0 < advice < len(_ADVICE) else f"advice {advice}"
    return f"Tired: {what} (fatigue index {index / 10:.0f} %)"


def _summary(log: LogData, value: int) -> str:
    if value < 0:
        return "After the set: nothing spoiled most of it"
    return f"After the set: {words.rule_said(log.name('rules', value))}"


def _plan_set(log: LogData, value: int) -> str:
    block, session, entry, one = value // 1_000_000, value // 10_000 % 100, value // 100 % 100, value % 100
    return f"Plan: block {block + 1}, session {session + 1}, exercise {entry + 1}, set {one + 1}"


def _mobility_begun(log: LogData, value: int) -> str:
    return f"Mobility looked at for {words.exercise(log.name('exercises', value))}"


_SAYS: Mapping[str, Callable[[LogData, int], str]] = {
    "fatigue": _fatigue,
    "set_summary": _summary,
    "plan_set": _plan_set,
    "plan_done": lambda log, value: "The plan is done" if value else "The plan's session is done",
    "plan_refused": lambda log, value: "The plan on the device cannot be used",
    "rest_over": lambda log, value: f"Rest of {quantity.duration(value)} over",
    "set_effort": lambda log, value: f"Effort of the set: {value / 10:.0f} % MVC (peaks of the hardest worked muscle)",
    "skill": lambda log, value: f"Cues from now on in {value} % of the repetitions",
    "posture_begun": lambda log, value: "Posture mode begun",
    "posture_ended": lambda log, value: f"Posture mode ended after {value} min",
    "break_due": lambda log, value: "A break was due",
    "break_taken": lambda log, value: "The break was taken",
    "break_missed": lambda log, value: "The break was missed",
    "mobility_begun": _mobility_begun,
    "mobility": lambda log, value: f"Of the range that the exercise needs, {value / 10:.0f} % was reached",
    "mobility_target": lambda log, value: f"Range asked for from now on: {value / 100:.0f}°",
}


def device_words(log: LogData) -> Table:
    columns = [Column("Time", "min:s"), Column("What", number=False)]
    table = Table(columns, "The device noted nothing beside its cues.")
    for row in log.rows("marker"):
        says = _SAYS.get(log.name("markers", row["kind"]))
        if says is not None:
            at = log.seconds(row["timestamp"])
            span = (round(at - AROUND_S, 2), round(at + AROUND_S, 2))
            table.add([Cell(quantity.clock(at)), Cell(says(log, row["value"]))], span=span)
    return table
