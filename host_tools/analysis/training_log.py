"""A log file as everything on the host reads it: proven records only, sites and rules by name."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from host_tools.analysis import reader
from host_tools.analysis.log_data import Columns, LogData
from host_tools.errors import BadInput

RAW = ("raw_emg", "raw_quaternion")
TRAINING_TOPICS = ("segment_angles", "emg_envelope", "repetition", "health", "checkpoint")

# fields without which a topic says nothing; other firmware may leave them out
_NEEDED = {
    "repetition": "index exercise start_us concentric_ms isometric_ms eccentric_ms range_cdeg verdict",
    "cue": "rule tactor pattern value decided_us started_us",
    "marker": "kind value",
    "fault": "part code began_us ended_us",
    "heading_correction": "segment cdeg",
    "health": "loop_p99 loop_max overruns gaps",
    "fatigue": "site mdf_hz_q8 rms_q4 mvc_permille",
    "raw_emg": "sequence",
    "raw_quaternion": "segment w x y z sensor_us",
}


def read(path: Path, advance: Callable[[float], None] | None = None, without: Collection[str] = ()) -> LogData:
    """Read one log. Raises BadInput when it is no log, or the log of something else.

    advance: told the share done. without: topics that are left out, such as RAW.
    """
    log = reader.read(path, advance, without)
    if not any(topic in log.topics for topic in TRAINING_TOPICS) and log.info.get("sys_name") != "Rhomboid":
        raise BadInput(f"{path}: a log (ULog), but not of this device: it has none of {', '.join(TRAINING_TOPICS)}")
    topics = {name: _proven(columns, log.verified.get(name)) for name, columns in log.topics.items()}
    problems = list(log.problems)
    for name, fields in _NEEDED.items():
        lacking = [field for field in fields.split() if field not in topics.get(name, fields)]
        if lacking:
            del topics[name]
            problems.append(f"The records of {name} lack {', '.join(lacking)} (other firmware?) and are left out.")
    return LogData(
        file=path.name,
        topics=topics,
        info={key: value if isinstance(value, str) else _joined(value) for key, value in log.info.items()},
        settings=log.parameters,
        sites=_sites(log.info, topics),
        names=_names(log.info),
        damage=problems,
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
