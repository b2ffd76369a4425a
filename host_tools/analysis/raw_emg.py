"""The raw EMG of a log as runs of whole frames: counts, 1 kHz, every run without a hole.

The device gives up raw blocks when its buffer is full (no card) and loses frames when it stalls; the sequence number
of a block counts these frames too, so that each frame has its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis.log_data import UNDEFINED, LogData

FRAME_US = 1000
_BLOCK_TYPE = np.int16


@dataclass(frozen=True)
class Run:
    """counts: int16 (frames, channels). first: number of its first frame since power-on. start_us: its device time."""

    first: int
    start_us: int
    counts: NDArray[np.int16]

    @property
    def end(self) -> int:
        return self.first + len(self.counts)


@dataclass(frozen=True)
class RawEmg:
    """runs in order. disorder: blocks left out because their number or time goes backward (a damaged log)."""

    runs: Sequence[Run]
    channels: int
    disorder: int

    @property
    def frames(self) -> int:
        return sum(len(run.counts) for run in self.runs)

    @property
    def span_frames(self) -> int:
        """From the first to the last frame, holes included."""
        return self.runs[-1].end - self.runs[0].first if self.runs else 0


def raw_emg(log: LogData) -> RawEmg:
    """Empty when the log has none."""
    columns = log.topics.get("raw_emg", {})
    width = sum(name.startswith("samples[") for name in columns)
    channels = len(log.sites)
    if not width or not channels or width % channels or not len(columns["timestamp"]):
        return RawEmg((), channels, 0)
    frames = width // channels
    samples = np.column_stack([columns[f"samples[{k}]"] for k in range(width)]).astype(_BLOCK_TYPE)
    samples = samples.reshape(-1, frames, channels)
    filled = np.sum(samples[:, :, 0] != UNDEFINED, axis=1)  # a block cut by a gap is padded at its end
    first = columns["sequence"].astype(np.int64)
    times = columns["timestamp"].astype(np.int64)
    ordered = _ordered(first, filled, times)
    samples, filled, first, times = samples[ordered], filled[ordered], first[ordered], times[ordered]
    if not len(first):
        return RawEmg((), channels, int(len(ordered)))
    breaks = np.flatnonzero(first[1:] != first[:-1] + filled[:-1]) + 1
    runs = []
    for begin, end in zip([0, *breaks], [*breaks, len(first)], strict=True):
        whole = samples[begin:end].reshape(-1, channels)
        kept = np.arange(frames) < filled[begin:end, None]
        runs.append(Run(int(first[begin]), int(times[begin]), whole[kept.ravel()]))
    return RawEmg(runs, channels, int(np.sum(~ordered)))


def _ordered(first: NDArray[np.int64], filled: NDArray[np.int64], times: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Blocks that begin no earlier than every block before them has ended."""
    ends = np.maximum.accumulate(first + filled)
    latest = np.maximum.accumulate(times)
    good = np.ones(len(first), dtype=np.bool_)
    good[1:] = (first[1:] >= ends[:-1]) & (times[1:] >= latest[:-1])
    return good & (filled > 0)
