"""A log file as everything on the host reads it: proven records only, sites and rules by name."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from host_tools.analysis import reader
from host_tools.analysis.log_data import Columns, LogData
from host_tools.errors import BadInput

TRAINING_TOPICS = ("segment_angles", "emg_envelope", "repetition", "health", "checkpoint")


def read(path: Path, advance: Callable[[float], None] | None = None) -> LogData:
    """Read one log. Raises BadInput when it is no log, or the log of something else. advance: told the share done."""
    log = reader.read(path, advance)
    if not any(topic in log.topics for topic in TRAINING_TOPICS) and log.info.get("sys_name") != "Rhomboid":
        raise BadInput(f"{path}: a log (ULog), but not of this device: it has none of {', '.join(TRAINING_TOPICS)}")
    topics = {name: _proven(columns, log.verified.get(name)) for name, columns in log.topics.items()}
    return LogData(
        file=path.name,
        topics=topics,
        info={key: value if isinstance(value, str) else _joined(value) for key, value in log.info.items()},
        settings=log.parameters,
        sites=_sites(log.info, topics),
        names=_names(log.info),
        damage=list(log.problems),
        lists={key: value for key, value in log.info.items() if not isinstance(value, str | int)},
    )


def _proven(columns: Columns, verified: Any) -> Columns:
    """Records that a checkpoint covers; what none covers may hold anything, and the log's problems name it."""
    if verified is None or len(verified) != len(columns["timestamp"]) or np.all(verified):
        return columns
    return {name: values[verified] for name, values in columns.items()}


def _sites(info: Mapping[str, object], topics: Mapping[str, Columns]) -> list[str]:
    """Names of the EMG channels that were recorded; a channel without a name is called by its number."""
    named = _list(info.get("emg_sites"))
    columns = topics.get("emg_envelope", {})
    count = sum(name.startswith("uv_q4[") for name in columns) or int("uv_q4" in columns)
    return [named[c] if c < len(named) else f"channel {c}" for c in range(count)]


def _names(info: Mapping[str, object]) -> dict[str, list[str]]:
    return {kind: _list(info.get(kind)) for kind in ("rules", "exercises", "markers")}


def _list(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(item) for item in value] if isinstance(value, Sequence) else []


def _joined(value: int | Sequence[str]) -> str:
    return str(value) if isinstance(value, int) else ", ".join(value)
