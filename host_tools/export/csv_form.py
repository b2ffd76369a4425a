"""A folder with one CSV file per topic."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from host_tools.errors import BadInput
from host_tools.export.source import Source
from host_tools.export.tables import Column, shares, wall_times

_CHUNK = 50_000


def write_csv(source: Source, folder: Path, advance: Callable[[float], None]) -> list[str]:
    """Write the tables; answers what was done."""
    names = []
    for table, share in shares(source.log):
        path = folder / f"{table.name}.csv"
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                wall = wall_times(table, source.clock)
                writer.writerow([_cell(column.name) for column in table.columns] + ([] if wall is None else ["time"]))
                for first in range(0, len(table), _CHUNK):
                    columns = [_texts(column, first) for column in table.columns]
                    if wall is not None:
                        columns.append(iter(wall[first : first + _CHUNK]))
                    writer.writerows(zip(*columns, strict=True))
        except OSError as error:
            raise BadInput(f"{path}: cannot be written: {error.strerror or error}") from error
        names.append(table.name)
        advance(share)
    return names


def _texts(column: Column, first: int) -> Iterator[str | int]:
    values = column.values[first : first + _CHUNK].tolist()
    if column.names is not None:
        names = column.names
        return (_cell(names[v]) if 0 <= v < len(names) else v for v in values)
    if column.divisor == 1 and not column.undefined:
        return iter(values)
    known = column.known()[first : first + _CHUNK].tolist()
    divisor, decimals = column.divisor, column.decimals
    return (f"{v / divisor:.{decimals}f}" if k else "" for v, k in zip(values, known, strict=True))


def _cell(name: str) -> str:
    """A name of the log that a spreadsheet must not take for a formula."""
    return "'" + name if name[:1] in ("=", "+", "-", "@", "\t", "\r") else name
