"""What the page's script draws: traces over time as packed integers of the log, and small charts of a few points."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis.log_data import UNDEFINED

MOST_SAMPLES = 400_000  # per trace, 5.5 h at 20 Hz; the script thins what it shows, this bounds the file


@dataclass(frozen=True)
class Curve:
    """raw: integers of the log, UNDEFINED = not known; shown is raw x scale."""

    label: str
    raw: NDArray[Any]
    scale: float

    @property
    def known(self) -> NDArray[np.bool_]:
        return self.raw != UNDEFINED


@dataclass(frozen=True)
class Trace:
    """Curves over time. One without curves says in `missing` why."""

    title: str
    unit: str
    topic: str = ""
    t_s: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    curves: Sequence[Curve] = ()
    note: str = ""
    missing: str = ""
    starts_at_zero: bool = False
    pad: float = 1.0

    @property
    def in_words(self) -> str:
        """What a screen reader says of it."""
        parts = []
        for curve in self.curves:
            known = curve.raw[curve.known] * curve.scale
            parts.append(f"{curve.label} from {known.min():.4g} to {known.max():.4g} {self.unit}" if len(known) else "")
        return f"{self.title} over time: {'; '.join(part for part in parts if part)}"

    def payload(self, index: int) -> dict[str, object]:
        """`index` names the place on the page; the times stand apart, because traces share them."""
        columns = thinned(self.t_s, [curve.raw for curve in self.curves])[1]
        return {
            "index": index,
            "unit": self.unit,
            "zero": self.starts_at_zero,
            "pad": self.pad,
            "t": self.topic,
            "series": [
                {"label": curve.label, "scale": curve.scale, **_packed(values)}
                for curve, values in zip(self.curves, columns, strict=True)
            ],
        }

    def packed_times(self) -> str:
        """Milliseconds of the log, uint32."""
        t = thinned(self.t_s, [])[0]
        return _base64(np.clip(np.round(t * 1000), 0, 2**32 - 1).astype("<u4"))


@dataclass(frozen=True)
class Figure:
    """A few points: y over x, one list per curve, None = not known. band: places of its upper and lower edge in series.

    A figure without series says in `missing` why.
    """

    title: str
    x_label: str
    unit: str
    x: Sequence[float] = ()
    series: Sequence[tuple[str, Sequence[float | None]]] = ()
    band: tuple[int, int] | None = None
    points: bool = False
    note: str = ""
    missing: str = ""

    @property
    def in_words(self) -> str:
        """What a screen reader says of it; the table beside it has the numbers."""
        return f"{self.title} over {self.x_label}: {', '.join(label for label, _ in self.series)}"

    def payload(self, index: int) -> dict[str, object]:
        return {
            "index": index,
            "unit": self.unit,
            "xLabel": self.x_label,
            "x": list(self.x),
            "band": self.band,
            "points": self.points,
            "series": [{"label": label, "y": [_short(v) for v in values]} for label, values in self.series],
        }


def thinned(t: NDArray[np.float64], columns: list[NDArray[Any]]) -> tuple[NDArray[np.float64], list[NDArray[Any]]]:
    """At most MOST_SAMPLES: a bucket becomes its smallest and its largest known value, so that no peak is lost."""
    size = -(-2 * len(t) // MOST_SAMPLES)
    if size <= 2:
        return t, columns
    starts = np.arange(0, len(t), size)
    edges = np.append(starts[1:], len(t)) - 1
    thin_t = np.column_stack([t[starts], t[(starts + edges) // 2]]).ravel()
    unique = np.append(True, np.diff(thin_t) > 0)
    thin = []
    for raw in columns:
        values = np.where(raw == UNDEFINED, np.nan, raw)
        pair = np.column_stack([np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)]).ravel()
        thin.append(np.where(np.isnan(pair), UNDEFINED, pair).astype(np.int32)[unique])
    return thin_t[unique], thin


def _packed(raw: NDArray[Any]) -> dict[str, object]:
    wide = bool(len(raw)) and (int(raw.max()) > 32767 or int(raw.min()) < UNDEFINED)
    return {"bits": 32 if wide else 16, "data": _base64(raw.astype("<i4" if wide else "<i2"))}


def _base64(values: NDArray[Any]) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")


def _short(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 2)
