"""What a session's log says, in figures: the device's half of summary.json."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from pyulog import ULog

from host_tools.errors import Failed
from host_tools.stimuli.source import SEGMENTS

Columns = dict[str, Any]

# numbers of the parts in the topic `fault` (firmware: supervision/faults.py)
_PARTS = {
    4: "I2C bus 0",
    5: "I2C bus 1",
    16: "upper tactor",
    17: "lower tactor",
    18: "fuel gauge",
    20: "storage",
    22: "board",
}
_FIRST_CHANNEL = 8


def log_summary(log: Path) -> dict[str, Any]:
    """repetitions, cues by rule, faults, latency from decision to motor start (us), overruns and loop period (us).

    Raises Failed when the log cannot be read.
    """
    try:
        content = ULog(str(log))
    except (TypeError, ValueError, IndexError, KeyError, AttributeError) as error:
        raise Failed(f"{log.name}: not a readable ULog ({error}); run again with --debug") from error
    topics = {dataset.name: dataset.data for dataset in content.data_list}
    texts = content.msg_info_multiple_dict
    rules = [str(text) for text in _flat(texts.get("rules", []))]
    sites = [str(text) for text in _flat(texts.get("emg_sites", []))]
    repetition = topics.get("repetition", {})
    cue = topics.get("cue", {})
    health = topics.get("health", {})
    return {
        "repetitions": len(repetition.get("timestamp", ())),
        "repetition_list": [
            {name: int(repetition[name][index]) for name in _REPETITION if name in repetition}
            for index in range(len(repetition.get("timestamp", ())))
        ],
        "cues": dict(sorted(Counter(_name(rules, number) for number in cue.get("rule", ())).items())),
        "faults": _faults(topics.get("fault", {}), sites),
        "latency_us": _latency(cue),
        "overruns": _largest(health, "overruns"),
        "loop_p99_us": _largest(health, "loop_p99"),
        "loop_max_us": _largest(health, "loop_max"),
        "gaps": _largest(health, "gaps"),
        "log_bytes": log.stat().st_size,
    }


_REPETITION = ("index", "start_us", "concentric_ms", "isometric_ms", "eccentric_ms", "range_cdeg", "verdict")


def _flat(texts: list[Any]) -> list[Any]:
    """pyulog gives a list of lists: continued messages are joined in the inner ones."""
    return [item for entry in texts for item in (entry if isinstance(entry, list) else [entry])]


def _name(names: list[str], number: int) -> str:
    return names[number] if 0 <= number < len(names) else f"rule {number}"


def _latency(cue: Columns) -> dict[str, int] | None:
    """Of all cues of the session; None without a cue."""
    if not len(cue.get("started_us", ())):
        return None
    taken = np.asarray(cue["started_us"], dtype=np.int64) - np.asarray(cue["decided_us"], dtype=np.int64)
    return {
        "count": len(taken),
        "median": int(np.median(taken)),
        "p99": int(np.percentile(taken, 99)),
        "max": int(taken.max()),
    }


def _largest(health: Columns, name: str) -> int | None:
    return int(np.max(health[name])) if len(health.get(name, ())) else None


def _faults(fault: Columns, sites: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "part": _part(int(fault["part"][index]), sites),
            "code": int(fault["code"][index]),
            "began_us": int(fault["began_us"][index]),
            "ended_us": int(fault["ended_us"][index]),
        }
        for index in range(len(fault.get("timestamp", ())))
    ]


def _part(number: int, sites: list[str]) -> str:
    if number < len(SEGMENTS):
        return f"{SEGMENTS[number]} sensor"
    if 0 <= number - _FIRST_CHANNEL < len(sites):
        return f"{sites[number - _FIRST_CHANNEL]} electrodes"
    return _PARTS.get(number, f"part {number}")
