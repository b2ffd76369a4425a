"""What the firmware itself says about settings and exercises: its own modules that also run on CPython."""

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from host_tools.errors import BadInput

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"

Settings = dict[str, Any]
# what the auto-calibration of the virtual motor drivers finds (twin/board/virtual/drv2605l.py): a first start is no
# training session
CALIBRATED_TACTORS = [0x0D, 0x6E, 1] * 2


def module(name: str) -> ModuleType:
    """A module of the firmware, imported by CPython: settings, exercises, board names."""
    if str(FIRMWARE) not in sys.path:
        # last, so that boot.py and main.py hide nothing
        sys.path.append(str(FIRMWARE))
    return importlib.import_module(name)


def exercise_names() -> tuple[str, ...]:
    """Exercises that the firmware can coach."""
    return tuple(module("rhomboid.coaching.exercises").NAMES)


def default_settings() -> Settings:
    """Every setting at its default."""
    return module("rhomboid.settings.schema").defaults()


def read_settings(path: Path) -> Settings:
    """The settings given in a JSON file, in the present schema, not completed.

    Raises BadInput naming the file and every wrong setting.
    """
    if not path.is_file():
        raise BadInput(f"--settings {path}: no such file; check the path")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"--settings {path}: not JSON ({error}); mend that line") from error
    if not isinstance(values, dict):
        raise BadInput(f'--settings {path}: not a JSON object; write {{"setting": value, ...}}')
    schema = module("rhomboid.settings.schema")
    if "schema" in values:
        try:
            values = schema.migrate(values)
        except ValueError as error:
            raise BadInput(f"--settings {path}: {error}; take that line out") from error
    found = schema.problems(values)
    if found:
        raise BadInput(f"--settings {path}: {'; '.join(found)}; change the file")
    return values


def write_slot(values: Settings, path: Path) -> None:
    """Write a settings slot as a device that has been set up stores it; BadInput when the settings contradict."""
    if not values.get("drv_calibration"):
        values = values | {"drv_calibration": CALIBRATED_TACTORS}
    schema = module("rhomboid.settings.schema")
    found = schema.problems(values)
    if found:
        raise BadInput(f"settings: {'; '.join(found)}; change the options or the settings file")
    path.write_bytes(module("rhomboid.settings.slots").encode(values, 1))
