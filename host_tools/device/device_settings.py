"""Settings on the device: read and written as the two slots that the firmware keeps, by the firmware's own code."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from host_tools.device.backup import read_file
from host_tools.device.connection import Connection
from host_tools.device.device_files import DeviceFiles
from host_tools.errors import BadInput, Failed
from host_tools.sim.firmware_side import module

Settings = dict[str, Any]
_FOLDER = "/settings"


def read(device: Connection) -> tuple[Settings, list[str]]:
    """(the settings that count, why a slot could not be used)."""
    with TemporaryDirectory(prefix="rhomboid-settings-") as folder:
        _fetch(device, DeviceFiles(device), Path(folder))
        settings, reasons = module("rhomboid.settings.slots").Slots(folder).load()
    return settings, reasons


def change(device: Connection, changes: Settings) -> Settings:
    """Change settings and return all of them. Raises BadInput naming each that is wrong; then nothing changes."""
    slots = module("rhomboid.settings.slots")
    files = DeviceFiles(device)
    with TemporaryDirectory(prefix="rhomboid-settings-") as name:
        folder = Path(name)
        before = _fetch(device, files, folder)
        store = slots.Slots(name)
        settings, _ = store.load()
        settings.update(changes)
        try:
            store.save(settings)
        except slots.SaveError as error:
            raise BadInput(f"{error}; change the value") from error
        for path in folder.iterdir():
            data = path.read_bytes()
            if before.get(path.name) != data:
                files.replace(f"{_FOLDER}/{path.name}", data)
                if read_file(device, files, f"{_FOLDER}/{path.name}") != data:
                    raise Failed(f"{device.port}: the settings do not read back; the old ones still count; run doctor")
    return settings


def _fetch(device: Connection, files: DeviceFiles, folder: Path) -> dict[str, bytes]:
    """Copy the slots that there are into `folder`."""
    slots = {}
    for name in module("rhomboid.settings.slots").NAMES:
        data = read_file(device, files, f"{_FOLDER}/{name}")
        if data is not None:
            slots[name] = data
            (folder / name).write_bytes(data)
    return slots
