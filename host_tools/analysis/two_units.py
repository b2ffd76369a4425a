"""Two units on one athlete: the left one's clock against the right one's, from markers and from the trunk's motion.

Both units carry a sensor on the same thorax: its flexion is the same in both logs, its side bend and turn are mirrored
(positive toward the worn side). The lag at which their rates agree best is the offset of the clocks; lags of single
half minutes along the workout give its drift. Marks of sets (each unit has its own button) narrow the search.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal, stats

from host_tools.analysis.log_data import UNDEFINED, LogData
from host_tools.errors import BadInput

Array = NDArray[np.float64]
GRID_HZ = 50.0
WINDOW_S = 30.0
LEAST_AGREEMENT = 0.5  # correlation of the rates, of 1 (engineering choice)
LEAST_OVERLAP = 0.5  # of the shorter log: chance agrees for a short while (engineering choice)
CLEARLY = 1.15  # over the best lag elsewhere (engineering choice)
PRESSES_S = 5.0  # two buttons are pressed within this time of each other (engineering choice)
MARKERS_MS = 1000.0  # how well presses alone align the clocks
_MIRRORED = {"thorax_flexion": 1.0, "thorax_lateral": -1.0, "thorax_rotation": -1.0}
_LOCAL_S = 0.6  # of lag that one window is searched for
_LONGEST_GAP_S = 0.6
_SMOOTHED = 25  # samples of the grid: movements of the trunk are slower than half a second


@dataclass(frozen=True)
class Alignment:
    """Right device time = left device time + offset_us + drift_ppm x (left time - from_us) / 1e6.

    uncertainty_ms: spread of the lags of single windows about that line; agreement: correlation at the best lag, None
    when only markers were used.
    """

    offset_us: float
    drift_ppm: float
    from_us: int
    uncertainty_ms: float
    agreement: float | None
    source: str

    def right_us(self, left_us: int | NDArray[np.int64]) -> NDArray[np.int64]:
        """Device time of the right unit at a device time of the left one."""
        t = np.asarray(left_us, np.int64)
        return np.asarray(t + np.round(self.offset_us + self.drift_ppm * 1e-6 * (t - self.from_us)), np.int64)


def align(left: LogData, right: LogData) -> Alignment:
    """Raises BadInput when neither motion nor markers say how the two logs lie to each other."""
    near_us = _from_markers(left, right)
    a, b = _rates(left), _rates(right)
    if a is not None and b is not None:
        # flexion alone when bend and turn disagree: they hang on the heading and on the side that each unit was told
        for channels in (slice(0, 3), slice(0, 1)):
            found = _from_motion(
                _Rates(a.start_us, a.values[:, channels]), _Rates(b.start_us, b.values[:, channels]), near_us
            )
            if found is not None:
                return found
    if near_us is not None:
        return Alignment(near_us, 0.0, left.start_us, MARKERS_MS, None, "marks of sets")
    raise BadInput(
        f"{left.file} and {right.file}: their clocks cannot be aligned: the trunk's motion does not agree and fewer "
        "than two marks of sets match; are they of the same workout?"
    )


def _from_markers(left: LogData, right: LogData) -> float | None:
    """Offset, us, at which most marks of the same kind meet; None when fewer than two do."""
    marks = [
        [(row["timestamp"], log.name("markers", row["kind"])) for row in log.rows("marker")] for log in (left, right)
    ]
    marks = [[(t, kind) for t, kind in own if kind in ("set_begin", "set_end")] for own in marks]
    best: tuple[int, float] = (1, 0.0)
    for t, kind in marks[0]:
        for other_us, other in marks[1]:
            if other != kind:
                continue
            apart = [
                min((u - s for u, k in marks[1] if k == own), key=lambda d: abs(d - (other_us - t)))
                for s, own in marks[0]
                if any(k == own for _, k in marks[1])
            ]
            near = [d for d in apart if abs(d - (other_us - t)) <= PRESSES_S * 1e6 / 2]
            if len(near) > best[0]:
                best = len(near), float(np.median(near))
    return best[1] if best[0] >= 2 else None


@dataclass(frozen=True)
class _Rates:
    """Angular rates of the trunk on a grid that begins at start_us: (n, 3) deg/s of a right side, 0 = not known."""

    start_us: int
    values: Array


def _rates(log: LogData) -> _Rates | None:
    columns = log.topics.get("segment_angles", {})
    if not columns or len(columns["timestamp"]) < GRID_HZ:
        return None
    stamps = columns["timestamp"].astype(np.int64)
    t = (stamps - stamps[0]) / 1e6
    rising = np.append(True, np.diff(t) > 0)
    grid = np.arange(0, t[-1], 1 / GRID_HZ)
    side = -1.0 if log.info.get("side") == "left" else 1.0
    found = []
    for name, mirrored in _MIRRORED.items():
        raw = columns.get(name)
        if raw is None:
            return None
        good = rising & (raw != UNDEFINED)
        if np.sum(good) < GRID_HZ:
            return None
        degrees = np.degrees(np.unwrap(np.radians(raw[good] / 100)))
        course = np.interp(grid, t[good], degrees) * (side if mirrored < 0 else 1.0)
        rate = signal.savgol_filter(course, _SMOOTHED, 2, deriv=1, delta=1 / GRID_HZ)
        after = np.clip(np.searchsorted(t[good], grid), 1, int(good.sum()) - 1)
        rate[t[good][after] - t[good][after - 1] > _LONGEST_GAP_S] = 0.0
        found.append(np.clip(rate, -100, 100))
    return _Rates(int(stamps[0]), np.column_stack(found))


def _from_motion(left: _Rates, right: _Rates, near_us: float | None) -> Alignment | None:
    lag, agreement = _best_lag(left, right, near_us)
    if lag is None:
        return None
    offset_us = right.start_us - left.start_us + lag * 1e6
    times, lags = _local_lags(left, right, lag)
    if len(times) < 3:
        return Alignment(offset_us, 0.0, left.start_us, 1000 / GRID_HZ, agreement, "motion of the trunk")
    drift, constant = 0.0, float(np.median(lags))
    if times[-1] - times[0] >= 4 * WINDOW_S:
        drift, constant, *_ = stats.theilslopes(lags, times)
    spread = 1.4826 * float(np.median(np.abs(np.array(lags) - constant - drift * np.array(times)))) * 1000
    return Alignment(
        right.start_us - left.start_us + constant * 1e6,
        float(drift) * 1e6,
        left.start_us,
        spread,
        agreement,
        "motion of the trunk",
    )


def _best_lag(left: _Rates, right: _Rates, near_us: float | None) -> tuple[float | None, float]:
    """Seconds that the left grid is moved by, and the correlation there; None when it is not clear."""
    a, b = left.values, right.values
    summed = sum(signal.correlate(b[:, k], a[:, k], method="fft") for k in range(a.shape[1]))
    lags = signal.correlation_lags(len(b), len(a)) / GRID_HZ
    energy_a, energy_b = (np.append(0, np.cumsum(np.sum(v**2, axis=1))) for v in (a, b))
    n = np.round(lags * GRID_HZ).astype(int)
    first_b, last_b = np.maximum(n, 0), np.minimum(n + len(a), len(b))
    both = (energy_b[last_b] - energy_b[first_b]) * (energy_a[last_b - n] - energy_a[first_b - n])
    usual = float(energy_a[-1] * energy_b[-1])
    share = np.asarray(summed) / np.sqrt(np.maximum(both, 0.01 * usual + 1e-9))
    share[last_b - first_b < LEAST_OVERLAP * min(len(a), len(b))] = 0.0
    if near_us is not None:
        near = (near_us - (right.start_us - left.start_us)) / 1e6
        share = np.where(np.abs(lags - near) <= PRESSES_S, share, 0.0)
    k = int(np.argmax(share))
    elsewhere = float(np.max(share[np.abs(lags - lags[k]) > 1.0], initial=0.0))
    if share[k] < LEAST_AGREEMENT or share[k] < CLEARLY * elsewhere:
        return None, float(share[k])
    return float(lags[k]), float(share[k])


def _local_lags(left: _Rates, right: _Rates, lag: float) -> tuple[list[float], list[float]]:
    """Middles (s of the left grid) and lags of the windows that agree."""
    times: list[float] = []
    lags: list[float] = []
    size, reach = int(WINDOW_S * GRID_HZ), int(_LOCAL_S * GRID_HZ)
    for first in range(0, len(left.values) - size, size):
        begin = first + round(lag * GRID_HZ) - reach
        if begin < 0 or begin + size + 2 * reach > len(right.values):
            continue
        a, b = left.values[first : first + size], right.values[begin : begin + size + 2 * reach]
        scale = np.sqrt(np.sum(a**2) * np.sum(b[reach : reach + size] ** 2))
        course = sum(signal.correlate(b[:, k], a[:, k], "valid", "fft") for k in range(a.shape[1])) / max(scale, 1e-9)
        k = int(np.argmax(course))
        if course[k] < LEAST_AGREEMENT or not 0 < k < len(course) - 1:
            continue
        below, here, above = course[k - 1 : k + 2]
        fine = k + 0.5 * (below - above) / (below - 2 * here + above)
        times.append((first + size / 2) / GRID_HZ)
        lags.append(float((round(lag * GRID_HZ) - reach + fine) / GRID_HZ))
    return times, lags


def pair_up(logs: Sequence[LogData]) -> tuple[LogData, LogData] | None:
    """The left and the right log of a report on exactly two units, None for any other set of logs."""
    sides = {log.info.get("side"): log for log in logs}
    if len(logs) == 2 and set(sides) == {"left", "right"}:
        return sides["left"], sides["right"]
    return None
