"""`rhomboid note`: what the device cannot know about a workout, in a small file beside the log."""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from host_tools.errors import BadInput


def command(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="The log.", show_default=False)],
    rpe: Annotated[float | None, typer.Option(help="How hard the whole session was, 0 to 10.")] = None,
    load: Annotated[float | None, typer.Option(help="External load in kg.")] = None,
    remarks: Annotated[str | None, typer.Option(help="Anything worth keeping.")] = None,
    athlete: Annotated[str | None, typer.Option(help="Who trained.")] = None,
) -> None:
    """Add to the note of a log; without options, show it or (on a terminal) ask."""
    given = {"rpe": rpe, "external_load_kg": load, "remarks": remarks, "athlete": athlete}
    told = {key: value for key, value in given.items() if value is not None}
    if told:
        add(log, told)
    elif sys.stdin.isatty():
        ask_about(log)
    from host_tools.analysis.note import note_path, read_note

    note = read_note(log)
    print(f"{note_path(log)}: RPE {_shown(note.rpe)}, load {_shown(note.external_load_kg)} kg, {note.remarks or '-'}")


def add(log: Path, told: dict[str, Any]) -> None:
    """Merge into the note beside `log`. Raises BadInput when the log is missing or a value cannot be."""
    from host_tools.analysis.note import note_path, read_note

    if not log.is_file():
        raise BadInput(f"{log}: no such log; check the path")
    read_note(log)  # what is there must be readable before it is written anew
    path = note_path(log)
    before = path.read_text(encoding="utf-8") if path.exists() else None
    said = (json.loads(before) if before is not None else {}) | told
    path.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    try:
        read_note(log)
    except BadInput:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")
        raise


def add_beginning(log: Path, closed_utc: datetime) -> None:
    """Note when the log began, from when the device closed it; a log that cannot be read gets no time."""
    from host_tools.analysis.reader import read

    try:
        content = read(log)
    except BadInput:
        return
    last_us = max((int(columns["timestamp"][-1]) for columns in content.topics.values()), default=content.start_us)
    began = closed_utc - timedelta(microseconds=last_us - content.start_us)
    offset = datetime.now().astimezone().utcoffset()
    told: dict[str, Any] = {"began_utc": began.strftime("%Y-%m-%dT%H:%M:%SZ")}
    if offset is not None:
        told["utc_offset_minutes"] = int(offset.total_seconds()) // 60
    add(log, told)


def ask_about(log: Path) -> None:
    """Three questions about a workout that may each be skipped; silent when nobody is there to answer."""
    if not sys.stdin.isatty():
        return
    print(f"About {log.name} (Enter skips):")
    questions = (("rpe", "How hard, 0 to 10?"), ("external_load_kg", "Load in kg?"), ("remarks", "Remarks?"))
    for key, question in questions:
        answer = input(f"  {question} ").strip()
        if answer:
            _answered(log, key, answer)


def _answered(log: Path, key: str, answer: str) -> None:
    try:
        add(log, {key: answer if key == "remarks" else float(answer.replace(",", "."))})
    except (ValueError, BadInput):
        print(f"  {answer} is no answer to that; `rhomboid note {log}` adds it later")


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
