"""A folder with one Parquet file per topic, written by DuckDB."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from host_tools.analysis.extras import extra
from host_tools.analysis.wall_clock import WallClock
from host_tools.errors import BadInput
from host_tools.export.source import Source
from host_tools.export.tables import Column, Table, shares


def write_parquet(source: Source, folder: Path, advance: Callable[[float], None]) -> list[str]:
    """Write the tables; answers their names. Raises Failed without duckdb."""
    duckdb = extra("duckdb", "Parquet")
    names = []
    with duckdb.connect() as base:
        base.execute("SET threads = 1; SET TimeZone = 'UTC'")
        for table, share in shares(source.log):
            path = folder / f"{table.name}.parquet"
            base.register("given", {f"c{k}": np.ascontiguousarray(c.values) for k, c in enumerate(table.columns)})
            rows = f"SELECT {_expressions(table, source.clock)} FROM given"
            query = f"COPY ({rows}) TO {_text(str(path))} (FORMAT parquet)"
            try:
                base.execute(query)
            except duckdb.IOException as error:
                raise BadInput(f"{path}: cannot be written: {str(error).splitlines()[0]}") from error
            base.unregister("given")
            names.append(table.name)
            advance(share)
    return names


def _expressions(table: Table, clock: WallClock) -> str:
    parts = [f"{_value(column, k)} AS {_identifier(column.name)}" for k, column in enumerate(table.columns)]
    zero = clock.utc_at_zero
    if zero is not None:
        parts.append(f'TIMESTAMPTZ {_text(zero.isoformat())} + to_microseconds(c0::BIGINT) AS "time"')
    return ", ".join(parts)


def _value(column: Column, k: int) -> str:
    if column.names is not None:
        cases = " ".join(f"WHEN {n} THEN {_text(name)}" for n, name in enumerate(column.names))
        return f"CASE c{k} {cases} ELSE c{k}::VARCHAR END" if cases else f"c{k}::VARCHAR"
    value = f"NULLIF(c{k}, -32768)" if column.undefined else f"c{k}"
    return value if column.divisor == 1 else f"{value}::DOUBLE / {column.divisor}"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""').replace("\0", "") + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''").replace("\0", "") + "'"
