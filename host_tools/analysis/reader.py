"""Logs as tables: everything readable of a whole, cut or damaged log, with a flag per record and what is missing.

Frames and checkpoints are checked first (framing.py); pyulog reads what is well-formed.
"""

import io
import mmap
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyulog import ULog

from host_tools.analysis.framing import MAGIC, frame
from host_tools.errors import BadInput

Advance = Callable[[float], None]
Columns = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Log:
    """One log.

    topics: name -> columns of equal length, array fields as "field[0]", "field[1]"...; names and units as in design
    section 9. verified: for each topic True where a checkpoint proves the record; only a damaged or cut log has others.
    info: texts and numbers, a list where the log gives several. parameters: settings and calibration.
    complete: the device closed this log. problems: what is damaged, missing or not certain, as sentences.
    """

    file: str
    start_us: int
    topics: Mapping[str, Columns]
    verified: Mapping[str, NDArray[np.bool_]]
    info: Mapping[str, str | int | Sequence[str]]
    parameters: Mapping[str, int | float]
    complete: bool
    problems: Sequence[str]


def read(path: Path, advance: Advance | None = None, without: Collection[str] = ()) -> Log:
    """Read a log file. Raises BadInput when it cannot be opened or is no log at all.

    advance: told the share done. without: topics that are left out, which saves their memory.
    """
    try:
        with path.open("rb") as file:
            if not path.stat().st_size:
                return read_bytes(b"", str(path))
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return read_bytes(data, str(path), advance, without)
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def read_bytes(
    data: bytes | mmap.mmap, name: str, advance: Advance | None = None, without: Collection[str] = ()
) -> Log:
    """The same from bytes; `name` is for messages. Raises BadInput when they are no log."""
    framing = frame(data, advance, without)
    if not framing.verified and data[: len(MAGIC)] != MAGIC:
        raise BadInput(f"{name}: not a log (ULog): nothing in it can be read")
    ulog = ULog(io.BytesIO(framing.clean))
    topics = {item.name: item.data for item in ulog.data_list}
    info: dict[str, str | int | Sequence[str]] = dict(ulog.msg_info_dict)
    info |= {key: ["".join(parts) for parts in values] for key, values in ulog.msg_info_multiple_dict.items()}
    complete = info.get("end") == "complete"
    problems = list(framing.problems)
    if "end" not in info:
        problems.append("The log has no end: the device lost power or was reset before it closed the log.")
    elif not complete:
        problems.append(f"Recording stopped early: {info['end']}.")
    return Log(
        file=name,
        start_us=ulog.start_timestamp,
        topics=topics,
        verified={name: np.array(flags, dtype=np.bool_) for name, flags in framing.verified.items()},
        info=info,
        parameters=ulog.initial_parameters,
        complete=complete,
        problems=problems,
    )
