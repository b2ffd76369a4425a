"""Settings and logs of a device in one zip file, and back. The firmware is not in it: `flash` puts that on."""

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from host_tools.device.connection import Connection
from host_tools.device.device_files import DeviceFiles, program
from host_tools.device.transfer import receive
from host_tools.errors import BadInput, Failed

_FOLDERS = ("/settings", "/logs", "/sd/logs")
_FILES = ("/board",)
# what a backup may hold; a restore writes nothing else
_PATH = re.compile(r"/settings/[ab]\.json|(?:/sd)?/logs/(?:[A-Za-z0-9][A-Za-z0-9_-]{0,31}\.(?:ulg|ok)|number)|/board")
_CONTENTS = "contents.json"
_LARGEST_BYTES = 1 << 30
_SEGMENT_BYTES = 128 * 1024
_FRUITLESS_LIMIT = 5

# told the path, the bytes done and in all
Progress = Callable[[str, int, int], None]


@dataclass
class Restored:
    """written: paths that are on the device now. kept: paths that it had already, or has otherwise."""

    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def save(device: Connection, folder: Path, progress: Progress = lambda path, done, total: None) -> Path:
    """Write a new zip file in `folder` and return its path. Raises Failed."""
    files = DeviceFiles(device)
    device.run(program("pull"))
    found = files.hashes(_FOLDERS, _FILES)
    wanted = {path: sha256 for path, sha256 in found.items() if sha256 is not None and _PATH.fullmatch(path)}
    name = f"rhomboid_{re.sub('[^0-9a-f]', '', device.facts.unique_id)[-6:]}_{datetime.now():%Y%m%d-%H%M%S}.zip"
    target = folder / name
    part = target.with_name(name + ".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, sha256 in sorted(wanted.items()):
                archive.writestr(path[1:], _content(device, path, sha256, progress))
            archive.writestr(_CONTENTS, json.dumps({"machine": device.facts.machine, "files": wanted}, indent=1))
        os.replace(part, target)
    except OSError as error:
        raise Failed(f"{folder}: {error.strerror}; make room or choose another folder") from error
    finally:
        part.unlink(missing_ok=True)
    return target


def read_file(device: Connection, files: DeviceFiles, path: str) -> bytes | None:
    """A whole file of the device, proved by its hash; None when there is none."""
    sha256 = files.hashes(files=[path])[path]
    if sha256 is None:
        return None
    device.run(program("pull"))
    return _content(device, path, sha256, lambda path, done, total: None)


def _content(device: Connection, path: str, sha256: str, progress: Progress) -> bytes:
    """All bytes of a file of the device, proved by its hash."""
    content = bytearray()
    total = device.ask(f"print(os.stat({path!r})[6])")
    fruitless = 0
    while len(content) < total:
        blocks: list[bytes] = []
        receive(device, path, len(content), min(_SEGMENT_BYTES, total - len(content)), blocks)
        fruitless = 0 if blocks else fruitless + 1
        if fruitless == _FRUITLESS_LIMIT:
            break
        content += b"".join(blocks)
        progress(path, len(content), total)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Failed(f"{path}: what arrived is not what the device holds; repeat the command")
    return bytes(content)


def restore(device: Connection, archive_path: Path, progress: Progress = lambda path, done, total: None) -> Restored:
    """Write the settings and logs of a backup. A log that the device has otherwise is kept there.

    Raises BadInput when the file is no backup, Failed.
    """
    contents = _read(archive_path)
    files = DeviceFiles(device)
    found = files.hashes(files=list(contents))
    restored = Restored()
    for path, data in sorted(contents.items()):
        same = found[path] == hashlib.sha256(data).hexdigest()
        if same or (found[path] is not None and path.endswith(".ulg")):
            restored.kept.append(path)
            continue
        _put(files, path, data, progress)
        restored.written.append(path)
    written = files.hashes(files=restored.written)
    for path in restored.written:
        if written[path] != hashlib.sha256(contents[path]).hexdigest():
            raise Failed(f"{path}: reads back otherwise than it was written; repeat the command, then run doctor")
    return restored


def _put(files: DeviceFiles, path: str, data: bytes, progress: Progress) -> None:
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress(path, done, len(data))

    if path.endswith(".ulg"):
        files.write({path: data}, count)
    else:
        files.replace(path, data)


def _read(path: Path) -> dict[str, bytes]:
    """Contents by device path, each proved by its hash."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > _LARGEST_BYTES:
                raise BadInput(f"{path}: larger than any device; this is no backup")
            listed = json.loads(archive.read(_CONTENTS))["files"]
            contents = {str(name): archive.read(str(name)[1:]) for name in listed}
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such file; check the path") from error
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"{path}: not a backup of a device ({error}); name a file that `rhomboid backup` wrote"
        ) from error
    for name, data in contents.items():
        if not _PATH.fullmatch(name):
            raise BadInput(f"{path}: {ascii(name)[:60]} does not belong in a backup; nothing was written")
        if hashlib.sha256(data).hexdigest() != listed[name]:
            raise BadInput(f"{path}: {name} is damaged in it; nothing was written")
    return contents
