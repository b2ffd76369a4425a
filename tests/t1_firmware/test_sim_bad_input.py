"""`rhomboid sim` refuses what it cannot use: one clear line, exit code 2, nothing written."""

import json
from pathlib import Path

import pytest

from host_tools.cli import main

BOARD_CASES = [
    (["--board", "uno"], ("uno", "feather_rp2350")),
    (["--exercise", "squat"], ("squat", "row, y_raise, retraction_hold")),
    (["--athlete", "bob"], ("bob", "good, shrug")),
    (["--side", "up"], ("up", "right")),
    (["--duration", "0"], ("--duration", "86400")),
    (["--duration", "nan"], ("--duration",)),
    (["--duration", "6"], ("--duration 6", "too short for a set")),
    (["--raw", "emg,ecg"], ("ecg", "emg, imu")),
    (["--fault", "imu:head:reset@3"], ("imu:head:reset@3", "thorax, scapula, humerus")),
    (["--fault", "emg:SA:off@3"], ("emg:SA:off@3", "UT, MT, LT, LAT")),
    (["--fault", "soon"], ("soon", "PART:KIND@BEGIN")),
    (["--fault", "imu:scapula:melted@3"], ("imu:scapula:melted@3", "unplugged, nak, silent")),
    (["--fault", "wing:left:off@3"], ("wing:left:off@3", "imu, bus, emg, tactor, board")),
    (["--fault", "bus:2:stuck@3"], ("bus:2:stuck@3", "0, 1")),
    (["--fault", "tactor:upper:off@3"], ("tactor:upper:off@3", "unplugged, motor_open")),
    (["--fault", "board:head:stall@3"], ("board:head:stall@3", "board:KIND")),
    (["--athlete", "good", "--emg", "x.csv", "--emg-rate", "1000"], ("--athlete", "--recording")),
    (["--recording", "nowhere.csv"], ("nowhere.csv", "no such file")),
    (["--recording", "nowhere.c3d"], ("nowhere.c3d", "no such file")),
    (["--recording", "nowhere.c3d", "--emg", "emg.csv"], ("emg.csv", "own EMG")),
    (["--settings", "nowhere.json"], ("nowhere.json", "no such file")),
    (["--reference", "nowhere.csv"], ("nowhere.csv", "first-frame")),
]

SETTINGS_CASES = [
    ("{", ("not JSON",)),
    ("[]", ("not a JSON object",)),
    ({"emg_sites": ["UT", "BICEPS"]}, ("emg_sites", "BICEPS", "UT, MT, LT, LAT, SA")),
    ({"emg_sites": ["UT", "UT"]}, ("emg_sites", "twice")),
    ({"exercise": "squat"}, ("squat", "row, y_raise, retraction_hold")),
    ({"highpass_hz": 25, "feature_hz": 7}, ("highpass_hz: 25", "feature_hz: 7")),
    ({"mvc_uv_q4": [1, 2]}, ("mvc_uv_q4", "2 items")),
]


def refused(arguments: list[str], out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The message of a refused command; asserts exit code 2, one line, and an untouched folder."""
    before = sorted(out.parent.iterdir())
    assert main(["sim", *arguments, "--out", str(out)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1 and captured.err.startswith("rhomboid: ")
    assert sorted(out.parent.iterdir()) == before
    return captured.err


@pytest.mark.parametrize(("arguments", "words"), BOARD_CASES)
def test_an_option_that_cannot_be_used_is_named_with_what_can(arguments, words, tmp_path: Path, capsys) -> None:
    message = refused(arguments, tmp_path / "out", capsys)
    for word in words:
        assert word in message


@pytest.mark.parametrize(("content", "words"), SETTINGS_CASES)
def test_settings_that_cannot_be_used_are_named(content, words, tmp_path: Path, capsys) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    message = refused(["--settings", str(path)], tmp_path / "out", capsys)
    for word in words:
        assert word in message


def test_more_sites_than_channels_are_refused(tmp_path: Path, capsys) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"emg_sites": ["UT", "MT", "LT", "LAT"]}))
    message = refused(["--settings", str(path), "--board", "pico"], tmp_path / "out", capsys)
    assert "4 emg_sites" in message and "pico has 3 channels" in message


def test_a_recording_with_a_gap_leaves_an_older_session_alone(tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "summary.json").write_text("older")
    segments = tmp_path / "segments.csv"
    rows = ["0.00,1,0,0,0", "0.01,1,0,,0", "0.02,1,0,0,0"]
    segments.write_text("t_s,thorax_w,thorax_x,thorax_y,thorax_z\n" + "\n".join(rows) + "\n")
    message = refused(["--recording", str(segments)], out, capsys)
    assert "thorax has 1 of 3 values missing (NaN), first at 0.01-0.01 s" in message
    assert [path.name for path in out.iterdir()] == ["summary.json"] and (out / "summary.json").read_text() == "older"


def test_an_incomplete_reference_names_the_missing_segments(tmp_path: Path, capsys) -> None:
    reference = tmp_path / "pose.csv"
    reference.write_text("t_s,thorax_w,thorax_x,thorax_y,thorax_z\n0,1,0,0,0\n1,1,0,0,0\n")
    assert "lacks scapula, humerus" in refused(["--reference", str(reference)], tmp_path / "out", capsys)


def test_a_file_in_the_place_of_the_folder_is_not_overwritten(tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    out.write_text("mine")
    assert "is a file" in refused(["--duration", "20"], out, capsys)
    assert out.read_text() == "mine"
