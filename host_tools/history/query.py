"""A person's own SQL on the catalogue."""

from collections.abc import Iterator
from pathlib import Path

from host_tools.analysis.extras import extra
from host_tools.errors import BadInput
from host_tools.history.catalogue import connect


def ask(folder: Path, sql: str) -> Iterator[str]:
    """Header and rows, separated by tabs; what is not known is empty. Raises BadInput on a bad query."""
    duckdb = extra("duckdb", "The history")
    with connect(folder) as base:
        try:
            found = base.execute(sql)
            names = [item[0] for item in found.description or ()]
            rows = found.fetchall()
        except duckdb.Error as error:
            raise BadInput(f"--sql: {' '.join(str(error).split())[:300]}") from error
    yield "\t".join(names)
    for row in rows:
        yield "\t".join("" if value is None else str(value) for value in row)
