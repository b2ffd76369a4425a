"""Bring a device up to date: what changed goes into the slot that is not in use, then one rename switches.

Cut anywhere, the device boots the old version or the new one: the manifest is the first file of the slot to go and the
last to come, /active changes by a rename after everything has been hashed on the device. Settings and logs are never
touched.
"""

from collections.abc import Callable
from dataclasses import dataclass

from host_tools.device.bundle import MANIFEST, Bundle
from host_tools.device.connection import Connection
from host_tools.device.device_files import DeviceFiles
from host_tools.errors import Failed

SLOTS = ("a", "b")
_ACTIVE = "/active"
_CRASH = "/crash"  # what the firmware before this one has died of
_BOOTS = "/boots"
# littlefs gives every file its own block
_BLOCK_BYTES = 4096

# told the bytes sent so far and in all
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Flashed:
    """What was done. sent: paths that came over the cable; copied: files that the device had already, elsewhere.

    new_storage: this computer's program has never seen the file system: a new device, or one that was formatted.
    """

    version: str
    slot: str
    sent: tuple[str, ...]
    copied: int
    new_storage: bool


def flash(device: Connection, bundle: Bundle, progress: Progress = lambda done, total: None) -> Flashed:
    """Install `bundle`. Raises Failed when the cable is pulled, the storage is full, or what was written is wrong."""
    files = DeviceFiles(device)
    root = {f"/{file.path}": file for file in bundle.root}
    found = files.hashes([f"/app_{slot}" for slot in SLOTS], [*root, _ACTIVE, _CRASH])
    active = files.text(_ACTIVE) if found[_ACTIVE] is not None else None
    sent: dict[str, bytes] = {}
    stale_root = {path: file.data for path, file in root.items() if found[path] != file.sha256}
    if active in SLOTS and _holds(bundle, active, found):
        slot, copied = active, 0
    else:
        slot = "b" if active == "a" else "a"
        sent, copied = _fill(files, bundle, slot, found, progress)
        files.replace(_ACTIVE, slot.encode())
    # the new application knows the old boot.py and main.py; these are replaced one by one
    for path, data in stale_root.items():
        files.replace(path, data)
    if found[_CRASH] is not None:
        files.remove([_CRASH])
    return Flashed(bundle.version, slot, (*sent, *stale_root), copied, storage_seen(files))


def storage_seen(files: DeviceFiles) -> bool:
    """True when the file system is new to the computer; from now on it is known (firmware: supervision/boots.py)."""
    words = (files.text(_BOOTS) or "").split()
    if len(words) == 1 and words[0].isdigit():
        return False
    files.replace(_BOOTS, (words[0] if words and words[0].isdigit() else "0").encode())
    return True


def _holds(bundle: Bundle, slot: str, found: dict[str, str | None]) -> bool:
    """True when the slot holds exactly this bundle."""
    return found.get(f"/app_{slot}/{MANIFEST}") == bundle.manifest_sha256 and not _missing(bundle, slot, found)


def _missing(bundle: Bundle, slot: str, found: dict[str, str | None]) -> dict[str, bytes]:
    """Contents by path of the files that the slot has not, or has otherwise."""
    wanted = {f"/app_{slot}/{file.path}": file for file in bundle.slot}
    return {path: file.data for path, file in wanted.items() if found.get(path) != file.sha256}


def _fill(
    files: DeviceFiles, bundle: Bundle, slot: str, found: dict[str, str | None], progress: Progress
) -> tuple[dict[str, bytes], int]:
    """Make the slot hold the bundle, and prove it. Returns what was sent, and how many files were copied."""
    folder = f"/app_{slot}/"
    manifest = folder + MANIFEST
    wanted = {folder + file.path for file in bundle.slot}
    files.remove([manifest, *(path for path in found if path.startswith(folder) and path not in wanted)])
    missing = _missing(bundle, slot, found)
    here = {sha256: path for path, sha256 in found.items() if path.startswith("/app_") and not path.startswith(folder)}
    sha256 = {folder + file.path: file.sha256 for file in bundle.slot}
    copies = [(here[sha256[path]], path) for path in missing if sha256[path] in here]
    sent = {path: data for path, data in missing.items() if sha256[path] not in here}
    _make_sure_of_room(files, missing, found)
    files.copy(copies)
    done = 0
    total = sum(map(len, sent.values()))

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress(done, total)

    files.write(sent, count)
    written = files.hashes([folder])
    wrong = [path for path in wanted if written.get(path) != sha256[path]]
    if wrong:
        raise Failed(f"{wrong[0]}: reads back otherwise than it was written; repeat the command, then run doctor")
    files.write({manifest: bundle.manifest}, lambda more: None)
    return sent, len(copies)


def _make_sure_of_room(files: DeviceFiles, missing: dict[str, bytes], found: dict[str, str | None]) -> None:
    new = [data for path, data in missing.items() if found.get(path) is None]
    needed = sum(-(-len(data) // _BLOCK_BYTES) + 1 for data in new) * _BLOCK_BYTES
    free = files.storage().free
    if free < needed:
        raise Failed(
            f"the device's storage is full: {needed // 1024} KB needed, {free // 1024} KB free; "
            "run `rhomboid pull --free` first"
        )
