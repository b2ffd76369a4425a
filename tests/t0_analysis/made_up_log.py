"""LogData with a few chosen topics."""

import numpy as np

from host_tools.analysis.log_data import LogData

START_US = 2_000_000


def log(topics=None, settings=None, sites=("UT", "LT"), **info):
    made = {
        name: {field: np.asarray(values) for field, values in columns.items()}
        for name, columns in (topics or {}).items()
    }
    made.setdefault("marker", {"timestamp": np.array([START_US]), "kind": np.array([0]), "value": np.array([0])})
    return LogData(
        file="log.ulg",
        topics=made,
        info={"side": "right", "exercise": "row"} | info,
        settings=settings or {},
        sites=sites,
        names={"markers": ["set_begin", "set_end", "neutral_pose", "utc_s"], "rules": [], "exercises": ["row"]},
    )


def quaternion_topic(samples):
    """samples: (segment, sensor_us, (w, x, y, z) as floats)."""
    rows = np.array([[s, t, *np.round(np.array(q) * 16384)] for s, t, q in samples], dtype=np.int64)
    names = ("segment", "sensor_us", "w", "x", "y", "z")
    return {"timestamp": rows[:, 1]} | {name: rows[:, k] for k, name in enumerate(names)}


def raw_emg_topic(first_frames, frames=10, channels=2, cut=None):
    """One block per first frame, sample = its frame number + 1000 x channel; cut: {block: frames that are whole}."""
    columns = {
        "timestamp": np.array([START_US + 1000 * first for first in first_frames]),
        "sequence": np.array(first_frames),
    }
    for k in range(frames * channels):
        frame, channel = divmod(k, channels)
        values = [first + frame + 1000 * channel for first in first_frames]
        for block, whole in (cut or {}).items():
            if frame >= whole:
                values[block] = -32768
        columns[f"samples[{k}]"] = np.array(values, dtype=np.int16)
    return columns
