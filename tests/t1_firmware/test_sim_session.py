"""A session in virtual time: what the firmware logs is what the body did."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from host_tools.athlete.workout import Plan
from host_tools.cli import main
from host_tools.sim.request import Request
from tests.session_measures import (
    DEFAULT_REFERENCE_DEG,
    SCAPULAR,
    Outcome,
    angle_rmse_deg,
    box_lift_request,
    change_rmse_deg,
    counted_per_set,
    envelope_error_percent,
    outcome,
)


@pytest.fixture(scope="module")
def box_lift(recordings: Path) -> Outcome:
    return outcome(box_lift_request(recordings, ideal=True, reference="first-frame", raw=("emg", "imu")))


@pytest.fixture(scope="module")
def shrugging() -> Outcome:
    return outcome(Request(athlete="shrug", exercise="row", seed=5, plan=Plan(sets=(5,))))


def test_the_box_lift_comes_out_of_the_log_within_half_a_degree(box_lift: Outcome) -> None:
    for name in (*SCAPULAR, "humeral_elevation"):
        assert angle_rmse_deg(box_lift, name) <= 0.5, name


def test_the_other_angles_come_out_as_well(box_lift: Outcome) -> None:
    for name in ("thorax_flexion", "thorax_lateral", "thorax_rotation", "plane_of_elevation"):
        assert angle_rmse_deg(box_lift, name) <= 0.5, name


def test_envelopes_of_the_box_lift_are_those_of_the_float_chain(box_lift: Outcome) -> None:
    for site in ("UT", "LT", "SA", "LAT"):
        assert envelope_error_percent(box_lift, site) <= 1.5, site


def test_the_whole_recording_is_covered_by_the_log(box_lift: Outcome) -> None:
    for topic, field in (("segment_angles", "internal_rotation"), ("emg_envelope", "uv_q4[0]")):
        t_us, _ = box_lift.logged(topic, field, 0.0, 5.8)
        assert t_us[0] - box_lift.start_us < 60_000 and box_lift.start_us + 5_800_000 - t_us[-1] < 60_000
        assert np.diff(t_us).max() < 120_000


def test_raw_streams_are_logged_when_asked_for(box_lift: Outcome) -> None:
    # blocks of 10 frames; without a memory card a set keeps as much as fits into memory
    _, sequence = box_lift.logged("raw_emg", "sequence", 0.0, 5.0)
    assert len(sequence) > 100 and np.median(np.diff(sequence)) == 10
    _, segments = box_lift.logged("raw_quaternion", "segment", 0.0, 5.0)
    assert set(segments) == {0.0, 1.0, 2.0}


def test_the_c3d_file_gives_the_same_angles_as_the_csv_files(box_lift: Outcome, recordings: Path) -> None:
    other = outcome(box_lift_request(recordings, c3d=True, ideal=True, reference="first-frame"))
    for name in (*SCAPULAR, "humeral_elevation"):
        t_us, cdeg = other.logged("segment_angles", name, 0.0, 5.79)
        csv_us, csv_cdeg = box_lift.logged("segment_angles", name, 0.0, 5.79)
        assert np.abs(np.interp(t_us, csv_us, csv_cdeg) - cdeg).max() <= 50, name


def test_default_errors_stay_within_a_few_degrees_of_change(recordings: Path) -> None:
    seen = outcome(box_lift_request(recordings, seed=2))
    for name in SCAPULAR:
        assert change_rmse_deg(seen, name, DEFAULT_REFERENCE_DEG[name]) <= 6.0, name


def test_the_left_side_reports_the_angles_of_the_right_one(box_lift: Outcome, recordings: Path) -> None:
    left = outcome(box_lift_request(recordings, ideal=True, reference="first-frame", side="left"))
    assert left.summary["settings"]["side"] == "left"
    for name in (*SCAPULAR, "humeral_elevation", "plane_of_elevation", "thorax_flexion", "thorax_lateral"):
        assert angle_rmse_deg(left, name) <= 0.5, name


@pytest.mark.parametrize("exercise", ["row", "y_raise", "retraction_hold"])
def test_repetitions_are_counted_past_false_starts_and_a_regrip(exercise: str) -> None:
    seen = outcome(Request(athlete="good", exercise=exercise, seed=3, plan=Plan(sets=(4, 1))))
    assert counted_per_set(seen) == ([4, 1], [4, 1])
    begun = np.array([repetition["start_us"] for repetition in seen.summary["repetition_list"]])
    assert np.abs(begun - seen.truth["repetition_drive_begin_us"]).max() < 300_000


def test_a_shrug_is_cued_and_every_cue_moved_a_tactor(shrugging: Outcome) -> None:
    cue = shrugging.topics["cue"]
    faulty = shrugging.truth["repetition_faults"] != ""
    assert faulty.tolist() == [False, False, True, True, True]
    first_faulty_us = shrugging.truth["repetition_begin_us"][faulty].min()
    assert np.sum(cue["decided_us"] > first_faulty_us) >= 2
    for started_us in cue["started_us"].astype(np.int64):
        assert np.abs(shrugging.truth["tactor_go_us"] - started_us).min() < 5_000


def test_the_summary_tells_settings_latency_and_the_hash_of_the_log(shrugging: Outcome) -> None:
    summary = shrugging.summary
    assert summary["log_sha256"] == hashlib.sha256(shrugging.log_bytes).hexdigest()
    assert summary["repetitions"] == summary["repetitions_done"] == 5
    assert summary["latency_us"]["max"] < 100_000  # issue: cue within 100 ms of the decision at the latest
    assert summary["settings"]["exercise"] == "row" and len(summary["settings"]["mvc_uv_q4"]) == 4
    assert summary["overruns"] == 0 and summary["gaps"] == 0


def test_envelopes_of_the_athlete_follow_the_true_activation(shrugging: Outcome) -> None:
    t_us, permille = shrugging.logged("emg_envelope", "mvc_permille[2]", 0.0, 30.0)
    true = np.interp(t_us - 100_000, shrugging.truth["t_us"], shrugging.truth["emg_activation_permille"][:, 2])
    active = true > 150
    assert np.corrcoef(permille, true)[0, 1] > 0.9
    assert permille[active].mean() == pytest.approx(true[active].mean(), rel=0.15)


def test_the_same_seed_gives_the_same_log_bytes_and_another_seed_does_not() -> None:
    first, second, other = (outcome(Request(seed=seed, duration_s=16)) for seed in (7, 7, 8))
    assert first.log_bytes == second.log_bytes != other.log_bytes
    assert first.summary == second.summary


def test_either_part_of_a_recording_may_be_missing(recordings: Path) -> None:
    folder = recordings / "shoulder_boxlift"
    moving = outcome(Request(recording=folder / "segments_100hz.csv", ideal=True, reference="first-frame"))
    assert angle_rmse_deg(moving, "upward_rotation") <= 0.5
    pulling = outcome(Request(emg=folder / "emg_2000hz_uV.csv", emg_rate_hz=2000.0, ideal=True))
    assert envelope_error_percent(pulling, "UT") <= 1.5
    _, upward = pulling.logged("segment_angles", "upward_rotation", 0.0, 5.0)
    assert np.abs(upward - 500).max() < 20


def test_a_board_with_three_channels_runs_on_three_sites() -> None:
    seen = outcome(Request(board="pico", plan=Plan(sets=(1,), false_starts=0, regrips=0)))
    assert seen.summary["sites"] == ["UT", "MT", "LT"]
    assert seen.summary["repetitions"] == 1
    assert "uv_q4[2]" in seen.topics["emg_envelope"] and "uv_q4[3]" not in seen.topics["emg_envelope"]


def test_a_sensor_that_resets_is_noticed_and_the_session_goes_on() -> None:
    plan = Plan(sets=(4,), false_starts=0, regrips=0)
    seen = outcome(Request(faults=("imu:scapula:reset@6",), plan=plan))
    assert any(fault["part"] == "scapula sensor" for fault in seen.summary["faults"])
    assert seen.summary["boots"] == ["main returned"]
    _, late = seen.logged("segment_angles", "humeral_elevation", 10.0, 20.0)
    assert len(late) > 100


def test_settings_from_a_file_reach_the_device(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"emg_sites": ["LT", "UT"], "mvc_uv_q4": [5000, 6000], "feature_hz": 100, "cues": 0}))
    seen = outcome(Request(settings=path, athlete="shrug", plan=Plan(sets=(3,), false_starts=0, regrips=0)))
    assert seen.summary["settings"]["mvc_uv_q4"] == [5000, 6000]
    assert seen.summary["cues"] == {}
    t_us, _ = seen.logged("segment_angles", "internal_rotation", 3.0, 5.0)
    assert len(t_us) == pytest.approx(200, abs=4)


def test_the_command_writes_three_files_and_keeps_what_else_is_there(tmp_path: Path, capsys) -> None:
    out = tmp_path / "new" / "out"
    out.mkdir(parents=True)
    (out / "notes.txt").write_text("mine")
    assert main(["sim", "--duration", "14", "--exercise", "y_raise", "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["notes.txt", "session.ulg", "summary.json", "truth.npz"]
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert "virtual time" in capsys.readouterr().out
