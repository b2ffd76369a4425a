"""One log as everything on the host reads it: topics as columns, names resolved, seconds since its first record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNDEFINED = -32768  # the named sentinel of every int16 quantity (firmware/rhomboid/features.py)
# the topic segment_angles, in its order (ISB, design section 5)
ANGLES = (
    "internal_rotation",
    "upward_rotation",
    "posterior_tilt",
    "humeral_elevation",
    "plane_of_elevation",
    "thorax_flexion",
    "thorax_lateral",
    "thorax_rotation",
)
Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class LogData:
    """topics: name -> columns (array fields as "field[0]", ...); info and settings as the log states them.

    names: what the small integers of the log stand for: "rules", "exercises", "markers".
    damage: sentences on what the log has lost, empty for a whole log.
    """

    file: str
    topics: Mapping[str, Columns]
    info: Mapping[str, str]
    settings: Mapping[str, int | float]
    sites: Sequence[str]
    names: Mapping[str, Sequence[str]]
    damage: Sequence[str] = field(default=())
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)  # info messages of several lines

    @cached_property
    def start_us(self) -> int:
        return min(
            (int(columns["timestamp"][0]) for columns in self.topics.values() if len(columns["timestamp"])), default=0
        )

    @cached_property
    def duration_s(self) -> float:
        ends = [int(columns["timestamp"][-1]) for columns in self.topics.values() if len(columns["timestamp"])]
        return self.seconds(max(ends)) if ends else 0.0

    @cached_property
    def mvc_uv_q4(self) -> list[int]:
        """Reference contraction per channel in microvolt/16; 0 = none. The log has them as mvc_uv_q4_0, _1, ..."""
        values = [self.settings.get(f"mvc_uv_q4_{channel}", 0) for channel in range(len(self.sites))]
        return [value if isinstance(value, int) else 0 for value in values]

    def without_raw(self) -> "LogData":
        """The same log without its raw streams, which take most of the memory."""
        kept = {name: columns for name, columns in self.topics.items() if not name.startswith("raw_")}
        return replace(self, topics=kept)

    def seconds(self, device_us: int) -> float:
        return (int(device_us) - self.start_us) / 1e6

    def times(self, topic: str) -> NDArray[np.float64]:
        """Times of a topic's records in seconds of the log; empty when the topic is not there."""
        stamps = self.topics.get(topic, {}).get("timestamp", np.empty(0, np.uint64))
        return (stamps.astype(np.int64) - self.start_us) / 1e6

    def column(self, topic: str, name: str) -> NDArray[Any] | None:
        return self.topics.get(topic, {}).get(name)

    def rows(self, topic: str) -> list[dict[str, int]]:
        """The records of a topic, each as a dictionary of integers."""
        columns = self.topics.get(topic, {})
        return [{name: int(values[i]) for name, values in columns.items()} for i in range(len(self.times(topic)))]

    def name(self, kind: str, number: int) -> str:
        """What `number` stands for; "rule 7" when the log does not say."""
        known = self.names.get(kind, ())
        if 0 <= number < len(known) and known[number]:
            return known[number]
        return f"{kind.rstrip('s').replace('_', ' ')} {number}"
