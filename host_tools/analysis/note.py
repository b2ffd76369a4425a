"""What the device cannot know about a workout, told by its people: a small JSON file beside the log.

FILE.ulg has FILE.note.json: {"rpe": 0..10, "external_load_kg": number, "remarks": text,
"began_utc": "2026-05-04T17:03:10Z", "utc_offset_minutes": 120, "athlete": name}. Every key may be missing.
`began_utc` is the wall time of the log's first moment, which `pull` knows from the device's clock.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from host_tools.errors import BadInput

MOST_BYTES = 100_000  # a remark is no book; a larger file is something else
_REMEDY = "correct the file or delete it"


@dataclass(frozen=True)
class Note:
    """rpe 0..10 of the whole session; external_load_kg; None = not told."""

    rpe: float | None = None
    external_load_kg: float | None = None
    remarks: str = ""
    athlete: str = ""
    began_utc: datetime | None = None
    utc_offset_minutes: int | None = None


def note_path(log: Path) -> Path:
    return log.with_name(log.stem + ".note.json")


def read_note(log: Path) -> Note:
    """The note of a log; an empty one when there is none. Raises BadInput when it is no such file."""
    path = note_path(log)
    try:
        if not path.is_file():
            return Note()
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"{path}: too long for a note; {_REMEDY}")
        said = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path}: not a note (JSON): {error}; {_REMEDY}") from error
    if not isinstance(said, dict):
        raise BadInput(f"{path}: not a note: an object was expected; {_REMEDY}")
    return Note(
        rpe=_number(path, said, "rpe", 0, 10),
        external_load_kg=_number(path, said, "external_load_kg", 0, 1000),
        remarks=_text(path, said, "remarks"),
        athlete=_text(path, said, "athlete"),
        began_utc=_moment(path, said),
        utc_offset_minutes=_minutes(path, said),
    )


def _number(path: Path, said: dict[str, Any], key: str, low: float, high: float) -> float | None:
    value = said.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadInput(f"{path}: {key} must be a number from {low} to {high}, not {value!r:.40}; {_REMEDY}")
    return float(value)


def _text(path: Path, said: dict[str, Any], key: str) -> str:
    value = said.get(key, "")
    if not isinstance(value, str):
        raise BadInput(f"{path}: {key} must be a text; {_REMEDY}")
    return value


def _moment(path: Path, said: dict[str, Any]) -> datetime | None:
    value = _text(path, said, "began_utc")
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("without Z or offset")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput(
            f"{path}: began_utc is no time like 2026-05-04T17:03:10Z: {value!r:.40} ({error}); {_REMEDY}"
        ) from error


def _minutes(path: Path, said: dict[str, Any]) -> int | None:
    value = _number(path, said, "utc_offset_minutes", -1440, 1440)
    if value is not None and (value != int(value) or abs(value) >= 1440):
        raise BadInput(f"{path}: utc_offset_minutes must be whole minutes below a day, not {value!r}; {_REMEDY}")
    return None if value is None else int(value)
