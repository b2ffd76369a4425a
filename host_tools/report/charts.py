"""The curves of one log as plain lists for the page's script: thinned, gaps as null, seconds since the log's start."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis.log_data import UNDEFINED

MOST_POINTS = 6000  # per chart: three times the pixels of a wide screen
GAP_S = 1.2  # features come every 50 ms in a set, every 500 ms at rest


@dataclass(frozen=True)
class Curve:
    label: str
    values: NDArray[np.float64]  # NaN = not known


@dataclass(frozen=True)
class Chart:
    """A chart without curves says in `missing` why."""

    title: str
    unit: str
    t_s: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    curves: Sequence[Curve] = ()
    note: str = ""
    missing: str = ""
    starts_at_zero: bool = False
    pad: float = 1.0

    def payload(self, index: int) -> dict[str, object]:
        """What templates/charts.js reads; `index` names the place on the page."""
        t, columns = _with_gaps(*_thinned(self.t_s, [curve.values for curve in self.curves]))
        return {
            "index": index,
            "unit": self.unit,
            "zero": self.starts_at_zero,
            "pad": self.pad,
            "x": _rounded(t, 3),
            "series": [
                {"label": curve.label, "y": _rounded(values, 2)}
                for curve, values in zip(self.curves, columns, strict=True)
            ],
        }


def scaled(raw: NDArray[Any], scale: float) -> NDArray[np.float64]:
    """Integers of the log in the unit of the chart; the sentinel becomes NaN."""
    return np.where(raw == UNDEFINED, np.nan, raw * scale)


Columns = list[NDArray[np.float64]]


def _thinned(t: NDArray[np.float64], columns: Columns) -> tuple[NDArray[np.float64], Columns]:
    """At most MOST_POINTS: a bucket of samples becomes its smallest and its largest value, so that no peak is lost."""
    size = -(-2 * len(t) // MOST_POINTS)
    if size <= 2:
        return t, columns
    starts = np.arange(0, len(t), size)
    edges = np.append(starts[1:], len(t)) - 1
    thin_t = np.column_stack([t[starts], t[(starts + edges) // 2]]).ravel()
    thin = []
    for values in columns:
        low = np.fmin.reduceat(values, starts)
        high = np.fmax.reduceat(values, starts)
        thin.append(np.column_stack([low, high]).ravel())
    unique = np.append(True, np.diff(thin_t) > 0)
    return thin_t[unique], [values[unique] for values in thin]


def _with_gaps(t: NDArray[np.float64], columns: Columns) -> tuple[NDArray[np.float64], Columns]:
    """A point without values in the middle of every span of time without samples, so that no line bridges it."""
    if len(t) < 2:
        return t, columns
    after = np.flatnonzero(np.diff(t) > max(GAP_S, 4 * float(np.median(np.diff(t))))) + 1
    middle = (t[after] + t[after - 1]) / 2
    return np.insert(t, after, middle), [np.insert(values, after, np.nan) for values in columns]


def _rounded(values: NDArray[np.float64], digits: int) -> list[float | None]:
    return [None if np.isnan(v) else round(float(v), digits) for v in values]
