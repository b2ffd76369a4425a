"""`rhomboid settings`: show, check, change and reset the settings of the device, or of a file."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from host_tools.cli.port_option import Port
from host_tools.errors import BadInput


def command(
    changes: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="What to change.")] = None,
    port: Port = None,
    file: Annotated[Path | None, typer.Option("--file", help="A settings file (JSON) instead of the device.")] = None,
    reset: Annotated[list[str] | None, typer.Option(help="Back to the default, repeatable; `all` for all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Without KEY=VALUE: show and check. Lists and objects are written as JSON: emg_sites='["UT","LT"]'."""
    wanted = _changes(changes or []) | _defaults(reset or [])
    if file is not None:
        settings, reasons = _in_file(file, wanted)
    else:
        settings, reasons = _on_device(port, wanted)
    print(json.dumps(settings, indent=1) if as_json else _table(settings))
    for reason in reasons:
        print(reason)


def _on_device(port: str | None, wanted: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    from host_tools.device import device_settings
    from host_tools.device.connection import connected

    with connected(port) as device:
        if wanted:
            return device_settings.change(device, wanted), []
        return device_settings.read(device)


def _in_file(file: Path, wanted: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    from host_tools.sim.firmware_side import module, read_settings

    schema = module("rhomboid.settings.schema")
    settings = read_settings(file) if file.exists() or not wanted else {}
    if wanted:
        settings |= wanted
        found = schema.problems(settings)
        if found:
            raise BadInput(f"{file}: {'; '.join(found)}; change the value")
        try:
            file.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise BadInput(f"{file}: {error.strerror}; choose another file") from error
    return schema.complete(settings), []


def _changes(words: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    known = _schema()
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or key not in known:
            raise BadInput(f"{word}: not KEY=VALUE with one of the settings {', '.join(known)}")
        try:
            values[key] = json.loads(text)
        except json.JSONDecodeError:
            values[key] = text
    return values


def _defaults(keys: list[str]) -> dict[str, Any]:
    from host_tools.sim.firmware_side import default_settings

    defaults = default_settings()
    if "all" in keys:
        return defaults
    for key in keys:
        if key not in defaults:
            raise BadInput(f"--reset {key}: no such setting; there are {', '.join(defaults)} and all")
    return {key: defaults[key] for key in keys}


def _schema() -> dict[str, Any]:
    from host_tools.sim.firmware_side import module

    return {setting.key: setting for setting in module("rhomboid.settings.schema").SETTINGS}


def _table(settings: dict[str, Any]) -> str:
    known = _schema()
    lines = []
    for key, value in settings.items():
        setting = known.get(key)
        unit = f" {setting.unit}" if setting is not None and setting.unit else ""
        note = "" if setting is None or value != setting.default else "  (default)"
        lines.append(f"{key:24} {json.dumps(value)}{unit}{note}")
    return "\n".join(lines)
