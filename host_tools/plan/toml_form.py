"""A plan in TOML -> the bytes of firmware/rhomboid/coaching/plan_form.py, or every mistake with its line.

name = "Eight weeks"
[[block]]
aim = "endurance"            # endurance, strength, power or deload
weeks = 3
days_per_week = 3
[[block.exercise]]
name = "row"
sets = 3
repetitions = 15
tempo = "1.4-0.6-2"          # seconds: way out, hold, way back
rest_s = 60
mvc_percent = 40             # optional: needs a measured MVC
intent = "controlled"        # optional: or "fast", then the way out has no tempo
"""

import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

from host_tools.errors import BadInput
from host_tools.sim.firmware_side import module

Plan = dict[str, Any]
Problem = tuple[tuple[Any, ...], str]

_TOP = {"name", "block"}
_BLOCK = {"name", "aim", "weeks", "days_per_week", "exercise"}
_EXERCISE = {"name", "sets", "repetitions", "tempo", "rest_s", "mvc_percent", "intent"}
_TEMPO = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)")
# Which TOML key a cell of the compact form comes from
_KEY = {"exercise": "name", "out_ms": "tempo", "hold_ms": "tempo", "back_ms": "tempo", "sessions": "weeks"}


def form() -> ModuleType:
    """The firmware's own module of the compact form."""
    return module("rhomboid.coaching.plan_form")


def read(path: Path, mvc_known: bool = True) -> Plan:
    """{"name", "blocks": [[aim, sessions, [integers of an entry, ...]], ...]} of a plan.

    Raises BadInput with one line that has every mistake as `line N: reason`.
    """
    if not path.is_file():
        raise BadInput(f"{path}: no such plan; check the path")
    text = path.read_text(encoding="utf-8")
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path}: not TOML: {error}; mend that line") from error
    found: list[tuple[int, str]] = []
    plan = _compact(given, Lines(text), found)
    if not found:
        lines = Lines(text)
        found = [(lines.of(place), reason) for place, reason in problems(plan, mvc_known)]
    if found:
        raise BadInput(f"{path}: " + "; ".join(f"line {line}: {reason}" for line, reason in sorted(found)))
    return plan


def encode(plan: Plan) -> bytes:
    """What is stored on the device."""
    stored: bytes = form().pack(plan["name"], plan["blocks"])
    return stored


def problems(plan: Plan, mvc_known: bool = True) -> list[Problem]:
    """Everything wrong with a plan: (place, reason); a place is (block, entry, cell), shorter for what is larger."""
    found: list[Problem] = []
    rules = form()
    name, blocks = plan["name"], plan["blocks"]
    if not isinstance(name, str) or not name:
        found.append((("name",), "the plan has no name"))
    if not 1 <= len(blocks) <= rules.MOST_BLOCKS:
        return [*found, ((), f"a plan has 1 to {rules.MOST_BLOCKS} blocks")]
    for b, (aim, sessions, entries) in enumerate(blocks):
        if aim not in rules.AIMS:
            found.append(((b, "aim"), f"aim {aim} is not one of {', '.join(rules.AIMS)}"))
        if not 1 <= sessions <= rules.MOST_SESSIONS:
            found.append(((b, "sessions"), f"{sessions} sessions: must be 1 to {rules.MOST_SESSIONS}"))
        if not 1 <= len(entries) <= rules.MOST_ENTRIES:
            found.append(((b,), f"a block has 1 to {rules.MOST_ENTRIES} exercises"))
            continue
        for e, entry in enumerate(entries):
            found += [((b, e, cell), reason) for cell, reason in rules.entry_problems(entry, mvc_known)]
    return found


class Lines:
    """Where a place of the plan stands in the TOML text."""

    def __init__(self, text: str) -> None:
        self._where: dict[tuple[Any, ...], int] = {(): 1}
        block = exercise = -1
        table: tuple[Any, ...] = ()
        for number, line in enumerate(text.splitlines(), start=1):
            header = line.split("#")[0].replace(" ", "")
            key = re.match(r"\s*(\w+)\s*=", line)
            if header.strip() == "[[block]]":
                block, exercise = block + 1, -1
                table = (block,)
                self._where[table] = number
            elif header.strip() == "[[block.exercise]]":
                exercise += 1
                table = (block, exercise)
                self._where[table] = number
            elif key:
                self._where[(*table, key.group(1))] = number

    def of(self, place: tuple[Any, ...]) -> int:
        """The line of a place, of its TOML key, or of the table around it."""
        place = tuple(place)
        for candidate in (place, (*place[:-1], _KEY.get(str(place[-1]), "")) if place else ()):
            if candidate in self._where:
                return self._where[candidate]
        return self.of(place[:-1])


def _compact(given: dict[str, Any], lines: Lines, found: list[tuple[int, str]]) -> Plan:
    _unknown(given, _TOP, (), lines, found)
    blocks = []
    for b, block in enumerate(_tables(given, "block", (), lines, found)):
        _unknown(block, _BLOCK, (b,), lines, found)
        sessions = _whole(block, "weeks", (b,), lines, found) * _whole(block, "days_per_week", (b,), lines, found)
        entries = [
            _entry(entry, (b, e), lines, found)
            for e, entry in enumerate(_tables(block, "exercise", (b,), lines, found))
        ]
        blocks.append([block.get("aim"), sessions, entries])
    return {"name": given.get("name"), "blocks": blocks}


def _entry(given: dict[str, Any], place: tuple[int, int], lines: Lines, found: list[tuple[int, str]]) -> list[int]:
    known = form().NAMES
    _unknown(given, _EXERCISE, place, lines, found)
    name, intent = given.get("name"), given.get("intent", form().INTENTS[0])
    if name not in known:
        found.append((lines.of((*place, "name")), f"unknown exercise {name}; there are {', '.join(known)}"))
    if intent not in form().INTENTS:
        found.append((lines.of((*place, "intent")), f"intent {intent} is not one of {', '.join(form().INTENTS)}"))
    tempo = _TEMPO.fullmatch(str(given.get("tempo")))
    if not tempo:
        said = f"tempo {given.get('tempo')} is not out-hold-back in seconds, such as 1.5-1-2"
        found.append((lines.of((*place, "tempo")), said))
    seconds = [float(part) for part in tempo.groups()] if tempo else [1.0, 0.0, 1.0]
    return [
        known.index(name) if name in known else 0,
        _whole(given, "sets", place, lines, found),
        _whole(given, "repetitions", place, lines, found),
        *(round(1000 * part) for part in seconds),
        _whole(given, "rest_s", place, lines, found),
        _whole(given, "mvc_percent", place, lines, found, 0),
        form().INTENTS.index(intent) if intent in form().INTENTS else 0,
    ]


def _unknown(
    given: dict[str, Any], known: set[str], place: tuple[int, ...], lines: Lines, found: list[tuple[int, str]]
) -> None:
    for key in given.keys() - known:
        found.append((lines.of((*place, key)), f"unknown key {key}; known here are {', '.join(sorted(known))}"))


def _tables(
    given: dict[str, Any], key: str, place: tuple[int, ...], lines: Lines, found: list[tuple[int, str]]
) -> list[dict[str, Any]]:
    tables = given.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        found.append((lines.of((*place, key)), f"{key} must be written as [[{'block.' if place else ''}{key}]]"))
        return []
    return tables


def _whole(
    given: dict[str, Any],
    key: str,
    place: tuple[int, ...],
    lines: Lines,
    found: list[tuple[int, str]],
    default: int | None = None,
) -> int:
    value = given.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        said = f"{key} is missing" if value is None else f"{key} {value} is not a whole number"
        found.append((lines.of((*place, key)), said))
        return 1
    return value
