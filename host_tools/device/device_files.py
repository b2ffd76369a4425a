"""Files on the device: hashes, writing, room. The programs in on_device/ do the work there."""

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from host_tools.device.connection import Connection, DeviceError
from host_tools.errors import Failed

_PROGRAMS = Path(__file__).with_name("on_device")
# one program text per batch: small enough for the free heap of an RP2040 (source, its strings and their bytes), and
# large enough that the turn of the line (25 ms where mpremote polls) does not count
_BATCH_BYTES = 6000
_HASHING_S = 60.0  # the silence while a device hashes a megabyte and more
_ENOSPC = ("ENOSPC", "Errno 28")


def program(name: str) -> str:
    """Source of a program of on_device/."""
    return (_PROGRAMS / f"{name}.py").read_text()


@dataclass(frozen=True)
class Storage:
    """Bytes of the device's filesystem."""

    total: int
    free: int


class DeviceFiles:
    """Files of one connected device. Its methods raise Failed (disk full, unplugged) with the remedy."""

    def __init__(self, device: Connection) -> None:
        self._device = device
        device.run(program("files"))

    def hashes(self, folders: Iterable[str] = (), files: Iterable[str] = ()) -> dict[str, str | None]:
        """SHA-256 by path: of every file under `folders`, and of `files` (None: no such file)."""
        return self._device.ask(f"_r_hashes({list(folders)!r}, {list(files)!r})", _HASHING_S)

    def storage(self, folder: str = "/") -> Storage:
        """How large the filesystem of `folder` is, and how much is free; 0 and 0 when there is no such folder."""
        return Storage(*self._device.ask(f"_r_storage({folder!r})"))

    def text(self, path: str) -> str | None:
        """The first 64 characters of a file, None when it is missing."""
        return self._device.ask(f"_r_text({path!r})")

    def lines(self, path: str) -> list[str]:
        """The lines of a small file, none when it is missing."""
        return str(self._device.ask(f"_r_text({path!r}, 4096)") or "").splitlines()

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files; those that are missing do not matter."""
        self._device.run(f"_r_remove({list(paths)!r})", _HASHING_S)

    def copy(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Copy files on the device, (source, target) each."""
        for source, target in pairs:
            self._guarded(f"_r_copy({source!r}, {target!r})")

    def write(self, contents: Mapping[str, bytes], sent: Callable[[int], None]) -> None:
        """Write files; `sent` is told the number of bytes that each step has brought over."""
        batch, length, count = "", 0, 0
        for path, data in contents.items():
            mode = "wb"
            for at in range(0, max(len(data), 1), _BATCH_BYTES * 3 // 4):
                piece = data[at : at + _BATCH_BYTES * 3 // 4]
                line = f"_r_put({path!r}, {_text(piece)!r}, {mode!r})\n"
                if batch and length + len(line) > _BATCH_BYTES * 5 // 4:
                    self._guarded(batch)
                    sent(count)
                    batch, length, count = "", 0, 0
                batch += line
                length += len(line)
                count += len(piece)
                mode = "ab"
        if batch:
            self._guarded(batch)
            sent(count)

    def replace(self, path: str, data: bytes) -> None:
        """Write a small file by one rename: a cut leaves the old or the new one."""
        self._guarded(f"_r_replace({path!r}, {_text(data)!r})")

    def _guarded(self, code: str) -> None:
        try:
            self._device.run("gc.collect()\n" + code, _HASHING_S)
        except DeviceError as error:
            if any(word in error.last_line for word in _ENOSPC):
                raise Failed(
                    f"{self._device.port}: the device's storage is full; run `rhomboid pull --free` first"
                ) from error
            raise


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
