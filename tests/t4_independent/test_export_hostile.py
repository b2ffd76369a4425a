"""Cut, damaged, foreign and hostile logs: an export is written, or one clear line is raised, nothing else."""

import csv
import dataclasses
import json

import duckdb
import numpy as np
import pyedflib
import pytest

from host_tools.analysis.training_log import read
from host_tools.cli import main
from host_tools.errors import BadInput
from host_tools.export import source
from host_tools.export.write import FORMS, export

EVIL = '=HYPERLINK("x")\'; DROP TABLE given;--\n\t\x14\x00<script>' + "A" * 300


def tried(log, form, out):
    """True when the export was written, False when it was refused in one line."""
    try:
        export(log, form, out)
    except BadInput as error:
        assert "\n" not in str(error) and str(log) in str(error)
        return False
    return True


@pytest.mark.parametrize("form", FORMS)
def test_cut_logs_give_what_is_proven_or_a_clear_line(recorded_log, tmp_path, form):
    data = recorded_log.read_bytes()
    written = 0
    for n, share in enumerate((0.0, 0.001, 0.05, 0.4, 0.8, 0.999)):
        log = tmp_path / f"{n}.ulg"
        log.write_bytes(data[: int(len(data) * share)])
        written += tried(log, form, tmp_path / f"{n}.{form}")
    assert written >= 2


@pytest.mark.parametrize("form", FORMS)
def test_damaged_logs_never_end_in_anything_but_a_clear_line(recorded_log, tmp_path, form):
    data = bytearray(recorded_log.read_bytes())
    rng = np.random.default_rng(7)
    for n in range(6):
        hurt = bytearray(data)
        for place in rng.integers(0, len(data) if n % 2 else 6000, 30):
            hurt[place] ^= 1 << int(rng.integers(8))
        log = tmp_path / f"{n}.ulg"
        log.write_bytes(hurt)
        tried(log, form, tmp_path / f"{n}.{form}")


def test_what_is_damaged_stands_in_the_sidecar(recorded_log, tmp_path):
    data = recorded_log.read_bytes()
    log = tmp_path / "cut.ulg"
    log.write_bytes(data[: len(data) // 2])
    sidecar = json.loads(export(log, "csv", tmp_path / "out").read_text())
    assert sidecar["damage"] and any("no checkpoint" in sentence for sentence in sidecar["done"])


@pytest.fixture
def evil_log(recorded_log, monkeypatch):
    """Names that want to be formulas, SQL, annotations, columns and markup."""
    log = read(recorded_log)
    names = {kind: [EVIL + str(k) for k in range(12)] for kind in ("rules", "exercises", "markers")}
    evil = dataclasses.replace(
        log, names=names, sites=[EVIL] * 4, info=dict(log.info) | {"exercise": EVIL, "side": EVIL}
    )
    monkeypatch.setattr(source, "read", lambda path, advance=None: evil)
    return recorded_log


def test_hostile_names_stay_names_in_every_form(evil_log, tmp_path):
    for form in FORMS:
        assert tried(evil_log, form, tmp_path / form)
    reader = pyedflib.EdfReader(str(tmp_path / "edf"))
    assert len(set(reader.getSignalLabels())) == 4
    assert all("\x14" not in text for text in reader.readAnnotations()[2])
    reader.close()
    with (tmp_path / "csv" / "cue.csv").open(newline="") as file:
        cells = [row["rule"] for row in csv.DictReader(file)]
    assert cells and all(cell.startswith("'=") for cell in cells)
    (names,) = duckdb.read_parquet(str(tmp_path / "parquet" / "cue.parquet")).select("rule").limit(1).fetchall()
    assert names[0].startswith("=HYPERLINK")
    for path in (tmp_path / "bids").rglob("*"):
        assert len(path.name) < 120 and path.resolve().is_relative_to(tmp_path / "bids")
    for table in (tmp_path / "bids").rglob("*.tsv"):
        widths = {len(line.split("\t")) for line in table.read_text().rstrip("\n").split("\n")}
        assert len(widths) == 1, table.name


def test_a_frame_number_of_a_hostile_log_does_not_fill_the_memory(recorded_log, tmp_path, monkeypatch):
    log = read(recorded_log)
    topics = dict(log.topics)
    topics["raw_emg"] = dict(topics["raw_emg"])
    topics["raw_emg"]["sequence"] = topics["raw_emg"]["sequence"].copy()
    topics["raw_emg"]["sequence"][-1] = 2**32 - 1
    monkeypatch.setattr(source, "read", lambda path, advance=None: dataclasses.replace(log, topics=topics))
    with pytest.raises(BadInput, match="48 h"):
        export(recorded_log, "edf", tmp_path / "x.edf")


@pytest.mark.parametrize("content", [b"", b"not a log", b"ULog\x01\x125\x01" + bytes(8), b"\x89PNG\r\n" + bytes(999)])
def test_files_that_are_no_log_of_this_device_end_with_one_line_and_2(tmp_path, capsys, content):
    log = tmp_path / "x.ulg"
    log.write_bytes(content)
    for command in (["export", "--to", "csv", "--out", str(tmp_path / "out"), str(log)], ["reanalyse", str(log)]):
        assert main(command) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_usage_errors_end_with_one_line_and_2(recorded_log, tmp_path, capsys):
    assert main(["export", str(recorded_log), "--to", "xlsx", "--out", str(tmp_path / "x")]) == 2
    assert main(["export", str(tmp_path / "none.ulg"), "--to", "csv", "--out", str(tmp_path / "x")]) == 2
    assert main(["history", str(tmp_path / "none")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 3


def test_a_missing_package_is_one_line_with_the_remedy(recorded_log, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "edfio", None)
    assert main(["export", str(recorded_log), "--to", "edf", "--out", str(tmp_path / "x.edf")]) == 1
    assert "rhomboid[export]" in capsys.readouterr().err
