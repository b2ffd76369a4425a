"""What a session's log says, in figures: the device's half of summary.json."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from host_tools.analysis import words
from host_tools.analysis.log_data import LogData
from host_tools.analysis.training_log import read
from host_tools.errors import BadInput, Failed


def log_summary(log: Path) -> dict[str, Any]:
    """repetitions, cues by rule, faults, latency from decision to motor start (us), overruns and loop period (us).

    Raises Failed when the log cannot be read.
    """
    try:
        content = read(log)
    except BadInput as error:
        raise Failed(f"{error}; run again with --debug") from error
    repetitions = content.rows("repetition")
    cues = content.rows("cue")
    return {
        "repetitions": len(repetitions),
        "repetition_list": [{name: row[name] for name in _REPETITION} for row in repetitions],
        "cues": dict(sorted(Counter(content.name("rules", row["rule"]) for row in cues).items())),
        "faults": [_fault(row, content.sites) for row in content.rows("fault")],
        "latency_us": _latency(cues),
        "overruns": _largest(content, "overruns"),
        "loop_p99_us": _largest(content, "loop_p99"),
        "loop_max_us": _largest(content, "loop_max"),
        "gaps": _largest(content, "gaps"),
        "log_bytes": log.stat().st_size,
    }


_REPETITION = ("index", "start_us", "concentric_ms", "isometric_ms", "eccentric_ms", "range_cdeg", "verdict")


def _latency(cues: list[dict[str, int]]) -> dict[str, int] | None:
    """Of all cues of the session; None without a cue."""
    if not cues:
        return None
    taken = np.array([row["started_us"] - row["decided_us"] for row in cues])
    return {
        "count": len(taken),
        "median": int(np.median(taken)),
        "p99": int(np.percentile(taken, 99)),
        "max": int(taken.max()),
    }


def _largest(log: LogData, name: str) -> int | None:
    values = log.column("health", name)
    return None if values is None or not len(values) else int(np.max(values))


def _fault(row: dict[str, int], sites: Sequence[str]) -> dict[str, Any]:
    part, what = words.fault(row["part"], row["code"], sites)
    return {"part": part, "what": what, "code": row["code"], "began_us": row["began_us"], "ended_us": row["ended_us"]}
