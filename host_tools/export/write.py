"""rhomboid export: one log to one form, with the sidecar that says what was done."""

from collections.abc import Callable
from pathlib import Path

from host_tools.errors import BadInput
from host_tools.export.bids_form import write_bids
from host_tools.export.csv_form import write_csv
from host_tools.export.edf_form import write_edf
from host_tools.export.parquet_form import write_parquet
from host_tools.export.sidecar import sidecar, write_json
from host_tools.export.source import Source, open_source
from host_tools.export.sto_form import write_sto
from host_tools.export.tables import tables

FORMS = ("csv", "parquet", "edf", "bdf", "bids", "sto")
_AS_RECORDED = "Every record of every topic, at its own time: nothing resampled, filled or left out."
_UNITS = (
    "Values are the log's integers in plain units (see columns): value x divisor is the integer. What was not known is "
    "empty (NULL), never 0."
)


Advance = Callable[[str, float], None]


def _silent(stage: str, share: float) -> None:
    """Progress that nobody watches."""


def export(log: Path, form: str, out: Path, advance: Advance = _silent) -> Path:
    """Write `log` in one of FORMS to `out`: a folder for csv, parquet and bids, else a file; answers the sidecar.

    advance: told stage and share. Raises BadInput, or Failed when a package of the extra `export` is missing.
    """
    if form not in FORMS:
        raise BadInput(f"--to {form}: no such form; one of {', '.join(FORMS)}")
    source = open_source(log, lambda share: advance("reading", share))
    if out.exists() and out.resolve() == log.resolve():
        raise BadInput(f"{out}: is the log itself; name another place to write")
    advance("writing", 0.0)
    if form == "bids":
        write_bids(source, out)
        return out / "sourcedata" / "export.json"
    if form in ("csv", "parquet"):
        return _write_folder(source, form, out, advance)
    if out.is_dir():
        raise BadInput(f"{out}: is a folder; name the .{form} file to write")
    _make_folder(out.parent)
    beside = out.with_name(out.name + ".json")
    if form == "sto":
        write_json(beside, sidecar(source, write_sto(source, out)))
    else:
        written = write_edf(source, out, binary24=form == "bdf")
        write_json(beside, sidecar(source, written["done"], gaps_s=written["gaps_s"], signals=written["signals"]))
    return beside


def _write_folder(source: Source, form: str, folder: Path, advance: Advance) -> Path:
    _make_folder(folder)
    write = write_csv if form == "csv" else write_parquet
    written = write(source, folder, lambda share: advance("writing", share))
    meanings = {
        table.name: {
            column.name: {
                "divisor": column.divisor,
                **({"says": column.says} if column.says else {}),
                **({"names": list(column.names)} if column.names is not None else {}),
            }
            for column in table.columns
        }
        for table in tables(source.log)
        if table.name in written
    }
    path = folder / "export.json"
    done = [_AS_RECORDED, _UNITS]
    if source.log.damage:
        done.append("Records that no checkpoint of the log proves are left out; see damage.")
    write_json(path, sidecar(source, done, columns=meanings))
    return path


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{folder}: cannot be made: {error.strerror or error}") from error
