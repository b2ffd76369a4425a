"""Tables of the report: cells know when they do not know, and say why in a numbered note under the table."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """What stands in one cell: a text, or "not known" with the reason."""

    text: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Column:
    title: str
    unit: str = ""
    number: bool = True


@dataclass(frozen=True)
class NotedCell:
    """A cell with the number of its note, 0 when it is known."""

    text: str
    note: int


@dataclass(frozen=True)
class Row:
    cells: list[NotedCell]
    mark: str = ""  # a CSS class
    span: tuple[float, float] | None = None  # what to show in the charts, seconds of the log


@dataclass
class Table:
    """`empty` is the sentence that stands in place of a table without rows."""

    columns: list[Column]
    empty: str
    rows: list[Row] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    caption: str = ""

    def add(self, cells: Iterable[Cell], mark: str = "", span: tuple[float, float] | None = None) -> None:
        self.rows.append(Row([self._noted(cell) for cell in cells], mark, span))

    def _noted(self, cell: Cell) -> NotedCell:
        if not cell.reason:
            return NotedCell(cell.text, 0)
        if cell.reason not in self.footnotes:
            self.footnotes.append(cell.reason)
        return NotedCell("", self.footnotes.index(cell.reason) + 1)
