"""CSV read by Python's csv and Parquet read by DuckDB give back the integers of the log."""

import csv
import json
import shutil

import duckdb
import numpy as np
import pytest

from host_tools.analysis.training_log import read
from host_tools.export.tables import tables
from host_tools.export.write import export


@pytest.fixture(scope="module")
def dated_log(recorded_log, tmp_path_factory):
    path = tmp_path_factory.mktemp("dated") / "workout.ulg"
    shutil.copy(recorded_log, path)
    path.with_name("workout.note.json").write_text(json.dumps({"began_utc": "2026-05-04T17:03:10Z"}))
    return path


def integers(column, shown):
    """What the file shows, back as the log's integers; what is not known becomes the sentinel."""
    if column.names is not None:
        numbers = {name: n for n, name in enumerate(column.names)}
        return [numbers[v] if v in numbers else int(v) for v in shown]
    return [-32768 if v in ("", None) else round(float(v) * column.divisor) for v in shown]


def test_csv_round_trip(dated_log, tmp_path):
    export(dated_log, "csv", tmp_path)
    found = list(tables(read(dated_log)))
    assert {path.stem for path in tmp_path.glob("*.csv")} == {table.name for table in found}
    for table in found:
        with (tmp_path / f"{table.name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == len(table)
        for column in table.columns:
            shown = [row[column.name] for row in rows]
            assert np.array_equal(integers(column, shown), column.values.astype(np.int64)), (table.name, column.name)
    assert rows[0]["time"].startswith("2026-05-04T17:03:") and rows[0]["time"].endswith("+00:00")


def test_parquet_round_trip(dated_log, tmp_path):
    export(dated_log, "parquet", tmp_path)
    for table in tables(read(dated_log)):
        file = duckdb.read_parquet(str(tmp_path / f"{table.name}.parquet"))
        assert file.columns == [*(column.name for column in table.columns), "time"]
        rows = file.select("* EXCLUDE (time)").fetchall()
        assert len(rows) == len(table)
        for k, column in enumerate(table.columns):
            shown = [row[k] for row in rows]
            assert np.array_equal(integers(column, shown), column.values.astype(np.int64)), (table.name, column.name)
        passed_us = file.aggregate("epoch_us(max(time)) - epoch_us(min(time))").fetchall()[0][0]
        stamps = table.columns[0].values
        assert passed_us == int(stamps.max()) - int(stamps.min())


def test_what_is_not_known_is_empty_and_the_sidecar_gives_the_divisors(dated_log, tmp_path):
    export(dated_log, "csv", tmp_path)
    sidecar = json.loads((tmp_path / "export.json").read_text())
    assert sidecar["columns"]["segment_angles"]["upward_rotation_deg"]["divisor"] == 100
    assert any("nothing resampled" in sentence for sentence in sidecar["done"])
