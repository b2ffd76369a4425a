"""The EMG-BIDS data set against the schema's own rules (bidsschematools): paths, sidecar fields, tables, values."""

import csv
import dataclasses
import json
import re
import shutil

import numpy as np
import pytest
from bidsschematools.schema import load_schema
from bidsschematools.validator import validate_bids
from scipy.spatial.transform import Rotation

from host_tools.analysis.raw_quaternions import SEGMENTS, calibrations, segment_turns, tracks
from host_tools.analysis.training_log import read
from host_tools.errors import BadInput
from host_tools.export.bids_form import write_bids
from host_tools.export.source import open_source
from host_tools.export.write import export


@pytest.fixture(scope="module")
def schema():
    return load_schema()


@pytest.fixture(scope="module")
def data_set(recorded_log, tmp_path_factory):
    path = tmp_path_factory.mktemp("dated") / "workout.ulg"
    shutil.copy(recorded_log, path)
    path.with_name("workout.note.json").write_text(json.dumps({"began_utc": "2026-05-04T17:03:10Z", "athlete": "A 7"}))
    folder = tmp_path_factory.mktemp("bids") / "set"
    export(path, "bids", folder)
    return folder


def one(folder, pattern):
    (found,) = folder.rglob(pattern)
    return found


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def wrong_value(meaning, value):
    """The schema's JSON-schema-like description of a value: "" when the value fits."""
    if "anyOf" in meaning:
        faults = [wrong_value(choice, value) for choice in meaning["anyOf"]]
        return "" if not all(faults) else "; ".join(faults)
    kinds = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "array": list, "object": dict}
    kind = meaning.get("type")
    if kind in kinds and not isinstance(value, kinds[kind]):
        return f"{value!r} is no {kind}"
    if "enum" in meaning and value not in meaning["enum"]:
        return f"{value!r} is none of {meaning['enum']}"
    if "exclusiveMinimum" in meaning and not value > meaning["exclusiveMinimum"]:
        return f"{value!r} is too small"
    if kind == "array" and "items" in meaning:
        return "; ".join(filter(None, (wrong_value(meaning["items"], item) for item in value)))
    return ""


def test_every_file_has_a_place_in_the_standard(data_set):
    result = validate_bids(str(data_set), dummy_paths=False)
    assert result["path_tracking"] == [], result["path_tracking"]


def test_the_recordings_sidecar_has_what_is_required_and_its_values_are_allowed(schema, data_set):
    sidecar = json.loads(one(data_set, "*_emg.json").read_text())
    for name, rule in schema.rules.sidecars.emg.items():
        if any("Other" in selector for selector in rule.selectors) and sidecar["EMGPlacementScheme"] != "Other":
            continue
        for field, level in rule.fields.items():
            level = level if isinstance(level, str) else level["level"]
            assert level != "required" or field in sidecar, (name, field)
    for field, value in sidecar.items():
        assert not wrong_value(schema.objects.metadata[field].to_dict(), value), field


def test_the_description_of_the_data_set_has_what_is_required(schema, data_set):
    said = json.loads((data_set / "dataset_description.json").read_text())
    for field, level in schema.rules.json.dataset.dataset_description.fields.items():
        level = level if isinstance(level, str) else level["level"]
        assert level != "required" or field in said, field
    for field, value in said.items():
        assert not wrong_value(schema.objects.metadata[field].to_dict(), value), field


def test_channels_have_the_columns_in_order_and_allowed_values(schema, data_set):
    rule = schema.rules.tabular_data.emg.EMGChannels
    rows = rows_of(one(data_set, "*_task-row_channels.tsv"))
    columns = {schema.objects.columns[key].name: schema.objects.columns[key].to_dict() for key in rule.columns}
    header = list(rows[0])
    assert header[:3] == [schema.objects.columns[key].name for key in rule.initial_columns]
    described = json.loads(one(data_set, "*_task-row_channels.json").read_text())
    for name in header:
        assert name in columns or name in described, f"{name} is neither the standard's nor described"
    for row in rows:
        for name, text in row.items():
            meaning = columns.get(name, {})
            if text == "n/a" or meaning.get("type") == "string" and "enum" not in meaning:
                continue
            if meaning.get("type") == "number":
                float(text)
            elif "enum" in meaning:
                assert text in meaning["enum"], (name, text)
    assert len({row["name"] for row in rows}) == len(rows)
    sidecar = json.loads(one(data_set, "*_emg.json").read_text())
    assert sidecar["EMGChannelCount"] == sum(row["type"] == "EMG" for row in rows)


def test_events_are_sorted_numbers_and_their_columns_described(data_set):
    rows = rows_of(one(data_set, "*_task-row_events.tsv"))
    assert list(rows[0])[:2] == ["onset", "duration"]
    onsets = [float(row["onset"]) for row in rows]
    assert onsets == sorted(onsets) and min(onsets) >= 0
    assert all(row["duration"] == "n/a" or float(row["duration"]) >= 0 for row in rows)
    described = json.loads(one(data_set, "*_task-row_events.json").read_text())
    assert {row["trial_type"] for row in rows} <= described["trial_type"]["Levels"].keys()


def test_participants_and_scans_name_what_is_there(data_set):
    (person,) = rows_of(data_set / "participants.tsv")
    assert person["participant_id"] == "sub-A7" and (data_set / "sub-A7").is_dir()
    scans = rows_of(one(data_set, "*_scans.tsv"))
    assert len(scans) == 4  # EMG and three sensors
    for scan in scans:
        assert (data_set / "sub-A7" / scan["filename"]).is_file()
        assert re.fullmatch(r"2026-05-04T17:03:\d\d\.\d{6}Z", scan["acq_time"])


def test_motion_sidecars_have_what_is_required_and_their_values_are_allowed(schema, data_set):
    found = sorted(data_set.rglob("*_motion.json"))
    assert len(found) == 3
    for path in found:
        sidecar = json.loads(path.read_text())
        for rule in schema.rules.sidecars.motion.values():
            for field, level in rule.fields.items():
                level = level if isinstance(level, str) else level["level"]
                assert level != "required" or field in sidecar, field
        for field, value in sidecar.items():
            assert not wrong_value(schema.objects.metadata[field].to_dict(), value), field


def test_motion_channels_have_the_columns_in_order_and_allowed_values(schema, data_set):
    rule = schema.rules.tabular_data.motion.motionChannels
    columns = {schema.objects.columns[key].name: schema.objects.columns[key].to_dict() for key in rule.columns}
    for path in data_set.rglob("*_tracksys-*_channels.tsv"):
        rows = rows_of(path)
        assert list(rows[0])[:5] == [schema.objects.columns[key].name for key in rule.initial_columns]
        for row in rows:
            for name, text in row.items():
                assert name in columns
                assert text == "n/a" or not wrong_value(columns[name], text), (name, text)
        frames = json.loads(path.with_suffix(".json").read_text())["reference_frame"]["Levels"]
        assert {row["reference_frame"] for row in rows} - {"n/a"} <= set(frames)
        for level in frames.values():
            for field in ("RotationRule", "RotationOrder", "SpatialAxes"):
                assert not wrong_value(schema.objects.metadata[field].to_dict(), level[field]), field
        samples = np.loadtxt(path.with_name(path.name.replace("_channels", "_motion")), delimiter="\t")
        assert samples.shape[1] == len(rows)


def test_motion_samples_are_those_of_the_log_at_their_own_times(recorded_log, data_set):
    log = read(recorded_log)
    for k, track in enumerate(tracks(log)):
        samples = np.loadtxt(one(data_set, f"*_tracksys-{SEGMENTS[k]}_motion.tsv"), delimiter="\t")
        assert np.allclose(samples[:, 0], (track.times_us - track.times_us[0]) / 1e6, atol=1e-6)
        turns = segment_turns(track, k, calibrations(log, tracks(log)))
        shown = Rotation.from_quat(samples[:, [2, 3, 4, 1]])
        assert np.degrees((shown * turns.inv()).magnitude()).max() < 1e-3


def test_a_log_with_motion_alone_makes_a_data_set_without_emg(recorded_log, tmp_path):
    source = open_source(recorded_log)
    topics = {name: columns for name, columns in source.log.topics.items() if name != "raw_emg"}
    write_bids(dataclasses.replace(source, log=dataclasses.replace(source.log, topics=topics)), tmp_path / "set")
    assert not list(tmp_path.rglob("emg")) and len(list(tmp_path.rglob("*_motion.tsv"))) == 3
    assert validate_bids(str(tmp_path / "set"), dummy_paths=False)["path_tracking"] == []


def test_a_folder_with_something_in_it_is_not_touched(recorded_log, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BadInput, match="not empty"):
        export(recorded_log, "bids", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
