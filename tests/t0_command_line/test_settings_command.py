"""`rhomboid settings` on files: show, check, change, reset, undo; one line and an exit code for what is wrong."""

import importlib
import json
import sys
from pathlib import Path

import pytest

from host_tools.cli import main
from tests.interpreters import FIRMWARE

sys.path.append(str(FIRMWARE))
schema = importlib.import_module("rhomboid.settings.schema")
slots = importlib.import_module("rhomboid.settings.slots")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two slots of a calibrated device: row before, y_raise now."""
    store = slots.Slots(str(tmp_path / "settings"))
    values = schema.defaults() | {"mount_q14": [16384, 0, 0, 0] * 3, "mvc_uv_q4": [4000] * 4, "mvc_method": "maximal"}
    for exercise in ("row", "y_raise"):
        store.save(values | {"exercise": exercise})
    return tmp_path / "settings"


def counts(folder: Path) -> dict:
    values, reasons = slots.Slots(str(folder)).load()
    assert reasons == []
    return values


def run(*words: str | Path) -> int:
    return main(["settings", *map(str, words)])


def test_a_change_keeps_the_version_before_and_undo_goes_back_to_it(folder: Path, capsys) -> None:
    assert run("--file", folder, "exercise=scaption", "haptic_strength_percent=60") == 0
    assert counts(folder)["exercise"] == "scaption" and counts(folder)["haptic_strength_percent"] == 60
    assert run("--file", folder, "--undo") == 0
    assert counts(folder)["exercise"] == "y_raise"
    assert run("--file", folder, "--undo") == 0
    assert counts(folder)["exercise"] == "scaption"


def test_a_pattern_of_ones_own_names_a_cue_that_there_is(folder: Path, capsys) -> None:
    assert run("--file", folder, 'cue_patterns={"ease_upper": "- - -|"}') == 0
    assert counts(folder)["cue_patterns"] == {"ease_upper": "- - -|"}
    assert run("--file", folder, 'cue_patterns={"ease_uper": "- - -|"}') == 2
    assert "no cue is called ease_uper; there are set_first" in capsys.readouterr().err


def test_one_slot_names_its_folder(folder: Path, capsys) -> None:
    assert run("--file", folder / "a.json", "cues=0") == 0
    assert counts(folder)["cues"] == 0 and counts(folder)["exercise"] == "y_raise"


def test_a_file_of_an_earlier_schema_migrates(tmp_path: Path, capsys) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"schema": 1, "emg_sites": ["UT"], "mvc_uv_q4": [4000], "club": "rowing"}))
    assert run("--file", file, "side=left") == 0
    written = json.loads(file.read_text())
    assert written["schema"] == schema.SCHEMA and written["club"] == "rowing" and written["side"] == "left"
    file.write_text(json.dumps({"schema": "first"}))
    assert run("--file", file) == 2
    assert "is not a version" in capsys.readouterr().err


def test_a_wrong_value_is_answered_with_range_and_unit_and_changes_nothing(folder: Path, capsys) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run("--file", folder, "haptic_strength_percent=101", "mains_hz=55") == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert (
        "haptic_strength_percent: 101 is outside 0..100 %" in message and "mains_hz: 55 is none of 0, 50, 60" in message
    )
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_unknown_setting_is_named_with_those_there_are(folder: Path, capsys) -> None:
    assert run("--file", folder, "volume=3") == 2
    assert "volume=3" in capsys.readouterr().err


@pytest.mark.parametrize(("written", "value"), [("UT,LT", ["UT", "LT"]), ('["UT","LT"]', ["UT", "LT"]), ("UT", ["UT"])])
def test_lists_are_written_with_commas_or_as_json(folder: Path, written: str, value: list, capsys) -> None:
    assert run("--file", folder, f"emg_sites={written}") == 0
    assert counts(folder)["emg_sites"] == value


def test_what_was_measured_for_another_side_or_site_is_forgotten_and_told(folder: Path, capsys) -> None:
    assert run("--file", folder, "pod_axes_q14=" + ",".join(["16384,0,0,0"] * 3)) == 0
    assert counts(folder)["mount_q14"] == [] and counts(folder)["mvc_uv_q4"] == [4000] * 4
    assert "no longer holds, measure again: " in capsys.readouterr().err
    assert run("--file", folder, "emg_sites=UT,LT,SA") == 0
    assert counts(folder)["mvc_uv_q4"] == [0, 0, 0] and counts(folder)["mvc_method"] == "none"


def test_the_same_value_again_forgets_nothing(folder: Path, capsys) -> None:
    assert run("--file", folder, "side=right", "highpass_hz=30") == 0
    assert counts(folder)["mvc_uv_q4"] == [4000] * 4


def test_reset_goes_back_to_the_default(folder: Path, capsys) -> None:
    assert run("--file", folder, "--reset", "exercise") == 0
    assert counts(folder)["exercise"] == "row" and counts(folder)["mvc_method"] == "maximal"
    assert run("--file", folder, "--reset", "all") == 0
    assert counts(folder) == schema.defaults()


def test_check_tells_a_damaged_slot_and_what_counts_instead(folder: Path, capsys) -> None:
    assert run("--file", folder, "--check") == 0
    whole = (folder / "b.json").read_bytes()
    (folder / "b.json").write_bytes(whole[:-1] + b"!")
    assert run("--file", folder, "--check") == 1
    assert "settings slot b.json: damaged: wrong checksum" in capsys.readouterr().err
    assert run("--file", folder) == 0
    assert "row" in capsys.readouterr().out
    assert run("--file", folder, "--undo") == 1


def test_a_plain_file_is_made_changed_and_undone(tmp_path: Path, capsys) -> None:
    path = tmp_path / "athlete.json"
    assert run("--file", path, "side=left") == 0
    assert json.loads(path.read_text()) == {"side": "left"}
    assert run("--file", path, "cues=0") == 0
    assert json.loads(path.read_text()) == {"side": "left", "cues": 0}
    assert run("--file", path, "--undo") == 0
    assert json.loads(path.read_text()) == {"side": "left"}


def test_a_plain_file_that_is_wrong_is_bad_input(tmp_path: Path, capsys) -> None:
    path = tmp_path / "athlete.json"
    path.write_text('{"side": "up"}')
    assert run("--file", path, "--check") == 2
    assert "side: 'up' is none of right, left" in capsys.readouterr().err
    assert run("--file", tmp_path / "absent.json") == 2


def test_ranges_names_every_setting_with_its_unit(capsys) -> None:
    assert run("--ranges") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(schema.SETTINGS)
    assert any(line.startswith("haptic_strength_percent") and "0..100 %; default 100" in line for line in lines)
