"""What the firmware's own data holds for people: rules (words, say, measures), exercises (title, tempo, order, rules).

The data modules of firmware/rhomboid/coaching run on MicroPython only, so their literals are read from the source. A
rule or exercise that is not there (a log of other firmware) has no words; the report then shows its name.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

COACHING = Path(__file__).resolve().parents[2] / "firmware" / "rhomboid" / "coaching"


@dataclass(frozen=True)
class RuleWords:
    """words: the fault; say: the cue as an instruction; measures: names of what the rule looks at."""

    words: str
    say: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class ExerciseWords:
    """tempo_ms: phase -> (aim, tolerance in percent); order: who should begin first; rules: what it is watched for."""

    title: str
    tempo_ms: dict[str, tuple[int, int]]
    order: tuple[str, ...]
    rules: tuple[str, ...]


@cache
def rules() -> dict[str, RuleWords]:
    """The firmware's rules by name."""
    found = {}
    words = dict(_items(_assigned(COACHING / "rule_words.py", "WORDS")))
    for name, entry in _items(_assigned(COACHING / "rule_library.py", "RULES")):
        parts = dict(_items(entry))
        looks = parts.get("looks")
        rows = looks.elts if isinstance(looks, ast.List) else []
        measures = tuple(_text(row.elts[0]) for row in rows if isinstance(row, ast.Tuple))
        said = words.get(name)
        texts = [_text(part) for part in said.elts] if isinstance(said, ast.Tuple) else ["", ""]
        found[name] = RuleWords(texts[0], texts[1], measures)
    return found


@cache
def exercises() -> dict[str, ExerciseWords]:
    """The firmware's exercises by name."""
    found = {}
    for path in sorted((COACHING / "exercises").glob("*.py")):
        parts = dict(_items(_assigned(path, "EXERCISE")))
        if "title" not in parts:
            continue
        looks = parts.get("rules")
        rows = looks.elts if isinstance(looks, ast.List) else []
        found[_text(parts.get("name"))] = ExerciseWords(
            _text(parts["title"]),
            {phase: aim for phase, aim in _literal(parts.get("tempo_ms"), {}).items() if aim},
            tuple(_literal(parts.get("order"), ())),
            tuple(_text(row.elts[0]) for row in rows if isinstance(row, ast.Tuple) and row.elts),
        )
    return found


def _assigned(path: Path, name: str) -> ast.expr | None:
    """What a module assigns to `name`, None when there is no such module or name."""
    if not path.is_file():
        return None
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name) and target.id == name:
                return node.value
    return None


def _items(node: ast.expr | None) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield _text(key), value


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _literal(node: ast.expr | None, otherwise: Any) -> Any:
    """The value of a literal; `otherwise` for an expression that refers to names."""
    try:
        return otherwise if node is None else ast.literal_eval(node)
    except ValueError:
        return otherwise
