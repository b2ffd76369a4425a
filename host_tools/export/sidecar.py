"""The sidecar of an export: where the data comes from, its times and units, and everything that was done to it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from host_tools.errors import BadInput
from host_tools.export.source import Source


def sidecar(source: Source, done: Sequence[str], **more: object) -> dict[str, object]:
    """done: sentences on what was changed between log and export, and what was not."""
    log = source.log
    return {
        "source": {"file": source.path.name, "sha256": source.sha256},
        "made_by": "rhomboid export",
        "time": {
            "began": source.clock.text(log.start_us) or None,
            "wall_time": source.clock.source,
            "local_minus_utc_minutes": source.clock.offset_minutes,
            "device_us_at_zero": log.start_us,
        },
        "device": {
            key: log.info[key] for key in ("sys_name", "ver_hw", "ver_sw", "side", "exercise") if key in log.info
        },
        "emg_sites": list(log.sites),
        "settings": dict(sorted(log.settings.items())),
        "note": _note(source),
        "done": list(done),
        "damage": list(log.damage),
        **more,
    }


def _note(source: Source) -> Mapping[str, object]:
    note = source.note
    told = {"rpe": note.rpe, "external_load_kg": note.external_load_kg, "remarks": note.remarks or None}
    return {key: value for key, value in told.items() if value is not None}


def write_text(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path}: cannot be written: {error.strerror or error}") from error


def write_json(path: Path, content: object) -> None:
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
