"""Left and right on one page: how well the clocks agree, what differs, and both arms in one chart."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis import words
from host_tools.analysis.log_data import UNDEFINED, LogData
from host_tools.analysis.set_summary import Spread
from host_tools.analysis.symmetry import Pair, pairs, side_measures, start_lag
from host_tools.analysis.two_units import Alignment, align
from host_tools.errors import BadInput
from host_tools.report import quantity
from host_tools.report.charts import Curve, Trace
from host_tools.report.table import Cell, Column, Table

_COURSES = (("humeral_elevation", "Arm elevation"), ("upward_rotation", "Upward rotation of the shoulder blade"))
_LONGEST_US = 1_200_000  # a longer hole in the left unit's records is not bridged
_NO_SDD = "the measurement error of this measure is not known"


@dataclass(frozen=True)
class SidesView:
    """missing: why there is no comparison, empty when there is one."""

    sentences: list[str]
    measures: Table
    traces: list[Trace]
    chart_json: str
    missing: str = ""


def sides_view(left: LogData, right: LogData) -> SidesView:
    columns = [
        Column("Exercise", number=False),
        Column("Measure", number=False),
        Column("Left"),
        Column("Right"),
        Column("Difference", "left less right"),
        Column("SDD95"),
        Column("Symmetry", "%"),
        Column("Meaning", number=False),
    ]
    table = Table(columns, "No repetition was done with both sides at once.")
    try:
        alignment = align(left, right)
    except BadInput as error:
        return SidesView([], table, [], "", str(error))
    found = pairs(left, right, alignment)
    for m in side_measures(left, right, found):
        known = m.left is not None and m.right is not None
        sdd95 = Cell(f"{m.sdd95:.3g} {m.unit}".strip()) if m.sdd95 is not None else Cell(reason=m.reason or _NO_SDD)
        table.add(
            [
                Cell(words.exercise(m.exercise)),
                Cell(m.name),
                _spread(m.left, m.unit, m.reason),
                _spread(m.right, m.unit, m.reason),
                quantity.number(m.difference, 2, m.reason),
                sdd95,
                quantity.number(m.index, 0, m.reason or "one of the values is zero or negative"),
                Cell(m.verdict) if known else Cell(reason=m.reason),
            ]
        )
    traces = _traces(left, right, alignment)
    return SidesView(_sentences(alignment, left, right, found), table, traces, _chart_json(right, traces))


def _sentences(alignment: Alignment, left: LogData, right: LogData, found: Sequence[Pair]) -> list[str]:
    how = f"The clocks of the two units were aligned by the {alignment.source}, to about "
    how += f"{max(1.0, alignment.uncertainty_ms):.0f} ms"
    if alignment.agreement is not None:
        how += f" (agreement {alignment.agreement:.2f}; the clocks drift by {alignment.drift_ppm:+.0f} millionths)"
    total = max(len(left.rows("repetition")), len(right.rows("repetition")))
    said = [f"{how}.", f"{len(found)} of {total} repetitions were done with both sides at once."]
    lag = start_lag(found)
    if lag is not None:
        side, other = ("left", "right") if lag[0] < 0 else ("right", "left")
        size = f"{abs(lag[0]):.0f} ± {lag[1]:.0f} ms"
        if abs(lag[0]) > max(alignment.uncertainty_ms, 20.0):
            said.append(f"The {side} arm began {size} before the {other} one.")
        else:
            said.append(f"Both arms began together, as far as the clocks tell (difference {size}).")
    return said


def _spread(value: Spread | None, unit: str, reason: str) -> Cell:
    if value is None:
        return Cell(reason=reason)
    digits = 0 if abs(value.mean) >= 100 else 1 if abs(value.mean) >= 10 else 2
    sd = "" if value.sd is None or unit == "%" else f" ± {value.sd:.{digits}f}"  # a share has no spread of its own
    return Cell(f"{value.mean:.{digits}f}{sd} {unit}".strip())


def _traces(left: LogData, right: LogData, alignment: Alignment) -> list[Trace]:
    """The left side's courses at the right side's times, by linear interpolation (said in the note)."""
    traces = []
    for name, title in _COURSES:
        own, other = right.column("segment_angles", name), left.column("segment_angles", name)
        if own is None or other is None or not len(own) or len(other) < 2:
            continue
        stamps = right.topics["segment_angles"]["timestamp"].astype(np.int64)
        moved = alignment.right_us(left.topics["segment_angles"]["timestamp"].astype(np.int64))
        curves = [Curve("right", own, 0.01), Curve("left", _at(stamps, moved, other), 0.01)]
        note = "the left unit's values are interpolated to the right unit's times"
        traces.append(Trace(title, "°", "segment_angles", right.times("segment_angles"), curves, note=note, pad=2.0))
    return traces


def _at(stamps: NDArray[np.int64], own: NDArray[np.int64], raw: NDArray[np.int16]) -> NDArray[np.int32]:
    after = np.clip(np.searchsorted(own, stamps), 1, len(own) - 1)
    known = (stamps >= own[0]) & (stamps <= own[-1]) & (own[after] - own[after - 1] <= _LONGEST_US)
    known &= (raw[after] != UNDEFINED) & (raw[after - 1] != UNDEFINED)
    return np.where(known, np.round(np.interp(stamps, own, raw)), UNDEFINED).astype(np.int32)


def _chart_json(right: LogData, traces: list[Trace]) -> str:
    data = {
        "times": {trace.topic: trace.packed_times() for trace in traces},
        "traces": [trace.payload(i) for i, trace in enumerate(traces)],
        "figures": [],
        "repetitions": [],
        "cues": [],
        "spans": [{"label": "whole log", "from": 0.0, "to": right.duration_s}],
    }
    return json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
