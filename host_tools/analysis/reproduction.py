"""A raw log through the device's own code again: are its features reproduced bit for bit?

The kernels run in MicroPython, from the state that the log's beginning holds (firmware/rhomboid/recording/state.py).
Features can only be compared where the raw data before them is whole: what follows a dropped block is counted apart.
"""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis.log_data import ANGLES, LogData
from host_tools.analysis.raw_emg import FRAME_US, raw_emg
from host_tools.analysis.raw_quaternions import NEUTRAL
from host_tools.analysis.sets import SET_BEGIN, SET_END
from host_tools.errors import BadInput, Failed
from host_tools.interpreter import find_micropython

_FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
_SCRIPT = Path(__file__).with_name("micropython") / "replay.py"
_TICKS = 0x3FFF_FFFF
_LAG_US = 20_000  # firmware/rhomboid/tracking/common_time.py
_PERIOD_US = 10_000
_BLOCK = 10
_ONSETS = 4
_CELLS, _ENVELOPE, _MVC, _QUALITY, _RATIOS, _FLAGS = 48, 16, 20, 24, 28, 15  # firmware/rhomboid/features.py
_FLAG_PULSE = 8
SIGNAL = "signal"  # the mark of a pattern that the device played of itself; its value is the number
Rows = NDArray[np.int32]


@dataclass(frozen=True)
class Part:
    """One topic: records compared, how many of them are the same bits, what is different first (s of the log, field).

    after_loss: further records that follow lost raw data and cannot be compared.
    """

    topic: str
    compared: int
    same: int
    first_difference: tuple[float, str] | None
    after_loss: int
    times_us: NDArray[np.int64]
    device: dict[str, NDArray[Any]]
    again: dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Reproduction:
    """parts: one per topic. onsets_us: per channel the device times of every onset that the code found again."""

    parts: Sequence[Part]
    onsets_us: Sequence[Sequence[int]]


def reproduce(log: LogData) -> Reproduction:
    """Raises BadInput when the log lacks raw data or the state it begins with; Failed when the code does not run."""
    if "state_emg" not in log.lists or "state_tracking" not in log.lists:
        raise BadInput(f"{log.file}: lacks the state that a raw log begins with: record it with raw_emg or raw_imu = 1")
    emg_events, counts, emg_times, whole_until = _emg_events(log)
    imu_events, angle_times, imu_until = _imu_events(log)
    results = _run(log, np.vstack([emg_events, imu_events]), counts)
    if len(results) != len(emg_times) + len(angle_times):
        raise Failed(
            f"{log.file}: the device's code gave {len(results)} results, not {len(emg_times) + len(angle_times)}"
        )
    parts = []
    if len(emg_times):
        again = results[: len(emg_times)]
        columns = {}
        for c in range(len(log.sites)):
            columns[f"uv_q4[{c}]"] = np.minimum(again[:, _ENVELOPE + c], 65535)
            columns[f"mvc_permille[{c}]"] = again[:, _MVC + c]
            columns[f"quality[{c}]"] = again[:, _QUALITY + c]
        parts.append(_compare(log, "emg_envelope", emg_times, columns, whole_until))
        ratios = {n: again[:, _RATIOS + k] for k, n in enumerate(("ut_lt_q8", "ut_mt_q8", "lat_mt_q8"))}
        parts.append(_compare(log, "activation", emg_times, ratios, whole_until))
    if len(angle_times):
        again = results[len(emg_times) :]
        angles = {name: again[:, k] for k, name in enumerate(ANGLES)} | {"flags": again[:, _FLAGS]}
        parts.append(_compare(log, "segment_angles", angle_times, angles, imu_until))
    return Reproduction(parts, _onsets_us(log, results[: len(emg_times), _CELLS:], emg_times))


def _onsets_us(log: LogData, ticks: Rows, times_us: NDArray[np.int64]) -> list[list[int]]:
    """Each change of a channel's last onset, from ticks to device time."""
    found = []
    for c in range(len(log.sites)):
        changed = np.flatnonzero(np.diff(ticks[:, c]) != 0) + 1
        found.append([int(times_us[k] - ((times_us[k] - int(ticks[k, c])) & _TICKS)) for k in changed])
    return found


def _emg_events(log: LogData) -> tuple[Rows, bytes, NDArray[np.int64], int]:
    """Blocks that end where the device published a record; counts; those records' times; until when all is whole."""
    emg = raw_emg(log)
    empty = np.empty((0, 6), np.int32)
    if not emg.runs:
        return empty, b"", np.empty(0, np.int64), 0
    wanted = np.unique(log.topics.get("emg_envelope", {}).get("timestamp", np.empty(0, np.uint64)).astype(np.int64))
    lost_on_device = _raw_dropped(log) == 0
    rows = []
    counts = []
    times: list[int] = []
    whole_until = emg.runs[-1].start_us + FRAME_US * len(emg.runs[-1].counts)
    end = emg.runs[0].first
    for run in emg.runs:
        gap = run.first - end
        if gap and not lost_on_device:
            whole_until = min(whole_until, run.start_us)
        newest = run.start_us + FRAME_US * np.arange(len(run.counts), dtype=np.int64)
        published = newest[np.isin(newest, wanted)]
        stops = (published - run.start_us) // FRAME_US + 1
        edges = sorted({*stops.tolist(), *range(_BLOCK, len(run.counts), _BLOCK), len(run.counts)})
        marked = set(stops.tolist())
        begin = 0
        for stop in edges:
            at_us = int(newest[stop - 1])
            rows.append((0, stop - begin, gap if begin == 0 else 0, at_us & _TICKS, int(stop in marked), 0))
            if stop in marked:
                times.append(at_us)
            begin = stop
        counts.append(np.ascontiguousarray(run.counts).tobytes())
        end = run.end
    return np.array(rows, np.int32), b"".join(counts), np.array(times, np.int64), whole_until


def _raw_dropped(log: LogData) -> int:
    dropped = log.column("health", "raw_dropped")
    return 0 if dropped is None or not len(dropped) else int(dropped[-1])


def _imu_events(log: LogData) -> tuple[Rows, NDArray[np.int64], int]:
    """Samples at the tick that saw them, ticks, marks of sets and neutral poses, in order."""
    raw = log.topics.get("raw_quaternion", {})
    if not raw or not len(raw["timestamp"]):
        return np.empty((0, 6), np.int32), np.empty(0, np.int64), 0
    seen = raw["timestamp"].astype(np.int64)
    start = log.start_us
    angle_ticks = (
        log.topics.get("segment_angles", {}).get("timestamp", np.empty(0, np.uint64)).astype(np.int64) + _LAG_US
    )
    angle_ticks = angle_ticks[(angle_ticks > start) & (angle_ticks <= seen[-1])]
    ticks = np.unique(np.concatenate([seen, angle_ticks]))
    ticks = _with_silent_ticks(ticks[ticks >= start])[1:]
    pulses = _pulses_at(log, ticks)
    recorded = np.isin(ticks, angle_ticks)
    marks: dict[int, list[str]] = {}
    played: dict[int, list[int]] = {}
    for row in log.rows("marker"):
        name = log.name("markers", row["kind"])
        if name == SIGNAL:
            played.setdefault(int(row["timestamp"]), []).append(int(row["value"]))
        else:
            marks.setdefault(int(row["timestamp"]), []).append(name)
    for row in log.rows("cue"):
        played.setdefault(int(row["decided_us"]), []).append(int(row["pattern"]))
    order = np.argsort(seen, kind="stable")
    words = [_pair(raw["w"], raw["x"]), _pair(raw["y"], raw["z"])]
    rows: list[tuple[int, ...]] = []
    k = 0
    while k < len(order) and seen[order[k]] <= start:
        k += 1  # already in the rings that the log's beginning holds
    for n, tick in enumerate(ticks.tolist()):
        while k < len(order) and seen[order[k]] <= tick:
            i = order[k]
            sensor_us = int(raw["sensor_us"][i]) & _TICKS
            rows.append((1, int(raw["segment"][i]), sensor_us, int(words[0][i]), int(words[1][i]), 0))
            k += 1
        at = marks.get(tick, ())
        rows.append((2, tick & _TICKS, int(pulses[n]), int(recorded[n]), int(NEUTRAL in at), 0))
        for mark in at:
            if mark in (SET_BEGIN, SET_END):
                rows.append((3 if mark == SET_BEGIN else 4, 0, 0, 0, 0, 0))
        for pattern in played.get(tick, ()):
            rows.append((5, tick & _TICKS, pattern, 0, 0, 0))
    whole_until = int(seen[-1]) if _raw_dropped(log) == 0 else start
    return np.array(rows, np.int32), ticks[recorded], whole_until


def _with_silent_ticks(ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ticks in which no sensor reported leave no trace; the schedule is a grid, so their times are known to some us."""
    steps = np.diff(ticks)
    missing = np.maximum((steps + _PERIOD_US // 2) // _PERIOD_US, 1) - 1
    missing[missing > 50] = 0  # a stall, not silence
    between = [ticks[k] + steps[k] * np.arange(1, missing[k] + 1) // (missing[k] + 1) for k in np.flatnonzero(missing)]
    return np.sort(np.concatenate([ticks, *between]))


def _pair(low: NDArray[Any], high: NDArray[Any]) -> NDArray[np.int32]:
    return (low.astype(np.int32) & 0xFFFF) | (high.astype(np.int32) << 16)


def _pulses_at(log: LogData, ticks: NDArray[np.int64]) -> NDArray[np.int32]:
    """The pulse flag of the tick's record, -1 for ticks without one."""
    found = np.full(len(ticks), -1, np.int32)
    flags = log.column("segment_angles", "flags")
    if flags is not None:
        times = log.topics["segment_angles"]["timestamp"].astype(np.int64) + _LAG_US
        _, places, records = np.intersect1d(ticks, times, return_indices=True)
        found[places] = (flags[records] & _FLAG_PULSE) != 0
    return found


def _run(log: LogData, events: Rows, counts: bytes) -> Rows:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "options.json").write_text(json.dumps(_options(log)))
        (place / "counts").write_bytes(counts)
        (place / "events").write_bytes(np.ascontiguousarray(events, "<i4").tobytes())
        names = [str(place / name) for name in ("options.json", "counts", "events", "out")]
        done = subprocess.run(
            [str(find_micropython()), "-X", "heapsize=64m", str(_SCRIPT), *names],
            capture_output=True,
            text=True,
            env={"MICROPYPATH": f"{_SCRIPT.parent}:{_FIRMWARE}:.frozen"},
        )
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise Failed(f"{log.file}: the device's code did not run on it: {' '.join(last)[:200]}")
        return np.frombuffer((place / "out").read_bytes(), "<i4").reshape(-1, _CELLS + _ONSETS)


def _options(log: LogData) -> dict[str, object]:
    def integers(key: str, count: int) -> list[int]:
        values = [log.settings.get(f"{key}_{k}") for k in range(count)]
        return [] if None in values else [int(value) for value in values if value is not None]

    return {
        "sites": list(log.sites),
        "highpass_hz": int(log.settings.get("highpass_hz", 30)),
        "mains_hz": int(log.settings.get("mains_hz", 0)),
        "mvc_uv_q4": log.mvc_uv_q4,
        "side": log.info.get("side", "right"),
        "exercise": log.info.get("exercise", "row"),
        "reference_q14": integers("reference_q14", 12),
        "pod_axes_q14": [],
        "heading_q14": integers("heading_q14", 12),
        "mount_q14": integers("mount_q14", 12),
        "haptic_strength_percent": int(log.settings.get("haptic_strength_percent", 100)),
        "cue_patterns": {
            key.removeprefix("cue_patterns_"): text for key, text in log.info.items() if key.startswith("cue_patterns_")
        },
        "state_emg": list(log.lists["state_emg"]),
        "state_tracking": list(log.lists["state_tracking"]),
        "state_imu": [list(log.lists.get(f"state_imu_{k}", ())) for k in range(3)],
    }


def _compare(
    log: LogData, topic: str, times: NDArray[np.int64], again: dict[str, NDArray[Any]], whole_until: int
) -> Part:
    """Records of the topic at `times` (the tick; angles lag behind it) against what the code gave again."""
    stamps = log.topics[topic]["timestamp"].astype(np.int64) + (_LAG_US if topic == "segment_angles" else 0)
    places = np.searchsorted(stamps, times)
    present = (places < len(stamps)) & (stamps[np.minimum(places, len(stamps) - 1)] == times)
    places, times = places[present], times[present]
    device = {name: log.topics[topic][name][places].astype(np.int32) for name in again if name in log.topics[topic]}
    given = {name: values[present] for name, values in again.items() if name in device}
    whole = times <= whole_until
    equal = np.ones(len(times), np.bool_)
    first: tuple[float, str] | None = None
    for name, values in device.items():
        equal &= values == given[name]
    wrong = np.flatnonzero(~equal & whole)
    if len(wrong):
        k = int(wrong[0])
        field = next(name for name, values in device.items() if values[k] != given[name][k])
        first = (log.seconds(int(times[k])), field)
    return Part(topic, int(whole.sum()), int((equal & whole).sum()), first, int((~whole).sum()), times, device, given)


def summary(parts: Sequence[Part]) -> list[str]:
    lines = []
    for part in parts:
        text = f"{part.topic}: {part.same} of {part.compared} records reproduced bit for bit"
        if part.first_difference:
            text += f"; first difference at {part.first_difference[0]:.2f} s in {part.first_difference[1]}"
        if part.after_loss:
            text += f"; {part.after_loss} more follow lost raw data and cannot be compared"
        lines.append(text)
    return lines
