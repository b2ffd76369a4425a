"""Settings in files: a plain JSON object, or the two slots of a device in a folder, by the firmware's own code.

The version before a change is kept: in the other slot, or beside a plain file as NAME.before; undo() goes back to it.
"""

import json
import os
from pathlib import Path
from typing import Any

from host_tools.errors import BadInput, Failed
from host_tools.sim.firmware_side import module, read_settings

Settings = dict[str, Any]


class PlainFile:
    """A JSON object with some of the settings. What it leaves out has its default."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._before = path.with_name(path.name + ".before")

    def load(self) -> tuple[Settings, list[str]]:
        """(settings in full, nothing). Raises BadInput naming every wrong setting."""
        return module("rhomboid.settings.schema").complete(read_settings(self.path)), []

    def change(self, changes: Settings) -> tuple[Settings, list[str]]:
        """(settings in full, the measured ones that no longer hold and are back at their defaults)."""
        schema = module("rhomboid.settings.schema")
        old = read_settings(self.path) if self.path.exists() else {}
        new, forgotten = _changed(old, changes)
        # only what was given is written, so that the file stays short
        kept = {key: value for key, value in new.items() if key in old or key in changes or key in forgotten}
        try:
            if old:
                self._before.write_bytes(self.path.read_bytes())
            self.path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise BadInput(f"{self.path}: {error.strerror}; choose another file") from error
        return schema.complete(new), forgotten

    def undo(self) -> Settings:
        """Back to the version before the last change; another undo() takes that back."""
        if not self._before.is_file():
            raise Failed(f"{self.path}: no earlier version is kept; nothing was changed")
        swap = self.path.with_name(self.path.name + ".swap")
        os.replace(self.path, swap)
        os.replace(self._before, self.path)
        os.replace(swap, self._before)
        return self.load()[0]


class SlotFolder:
    """The folder /settings of a device, pulled or backed up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._slots = module("rhomboid.settings.slots")
        self._store = self._slots.Slots(str(folder))

    def load(self) -> tuple[Settings, list[str]]:
        """(the settings that count, why a slot could not be used)."""
        return self._store.load()

    def change(self, changes: Settings) -> tuple[Settings, list[str]]:
        """Write the slot that does not count, so that it counts; answers as PlainFile.change does. Raises BadInput."""
        new, forgotten = _changed(self._store.load()[0], changes)
        self._save(new)
        return new, forgotten

    def undo(self) -> Settings:
        """Make the settings of the other slot count again. Raises Failed when it holds none."""
        versions = []
        for name in self._slots.NAMES:
            path = self.folder / name
            if path.is_file():
                try:
                    versions.append(self._slots.decode(path.read_bytes()))
                except self._slots.SlotError as error:
                    raise Failed(f"settings slot {name}: {error}; there is no earlier version to go back to") from error
        if len(versions) < 2:
            raise Failed("settings: no earlier version is kept; nothing was changed")
        before: Settings = min(versions, key=lambda version: version[1])[0]
        self._save(before)
        return before

    def _save(self, settings: Settings) -> None:
        try:
            self._store.save(settings)
        except self._slots.SaveError as error:
            raise BadInput(f"{error}; change the value") from error


def open_settings(path: Path) -> PlainFile | SlotFolder:
    """What lies at `path`: a folder with slots, one of its slots, or a plain file (which need not exist yet)."""
    names = module("rhomboid.settings.slots").NAMES
    if path.is_dir():
        if not any((path / name).is_file() for name in names):
            raise BadInput(f"{path}: holds neither {' nor '.join(names)}; name a settings folder or file")
        return SlotFolder(path)
    if path.is_file() and path.name in names and path.read_bytes().startswith(b"rhomboid-settings "):
        return SlotFolder(path.parent)
    return PlainFile(path)


def _changed(settings: Settings, changes: Settings) -> tuple[Settings, list[str]]:
    schema = module("rhomboid.settings.schema")
    new, forgotten = schema.changed(settings, changes)
    found = schema.problems(new)
    if found:
        raise BadInput(f"settings: {'; '.join(found)}; change the value")
    return new, forgotten


def ranges() -> list[tuple[str, str, str]]:
    """(key, what it may be with its unit, default) of every setting."""
    return [
        (setting.key, setting.permitted(), json.dumps(setting.default))
        for setting in module("rhomboid.settings.schema").SETTINGS
    ]
