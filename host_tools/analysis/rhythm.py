"""Scapulohumeral rhythm: how much the shoulder blade turns up with each degree of arm elevation, on the way out.

The slope of upward rotation over humeral elevation s gives the ratio GH:ST = (1 - s) / s; bone pins give 2.3 when
raising (domain.md 1.4). Only where a skin sensor follows the blade: up to 100 degrees of elevation.

The personal band is the mean course of the own repetitions without a fault +- 2 standard deviations, at least
LEAST_IN_BAND_DEG wide on each side, because no course is known better than that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis.log_data import UNDEFINED, LogData

Array = NDArray[np.float64]
HIGHEST_DEG = 100.0  # of valid elevation (domain.md 1.2)
LEAST_TRAVEL_DEG = 30.0  # of elevation, for a slope (engineering choice)
LEAST_SLOPE = 0.05  # a blade that turns less does not move with the arm (engineering choice)
BIN_DEG = 5.0
LEAST_IN_BAND_DEG = 1.5  # tilt error of one sensor (BNO080 data sheet, domain.md 1.3)
FEW = 3  # repetitions: fewer give no band
_FEWEST_SAMPLES = 8
_UNUSABLE = 0x7B  # flags: no reference, heading lost, pulse, a sensor dead; out of range is cut by the elevation
NO_ANGLES = "too few angles were recorded on the way out, within the valid range"
NO_TRAVEL = "the arm rose by less than 30° within the valid range, too little for a rhythm"
NO_TURN = "the shoulder blade did not turn up with the arm"


@dataclass(frozen=True)
class Rhythm:
    """slope: degrees of upward rotation per degree of elevation; ratio GH:ST; None with the reason.

    bins: mean upward rotation per BIN_DEG of elevation from 0, NaN where the arm was not.
    """

    slope: float | None = None
    ratio: float | None = None
    reason: str = NO_ANGLES
    bins: Array = field(default_factory=lambda: np.full(int(HIGHEST_DEG / BIN_DEG), np.nan))


@dataclass(frozen=True)
class Band:
    """Per bin, degrees; NaN where fewer than FEW repetitions went. of: how many repetitions it was made from."""

    mean: Array
    half_width: Array
    of: int

    def share_inside(self, rhythm: Rhythm) -> float | None:
        """Share of a repetition's bins inside the band, None where they do not meet."""
        both = np.isfinite(self.mean) & np.isfinite(rhythm.bins)
        if not np.any(both):
            return None
        return float(np.mean(np.abs(rhythm.bins - self.mean)[both] <= self.half_width[both]))


def ratio_of(slope: float | None) -> float | None:
    """GH:ST of a slope, None where there is none."""
    return None if slope is None or slope < LEAST_SLOPE else (1 - slope) / slope


def rhythms(log: LogData, rows: Sequence[dict[str, int]]) -> list[Rhythm]:
    """One for each repetition of the log."""
    up, elevation = (log.column("segment_angles", name) for name in ("upward_rotation", "humeral_elevation"))
    if up is None or elevation is None:
        return [Rhythm()] * len(rows)
    flags = log.column("segment_angles", "flags")
    good = (up != UNDEFINED) & (elevation != UNDEFINED)
    if flags is not None:
        good = good & ((flags & _UNUSABLE) == 0)
    t = log.times("segment_angles")
    found = []
    for row in rows:
        begin = log.seconds(row["start_us"])
        a, b = np.searchsorted(t, [begin, begin + row["concentric_ms"] / 1000])
        use = good[a:b]
        found.append(_rhythm(elevation[a:b][use] / 100, up[a:b][use] / 100))
    return found


def _rhythm(elevation: Array, up: Array) -> Rhythm:
    valid = (elevation >= 0) & (elevation < HIGHEST_DEG)
    elevation, up = elevation[valid], up[valid]
    if len(elevation) < _FEWEST_SAMPLES:
        return Rhythm()
    places = (elevation / BIN_DEG).astype(int)
    count = np.bincount(places, minlength=int(HIGHEST_DEG / BIN_DEG))
    with np.errstate(invalid="ignore"):
        bins = np.bincount(places, up, minlength=len(count)) / count
    if np.ptp(elevation) < LEAST_TRAVEL_DEG:
        return Rhythm(reason=NO_TRAVEL, bins=bins)
    slope = float(np.polyfit(elevation, up, 1)[0])
    ratio = ratio_of(slope)
    return Rhythm(slope, ratio, "" if ratio is not None else NO_TURN, bins)


def band(own: Sequence[Rhythm]) -> Band | None:
    """From the repetitions without a fault; None when too few of them have a course."""
    courses = [rhythm.bins for rhythm in own if np.any(np.isfinite(rhythm.bins))]
    if len(courses) < FEW:
        return None
    stack = np.array(courses)
    enough = np.sum(np.isfinite(stack), axis=0) >= FEW
    if not np.any(enough):
        return None
    mean, half = np.full(stack.shape[1], np.nan), np.full(stack.shape[1], np.nan)
    mean[enough] = np.nanmean(stack[:, enough], axis=0)
    half[enough] = np.maximum(2 * np.nanstd(stack[:, enough], axis=0, ddof=1), LEAST_IN_BAND_DEG)
    return Band(mean, half, len(courses))
