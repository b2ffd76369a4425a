"""Tables of `make validate`: one Markdown file per bar in build/validation/."""

from collections.abc import Sequence
from pathlib import Path

from tests.interpreters import REPOSITORY

FOLDER = REPOSITORY / "build" / "validation"


def write_table(name: str, title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    """Write the rows below a title; floats with two decimals."""
    lines = [f"# {title}", "", _row(header), _row(["---"] * len(header)), *(_row(row) for row in rows)]
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.md"
    path.write_text("\n".join(lines) + "\n")
    return path


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |"
