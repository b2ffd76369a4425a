"""`rhomboid settings`: show, check, change and reset the settings of the device, or of a file."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from host_tools.cli.port_option import Port
from host_tools.errors import BadInput, Failed

Settings = dict[str, Any]


def command(
    changes: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="What to change.")] = None,
    port: Port = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="Instead of the device: a settings file (JSON), a slot or a folder of slots."),
    ] = None,
    reset: Annotated[list[str] | None, typer.Option(help="Back to the default, repeatable; `all` for all.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Back to the version before the last change.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only check: exit code 1 when a slot is damaged.")] = False,
    ranges: Annotated[bool, typer.Option("--ranges", help="What each setting may be.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Without KEY=VALUE: show and check. Lists are written 1,2,3 or as JSON; objects as JSON."""
    if ranges:
        from host_tools.device.settings_file import ranges as permitted

        for key, words, default in permitted():
            print(f"{key:24} {words}; default {default}")
        return
    wanted = _defaults(reset or []) | _changes(changes or [])
    if undo and wanted:
        raise BadInput("--undo: goes back to the version before; leave KEY=VALUE and --reset out")
    if file is not None:
        settings, reasons, forgotten = _in_file(file, wanted, undo)
    else:
        settings, reasons, forgotten = _on_device(port, wanted, undo)
    if check:
        if reasons:
            raise Failed("; ".join(reasons))
        print("settings: right")
        return
    print(json.dumps(settings, indent=1) if as_json else _table(settings))
    for reason in reasons:
        print(reason, file=sys.stderr)
    if forgotten:
        print(f"no longer holds, measure again: {', '.join(forgotten)}", file=sys.stderr)


def _on_device(port: str | None, wanted: Settings, undo: bool) -> tuple[Settings, list[str], list[str]]:
    from host_tools.device import device_settings
    from host_tools.device.connection import connected

    with connected(port) as device:
        if undo:
            return device_settings.undo(device), [], []
        if wanted:
            settings, forgotten = device_settings.change(device, wanted)
            return settings, [], forgotten
        return *device_settings.read(device), []


def _in_file(file: Path, wanted: Settings, undo: bool) -> tuple[Settings, list[str], list[str]]:
    from host_tools.device.settings_file import open_settings

    store = open_settings(file)
    if undo:
        return store.undo(), [], []
    if wanted:
        settings, forgotten = store.change(wanted)
        return settings, [], forgotten
    return *store.load(), []


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
        if isinstance(known[key].default, list) and not isinstance(values[key], list):
            # 1,2,3 or UT,LT
            items = [item.strip() for item in text.split(",") if item.strip()]
            values[key] = [int(item) if item.lstrip("-").isdigit() else item for item in items]
    _check_cues(values.get("cue_patterns"))
    return values


def _check_cues(patterns: Any) -> None:
    from host_tools.sim.firmware_side import module

    known = [cue[0] for cue in module("rhomboid.haptics.language").CUES]
    unknown = [name for name in patterns if name not in known] if isinstance(patterns, dict) else []
    if unknown:
        raise BadInput(f"cue_patterns: no cue is called {', '.join(unknown)}; there are {', '.join(known)}")


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
