"""What every export begins with: the log, its note, its clock, its raw EMG."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from host_tools.analysis.log_data import LogData
from host_tools.analysis.note import Note, read_note
from host_tools.analysis.raw_emg import RawEmg, raw_emg
from host_tools.analysis.training_log import read
from host_tools.analysis.wall_clock import WallClock, wall_clock
from host_tools.errors import BadInput

LONGEST_H = 48  # a log that claims more has a damaged time or frame number


@dataclass(frozen=True)
class Source:
    path: Path
    log: LogData
    note: Note
    clock: WallClock

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    @cached_property
    def has_emg(self) -> bool:
        return bool(raw_emg(self.log).runs)

    @cached_property
    def emg(self) -> RawEmg:
        """Raises BadInput when the log has none, or claims more than LONGEST_H of it."""
        found = raw_emg(self.log)
        if not found.runs:
            raise BadInput(
                f"{self.path}: holds no raw EMG, which edf, bdf and bids need; record with the setting raw_emg = 1, "
                "or export csv or parquet"
            )
        if found.span_frames > LONGEST_H * 3_600_000:
            raise BadInput(f"{self.path}: its raw EMG spans more than {LONGEST_H} h: a number in the log is damaged")
        return found


def open_source(path: Path, advance: Callable[[float], None] | None = None) -> Source:
    """Raises BadInput. advance: told the share that was read."""
    log = read(path, advance)
    note = read_note(path)
    return Source(path, log, note, wall_clock(log, note))
