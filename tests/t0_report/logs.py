"""A small made-up log in the form that the report reads: one set of two repetitions, one cue, half of it optional."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from host_tools.analysis.log_data import UNDEFINED, LogData

START_US = 5_000_000
SITES = ("UT", "LT")
NAMES = {
    "rules": ["arm_before_scapula", "scapula_lost", "ut_lt_ratio"],
    "exercises": ["row"],
    "markers": ["set_begin", "set_end"],
}


def us(seconds: float) -> int:
    return START_US + round(seconds * 1e6)


def records(rows: Sequence[dict[str, int]]) -> dict[str, np.ndarray]:
    return {name: np.array([row[name] for row in rows]) for name in (rows[0] if rows else ())}


def repetition(start_s: float, verdict: int = 0, **values: int) -> dict[str, int]:
    row = {
        "timestamp": us(start_s + 4),
        "index": 1,
        "exercise": 0,
        "start_us": us(start_s),
        "concentric_ms": 1500,
        "isometric_ms": 500,
        "eccentric_ms": 2000,
        "range_cdeg": 4321,
        "verdict": verdict,
    }
    for channel in range(len(SITES)):
        row |= {f"mean_permille[{channel}]": 300, f"peak_permille[{channel}]": 400, f"onset_us[{channel}]": -90_000}
    return row | values


def cue(at_s: float, rule: int, value: int) -> dict[str, int]:
    times = {"timestamp": us(at_s), "decided_us": us(at_s), "started_us": us(at_s + 0.02)}
    return times | {"rule": rule, "tactor": 0, "pattern": 0, "value": value}


def log(without: Sequence[str] = (), mvc_uv_q4: int = 6400, **changes: Any) -> LogData:
    """A log of 20 s. `without`: topics left out; `changes`: fields of LogData."""
    t = np.arange(0, 20, 0.05)
    stamps = np.array([us(s) for s in t], np.uint64)
    angles = {"timestamp": stamps, "flags": np.zeros(len(t), np.uint16)}
    for name in ("internal_rotation", "upward_rotation", "posterior_tilt", "humeral_elevation", "plane_of_elevation"):
        angles[name] = np.full(len(t), 1234, np.int16)
    envelope = {"timestamp": stamps}
    for channel in range(len(SITES)):
        envelope[f"uv_q4[{channel}]"] = np.full(len(t), 1600, np.uint16)
        envelope[f"mvc_permille[{channel}]"] = np.full(len(t), 250 if mvc_uv_q4 else UNDEFINED, np.int16)
        envelope[f"quality[{channel}]"] = np.zeros(len(t), np.uint8)
    topics = {
        "segment_angles": angles,
        "emg_envelope": envelope,
        "repetition": records([repetition(4), repetition(10, verdict=0b100)]),
        "cue": records([cue(11, rule=2, value=230)]),
        "marker": records([{"timestamp": us(2), "kind": 0, "value": 0}, {"timestamp": us(16), "kind": 1, "value": 0}]),
    }
    fields = {
        "file": "session.ulg",
        "topics": {name: columns for name, columns in topics.items() if name not in without},
        "info": {"side": "right", "exercise": "row"},
        "settings": {f"mvc_uv_q4_{channel}": mvc_uv_q4 for channel in range(len(SITES))},
        "sites": SITES,
        "names": NAMES,
    }
    return LogData(**(fields | changes))
