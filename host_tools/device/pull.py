"""Bring new logs from the device: resumed where a cut left off, proved by hash, never outside the target folder.

A log that the host holds and has proved gets a marker beside it on the device (NNNNN.ok with its length): only such
logs may ever make room there.
"""

import contextlib
import hashlib
import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from host_tools.analysis.reader import read_bytes
from host_tools.device.connection import EARLIEST_YEAR, Connection
from host_tools.device.device_files import DeviceFiles, program
from host_tools.device.flash import storage_seen
from host_tools.device.transfer import receive
from host_tools.errors import BadInput, Failed

# internal flash, and a microSD card when one is mounted
FOLDERS = {"/logs": "", "/sd/logs": "sd_"}
_SEGMENT_BYTES = 128 * 1024  # one program run on the device; a spoilt block costs a new one
_FRUITLESS_LIMIT = 5  # segments in a row that bring nothing: the line is bad, not unlucky
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}\.ulg")
_LISTED_LIMIT = 10_000
_HASHING_S = 60.0
_HEAD_BYTES = 16 * 1024  # definitions and texts of a log stand there
_PART = ".part"
_CLOCK_IS_SET_S = datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC).timestamp()

# told the log's name, the bytes that are here and in all
Progress = Callable[[str, int, int], None]


@dataclass
class Pulled:
    """logs: files that are new here. known: how many were here already. refused: what was not taken, with the reason.

    closed_utc: when the device closed a new log; missing where its clock was set neither then nor later in that boot.
    received: bytes of logs that came over the cable. freed: bytes that are free again on the device.
    new_storage: the device's file system is new to the computer: what was on one before is gone.
    """

    logs: list[Path] = field(default_factory=list)
    closed_utc: dict[Path, datetime] = field(default_factory=dict)
    known: int = 0
    refused: list[str] = field(default_factory=list)
    received: int = 0
    freed: int = 0
    new_storage: bool = False


@dataclass(frozen=True)
class DeviceLog:
    """A log on the device; verified: length that a host has proved to hold, -1 for none.

    closed_s: when it was closed, Unix seconds by the device's calendar, which may have been unset.
    """

    folder: str
    name: str
    count: int
    verified: int
    closed_s: int

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.name}"


def pull(
    device: Connection,
    folder: Path,
    free: bool = False,
    progress: Progress = lambda name, done, total: None,
    pulled: Pulled | None = None,
) -> Pulled:
    """Bring every log that is not in `folder` yet; `free` then removes all proved ones from the device.

    pulled: filled as it goes, so that a caller knows what was done before an error. Raises Failed.
    """
    pulled = pulled if pulled is not None else Pulled()
    files = DeviceFiles(device)
    device.run(program("pull"))
    pulled.new_storage = storage_seen(files)
    late = _set_later(files)
    logs = [log for where in FOLDERS for log in _listed(device, where, files.storage(where).total, pulled)]
    # nothing that the device says of itself names a path unchecked
    prefix = re.sub(r"[^0-9a-f]", "", device.facts.unique_id)[-6:] or "device"
    try:
        for log in logs:
            target = folder / f"{prefix}_{FOLDERS[log.folder]}{log.name}"
            if target.exists() and log.verified == log.count == target.stat().st_size:
                pulled.known += 1
            else:
                _bring(device, files, log, target, late, progress, pulled)
            if free:
                _free(device, files, log, target, pulled)
    except OSError as error:
        raise Failed(
            f"{folder}: {error.strerror}; make room or choose another --out, then repeat the command"
        ) from error
    return pulled


def _listed(device: Connection, folder: str, storage_bytes: int, pulled: Pulled) -> list[DeviceLog]:
    """The logs of one folder whose names and lengths can be true, oldest first."""
    lines = device.run(f"_r_logs({folder!r})").splitlines()
    logs = []
    for line in lines[:_LISTED_LIMIT]:
        try:
            name, count, verified, closed_s = json.loads(line)
            name, count, verified, closed_s = str(name), int(count), int(verified), int(closed_s)
        except (ValueError, TypeError):
            pulled.refused.append(f"{_shown(line)}: not a log entry; run doctor")
            continue
        if not _NAME.fullmatch(name):
            pulled.refused.append(f"{_shown(name)}: not the name of a log, left on the device")
        elif not 0 <= count <= storage_bytes:
            pulled.refused.append(
                f"{name}: {count} bytes cannot be on a storage of {storage_bytes}, left on the device"
            )
        else:
            logs.append(DeviceLog(folder, name, count, verified, closed_s))
    return sorted(logs, key=lambda log: log.name)


def _shown(text: str) -> str:
    """Text of the device, fit for a terminal."""
    return ascii(text)[:60]


def _set_later(files: DeviceFiles) -> dict[int, int]:
    """Seconds to add to the clock of a boot that began without the date: noted when this computer set it."""
    found = {}
    for line in files.lines("/clock"):
        words = line.split()
        if len(words) == 2 and all(word.isdigit() for word in words):
            found[int(words[0])] = int(words[1])
    return found


def _closed_utc(log: DeviceLog, file: Path, late: dict[int, int]) -> datetime | None:
    """When the device closed this log, None when that is not known."""
    closed_s = log.closed_s
    if closed_s < _CLOCK_IS_SET_S and late:
        with contextlib.suppress(BadInput):
            boots = read_bytes(file.read_bytes()[:_HEAD_BYTES], file.name).info.get("boots")
            closed_s += late.get(boots, 0) if isinstance(boots, int) else 0
    return datetime.fromtimestamp(closed_s, UTC) if _CLOCK_IS_SET_S <= closed_s <= time.time() + 86400 else None


def _bring(
    device: Connection,
    files: DeviceFiles,
    log: DeviceLog,
    target: Path,
    late: dict[int, int],
    progress: Progress,
    pulled: Pulled,
) -> None:
    sha256 = files.hashes(files=[log.path])[log.path]
    if sha256 is None:
        pulled.refused.append(f"{log.name}: cannot be read on the device; run doctor")
        return
    target = _place(target, sha256)
    if target.exists():
        pulled.known += 1
    else:
        part = target.with_name(target.name + _PART)
        _resume(device, log, part, progress, pulled)
        if _sha256(part) != sha256:
            part.unlink()
            raise Failed(f"{log.name}: what arrived is not what the device holds; repeat the command")
        os.replace(part, target)
        pulled.logs.append(target)
        closed_utc = _closed_utc(log, target, late)
        if closed_utc is not None:
            pulled.closed_utc[target] = closed_utc
    files.replace(f"{log.path[:-4]}.ok", str(log.count).encode())


def _place(target: Path, sha256: str) -> Path:
    """Where this content goes: another log of the same name (a device that was formatted) keeps its place."""
    if not target.exists() or _sha256(target) == sha256:
        return target
    return target.with_name(f"{target.stem}_{sha256[:8]}{target.suffix}")


def _resume(device: Connection, log: DeviceLog, part: Path, progress: Progress, pulled: Pulled) -> None:
    """Fill `part` up to the length of the log; what is there already is used when it is the log's beginning."""
    part.parent.mkdir(parents=True, exist_ok=True)
    offset = part.stat().st_size if part.exists() else 0
    if offset:
        same = offset <= log.count and _prefix_sha256(device, log.path, offset) == _sha256(part)
        offset = offset if same else 0
    with part.open("r+b" if offset else "wb") as file:
        file.seek(offset)
        fruitless = 0
        while offset < log.count:
            blocks: list[bytes] = []
            try:
                receive(device, log.path, offset, min(_SEGMENT_BYTES, log.count - offset), blocks)
            finally:  # what came before the cable was pulled is not sent again
                arrived = b"".join(blocks)
                file.write(arrived)
                file.flush()
                offset += len(arrived)
                pulled.received += len(arrived)
            progress(log.name, offset, log.count)
            fruitless = 0 if arrived else fruitless + 1
            if fruitless == _FRUITLESS_LIMIT:
                raise Failed(f"{device.port}: the line spoils the data; use another cable, without a hub")


def _prefix_sha256(device: Connection, path: str, count: int) -> str:
    return device.ask(f"print(json.dumps(_r_sha256({path!r}, {count})))", _HASHING_S)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _free(device: Connection, files: DeviceFiles, log: DeviceLog, target: Path, pulled: Pulled) -> None:
    """Remove a log from the device when this computer holds exactly it."""
    sha256 = files.hashes(files=[log.path])[log.path]
    if sha256 is None:
        return
    held = [target, target.with_name(f"{target.stem}_{sha256[:8]}{target.suffix}")]
    if any(file.exists() and _sha256(file) == sha256 for file in held):
        device.run(f"_r_free({log.folder!r}, {log.name!r})")
        pulled.freed += log.count
