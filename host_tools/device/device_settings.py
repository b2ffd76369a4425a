"""Settings on the device: read and written as the two slots that the firmware keeps, by the firmware's own code."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from host_tools.device.backup import read_file
from host_tools.device.connection import Connection
from host_tools.device.device_files import DeviceFiles
from host_tools.device.settings_file import SlotFolder
from host_tools.errors import Failed
from host_tools.sim.firmware_side import module

Settings = dict[str, Any]
_FOLDER = "/settings"


def read(device: Connection) -> tuple[Settings, list[str]]:
    """(the settings that count, why a slot could not be used)."""
    with TemporaryDirectory(prefix="rhomboid-settings-") as folder:
        _fetch(device, DeviceFiles(device), Path(folder))
        settings, reasons = module("rhomboid.settings.slots").Slots(folder).load()
    return settings, reasons


def change(device: Connection, changes: Settings) -> tuple[Settings, list[str]]:
    """Change settings; answers all of them and the measured ones that no longer hold and are back at their defaults.

    Raises BadInput naming each that is wrong; then nothing changes.
    """
    with TemporaryDirectory(prefix="rhomboid-settings-") as name:
        files = DeviceFiles(device)
        before = _fetch(device, files, Path(name))
        answer = SlotFolder(Path(name)).change(changes)
        _send_back(device, files, Path(name), before)
    return answer


def undo(device: Connection) -> Settings:
    """Back to the settings before the last change. Raises Failed when the device keeps none."""
    with TemporaryDirectory(prefix="rhomboid-settings-") as name:
        files = DeviceFiles(device)
        before = _fetch(device, files, Path(name))
        settings = SlotFolder(Path(name)).undo()
        _send_back(device, files, Path(name), before)
    return settings


def _send_back(device: Connection, files: DeviceFiles, folder: Path, before: dict[str, bytes]) -> None:
    """The slots that differ from `before`."""
    for path in folder.iterdir():
        data = path.read_bytes()
        if before.get(path.name) != data:
            files.replace(f"{_FOLDER}/{path.name}", data)
            if read_file(device, files, f"{_FOLDER}/{path.name}") != data:
                raise Failed(f"{device.port}: the settings do not read back; the old ones still count; run doctor")


def _fetch(device: Connection, files: DeviceFiles, folder: Path) -> dict[str, bytes]:
    """Copy the slots that there are into `folder`."""
    slots = {}
    for name in module("rhomboid.settings.slots").NAMES:
        data = read_file(device, files, f"{_FOLDER}/{name}")
        if data is not None:
            slots[name] = data
            (folder / name).write_bytes(data)
    return slots
