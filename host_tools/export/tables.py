"""The topics of a log as flat tables with plain units: what CSV and Parquet hold.

A value is the log's integer divided by a constant (a hundredth of a degree by 100, ...), so nothing is lost: multiply
and round to have the integer back. What is not known is empty, never 0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis.log_data import UNDEFINED, LogData
from host_tools.analysis.raw_emg import FRAME_US, raw_emg
from host_tools.analysis.wall_clock import WallClock

# field of the log -> (suffix of the column's name, divisor, decimals that hold it exactly, may be undefined)
_ANGLE = ("_deg", 100, 2, True)
_SHARE = ("_percent_mvc", 10, 1, True)
_MICROVOLT = ("_uv", 16, 4, False)
_RATIO = ("", 256, 8, True)
_UNITS: Mapping[str, tuple[str, int, int, bool]] = {
    "uv_q4": _MICROVOLT,
    "rms_q4": _MICROVOLT,
    "mvc_permille": _SHARE,
    "peak_permille": _SHARE,
    "mean_permille": _SHARE,
    "ut_lt_q8": _RATIO,
    "ut_mt_q8": _RATIO,
    "lat_mt_q8": _RATIO,
    "mdf_hz_q8": ("_hz", 256, 8, False),
    "range_cdeg": _ANGLE,
    "cdeg": _ANGLE,
    "battery_permille": ("_percent", 10, 1, True),
    "onset_us": ("_us", 1, 0, True),
}
_STRIPPED = ("_uv_q4", "_q4", "_permille", "_q8", "_cdeg", "_us", "_hz")
_NAMED = {("repetition", "exercise"): "exercises", ("cue", "rule"): "rules", ("marker", "kind"): "markers"}
_PER_SITE = ("uv_q4", "mvc_permille", "quality", "peak_permille", "mean_permille", "onset_us")
SEGMENTS = ("thorax", "scapula", "humerus")


@dataclass(frozen=True)
class Column:
    """values: integers as in the log; what is shown is values / divisor. names: what the integers stand for."""

    name: str
    values: NDArray[Any]
    divisor: int = 1
    decimals: int = 0
    undefined: bool = False
    names: Sequence[str] | None = None
    says: str = ""

    def known(self) -> NDArray[np.bool_]:
        return self.values != UNDEFINED if self.undefined else np.ones(len(self.values), np.bool_)


@dataclass(frozen=True)
class Table:
    name: str
    columns: Sequence[Column]

    def __len__(self) -> int:
        return len(self.columns[0].values)


def tables(log: LogData) -> Iterator[Table]:
    """Every topic with records. The raw EMG has one row per frame."""
    for topic, columns in log.topics.items():
        if not len(columns["timestamp"]):
            continue
        if topic == "raw_emg":
            table = _raw_emg(log)
            if table is not None:
                yield table
        else:
            yield Table(
                topic, [_time(columns["timestamp"])] + [_column(log, topic, n) for n in columns if n != "timestamp"]
            )


def shares(log: LogData) -> Iterator[tuple[Table, float]]:
    """Every table, and the share of all records that is done with it."""
    total = sum(len(columns["timestamp"]) * len(columns) for columns in log.topics.values())
    done = 0
    for table in tables(log):
        columns = log.topics[table.name]
        done += len(columns["timestamp"]) * len(columns)
        yield table, done / max(1, total)


def wall_times(table: Table, clock: WallClock) -> list[str] | None:
    """The times of the rows as ISO 8601, None when the wall time is not known."""
    if clock.utc_at_zero is None:
        return None
    return [clock.text(int(t)) for t in table.columns[0].values]


def _time(stamps: NDArray[Any]) -> Column:
    return Column("timestamp_us", stamps, says="device time in microseconds")


def _column(log: LogData, topic: str, name: str) -> Column:
    values = log.topics[topic][name]
    field, _, index = name.partition("[")
    place = int(index[:-1]) if index else 0
    suffix, divisor, decimals, undefined = _unit(topic, field)
    base = field
    if suffix:
        base = next((field[: -len(end)] for end in _STRIPPED if field.endswith(end)), field)
        base = "" if field in ("uv_q4", "mvc_permille", "cdeg") else base
    elif divisor > 1:
        base = field.removesuffix("_q8")
    label = (base + suffix).lstrip("_") if divisor > 1 or suffix else field
    if topic == "emg_envelope" and field == "uv_q4":
        label = "envelope_uv"
    if field == "cdeg":
        label = "correction_deg"
    if field in _PER_SITE and index:
        label = f"{_site(log, place)}_{label}"
    elif index:
        label = f"{label}_{SEGMENTS[place]}" if field == "imu_rate" and place < 3 else f"{label}_{place}"
    if topic in ("raw_quaternion", "heading_correction") and field == "segment":
        return Column(label, values, names=SEGMENTS)
    if topic == "fatigue" and field == "site":
        return Column(label, values, names=list(log.sites))
    kind = _NAMED.get((topic, field))
    if kind is not None:
        return Column(label, values, names=[log.name(kind, k) for k in range(len(log.names.get(kind, ())))])
    says = "Q14 part of a unit quaternion" if topic == "raw_quaternion" and field in "wxyz" else ""
    return Column(label, values, divisor, decimals, undefined, says=says)


def _unit(topic: str, field: str) -> tuple[str, int, int, bool]:
    if topic == "segment_angles" and field != "flags":
        return _ANGLE
    return _UNITS.get(field, ("", 1, 0, False))


def _site(log: LogData, channel: int) -> str:
    return log.sites[channel] if channel < len(log.sites) else f"channel {channel}"


def _raw_emg(log: LogData) -> Table | None:
    emg = raw_emg(log)
    if not emg.runs:
        return None
    frame = np.concatenate([np.arange(run.first, run.end) for run in emg.runs])
    times = np.concatenate([run.start_us + FRAME_US * np.arange(len(run.counts), dtype=np.int64) for run in emg.runs])
    counts = np.concatenate([run.counts for run in emg.runs])
    sites = [
        Column(f"{_site(log, c)}_counts", counts[:, c], says="counts, 1.00708 microvolt each, 8190 = zero")
        for c in range(emg.channels)
    ]
    return Table("raw_emg", [_time(times), Column("frame", frame, says="since power-on, lost frames counted"), *sites])
