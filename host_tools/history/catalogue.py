"""The catalogue of a folder: three Parquet tables that grow with the folder, and the views on them.

Only logs that are new or changed (size, time, or their note) are read again; workouts whose log is gone are left out.
A file that is no log of this device is kept as skipped with its reason, so that it is not tried again each time.
"""

import dataclasses
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from host_tools.analysis.extras import extra
from host_tools.analysis.note import note_path, read_note
from host_tools.analysis.training_log import RAW, read
from host_tools.analysis.wall_clock import wall_clock
from host_tools.errors import BadInput
from host_tools.history.measures import Measure, MuscleLoad, Workout, workout

FOLDER = "catalogue"
VERSION = 2  # of what is computed: another one in the catalogue means that everything is read again
_TYPES = {"str": "VARCHAR", "float": "DOUBLE", "int": "BIGINT", "bool": "BOOLEAN"}
_KEYS = "file VARCHAR, version BIGINT, stamp VARCHAR, skipped VARCHAR"


def _fields(kind: type) -> list[tuple[str, str]]:
    found = []
    for item in dataclasses.fields(kind):
        base = str(getattr(item.type, "__name__", item.type)).split(" | ")[0]
        if base in _TYPES:
            found.append((item.name, _TYPES[base]))
    return found


WORKOUT_FIELDS = _fields(Workout)
_TABLES = {
    "workouts": f"{_KEYS}, " + ", ".join(f"{name} {kind}" for name, kind in WORKOUT_FIELDS),
    "measures": "file VARCHAR, " + ", ".join(f"{name} {kind}" for name, kind in _fields(Measure)),
    "muscles": "file VARCHAR, " + ", ".join(f"{name} {kind}" for name, kind in _fields(MuscleLoad)),
}


@dataclasses.dataclass(frozen=True)
class Built:
    """read: logs read now; kept: taken over; gone: no longer in the folder; skipped: file -> reason."""

    read: int
    kept: int
    gone: int
    skipped: dict[str, str]


def build(folder: Path, advance: Callable[[str, float], None]) -> Built:
    """Bring the catalogue of `folder` up to date. Raises BadInput, Failed without duckdb."""
    duckdb = extra("duckdb", "The history")
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder; name one with logs (.ulg)")
    logs = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.ulg"))}
    place = folder / FOLDER
    with duckdb.connect() as base:
        base.execute("SET threads = 1")
        for name, columns in _TABLES.items():
            base.execute(f"CREATE TABLE {name} ({columns})")
        _load(base, duckdb, place)
        known = dict(base.execute("SELECT file, stamp FROM workouts").fetchall())
        stamps = {name: _stamp(path) for name, path in logs.items()}
        fresh = [name for name in logs if known.get(name) != stamps[name]]
        gone = [name for name in known if name not in logs]
        for name in [*gone, *(name for name in fresh if name in known)]:
            for table in _TABLES:
                base.execute(f"DELETE FROM {table} WHERE file = ?", [name])
        for n, name in enumerate(fresh):
            _add(base, name, stamps[name], logs[name])
            advance("reading logs", (n + 1) / len(fresh))
        if fresh or gone or not place.is_dir():
            _save(base, duckdb, place)
        skipped = dict(
            base.execute("SELECT file, skipped FROM workouts WHERE skipped IS NOT NULL ORDER BY 1").fetchall()
        )
    return Built(len(fresh), len(logs) - len(fresh), len(gone), skipped)


def connect(folder: Path) -> Any:
    """A DuckDB connection that sees the tables and views of the folder's catalogue."""
    duckdb = extra("duckdb", "The history")
    base = duckdb.connect()
    place = (folder / FOLDER).resolve().as_posix().replace("'", "''")
    base.execute("SET threads = 1; SET TimeZone = 'UTC'")
    base.execute(views().replace("read_parquet('", f"read_parquet('{place}/"))
    return base


def views() -> str:
    return files("host_tools.history").joinpath("views.sql").read_text(encoding="utf-8")


def _load(base: Any, duckdb: Any, place: Path) -> None:
    """Tables of the catalogue; one of another version, or damaged, is built anew."""
    try:
        for table in _TABLES:
            path = place / f"{table}.parquet"
            if not path.is_file():
                return
            base.execute(f"INSERT INTO {table} BY NAME SELECT * FROM read_parquet(?)", [str(path)])
        if base.execute("SELECT count(*) FROM workouts WHERE version <> ?", [VERSION]).fetchall()[0][0] == 0:
            return
    except duckdb.Error:
        pass  # whatever is wrong with it: the logs are there to build it from
    for table in _TABLES:
        base.execute(f"DELETE FROM {table}")


def _save(base: Any, duckdb: Any, place: Path) -> None:
    try:
        place.mkdir(exist_ok=True)
        for table in _TABLES:
            unfinished = place / f"{table}.parquet.part"
            text = str(unfinished).replace("'", "''")
            order = "file" if table == "workouts" else "exercise, name, file" if table == "measures" else "site, file"
            base.execute(f"COPY (FROM {table} ORDER BY {order}) TO '{text}' (FORMAT parquet)")
            unfinished.replace(place / f"{table}.parquet")
        (place / "history.sql").write_text(views(), encoding="utf-8")
    except (OSError, duckdb.IOException) as error:
        raise BadInput(f"{place}: cannot be written: {str(error).splitlines()[0]}") from error


def _stamp(path: Path) -> str:
    """Size and time of a log and of its note."""
    return " ".join(_facts(path)) + " " + " ".join(_facts(note_path(path)))


def _facts(path: Path) -> Iterator[str]:
    try:
        facts = path.stat()
    except OSError:
        return
    yield from (str(facts.st_size), str(facts.st_mtime_ns))


def _add(base: Any, name: str, stamp: str, path: Path) -> None:
    try:
        log = read(path, without=RAW)
        note = read_note(path)
        found = workout(log, note, wall_clock(log, note))
    except BadInput as error:
        base.execute(
            "INSERT INTO workouts (file, version, stamp, skipped) VALUES (?, ?, ?, ?)",
            [name, VERSION, stamp, str(error)],
        )
        return
    _insert(base, "workouts", [[name, VERSION, stamp, None, *(getattr(found, field) for field, _ in WORKOUT_FIELDS)]])
    _insert(base, "measures", [[name, *dataclasses.astuple(measure)] for measure in found.measures])
    _insert(base, "muscles", [[name, *dataclasses.astuple(muscle)] for muscle in found.muscles])


def _insert(base: Any, table: str, rows: list[list[Any]]) -> None:
    if rows:
        base.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
