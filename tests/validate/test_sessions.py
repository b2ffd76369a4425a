"""The bars of a whole session, measured end to end: recording or athlete in, log out."""

import resource
import time
from pathlib import Path

import numpy as np
import pytest

from host_tools.athlete.athlete import Athlete
from host_tools.athlete.workout import Plan
from host_tools.sim.request import Request
from host_tools.stimuli.streams import write_streams
from tests.session_measures import (
    DEFAULT_REFERENCE_DEG,
    SCAPULAR,
    angle_rmse_deg,
    box_lift_request,
    change_rmse_deg,
    counted_per_set,
    envelope_error_percent,
    outcome,
)
from tests.validate.tables import write_table

pytestmark = pytest.mark.validate

ANGLES = (*SCAPULAR, "humeral_elevation")
EXERCISES = ("row", "y_raise", "retraction_hold")


def test_box_lift_with_ideal_sensors(recordings: Path) -> None:
    seen = {
        form: outcome(box_lift_request(recordings, c3d=form == "C3D", ideal=True, reference="first-frame"))
        for form in ("CSV", "C3D")
    }
    rows: list[list[object]] = []
    for name in ANGLES:
        csv_us, csv_cdeg = seen["CSV"].logged("segment_angles", name, 0.0, 5.79)
        c3d_us, c3d_cdeg = seen["C3D"].logged("segment_angles", name, 0.0, 5.79)
        apart = float(np.abs(np.interp(c3d_us, csv_us, csv_cdeg) - c3d_cdeg).max()) / 100
        rows.append([name, *(angle_rmse_deg(seen[form], name) for form in ("CSV", "C3D")), apart])
    write_table(
        "box_lift_ideal",
        "Box lift, ideal sensors: RMSE in degrees (bar 0.5), largest difference between the two forms (bar 0.5)",
        ("angle", "CSV", "C3D", "C3D against CSV"),
        rows,
    )
    sites = [[site, envelope_error_percent(seen["CSV"], site)] for site in ("UT", "LT", "SA", "LAT")]
    write_table(
        "box_lift_envelopes",
        "Box lift: RMS error of the logged envelope in percent of peak against float64 (bar 1.5)",
        ("site", "percent"),
        sites,
    )
    assert all(value <= 0.5 for row in rows for value in row[1:] if isinstance(value, float))
    assert all(error <= 1.5 for _, error in sites if isinstance(error, float))


def test_box_lift_with_default_errors(recordings: Path) -> None:
    rows: list[list[object]] = []
    worst = []
    elevation = []
    for seed in range(1, 101):
        seen = outcome(box_lift_request(recordings, seed=seed))
        scapular = [change_rmse_deg(seen, name, DEFAULT_REFERENCE_DEG[name]) for name in SCAPULAR]
        elevation.append(change_rmse_deg(seen, "humeral_elevation", 0.0))
        worst.append(max(scapular))
        rows.append([seed, *scapular, worst[-1], elevation[-1]])
    for count in (20, 100):
        first = np.array(worst[:count])
        rows.append(
            [f"median of {count}", "", "", "", float(np.median(first)), float(np.median(elevation[:count]))],
        )
        rows.append([f"worst of {count}", "", "", "", float(first.max()), float(np.max(elevation[:count]))])
    write_table(
        "box_lift_default_errors",
        "Box lift, default errors: RMSE of the change from neutral in degrees (bar: median of the worst <= 2.5)",
        ("seed", *SCAPULAR, "worst", "humeral_elevation"),
        rows,
    )
    assert np.median(worst) <= 2.5


@pytest.mark.parametrize("exercise", EXERCISES)
def test_repetitions_in_sets_of_one_to_twenty(exercise: str) -> None:
    rows: list[list[object]] = []
    exact = sets = 0
    for seed in range(1, 11):
        seen = outcome(Request(exercise=exercise, seed=seed, plan=Plan(sets=tuple(range(1, 21)))))
        done, counted = counted_per_set(seen)
        wrong = [f"{number}: {found}" for number, found in zip(done, counted, strict=True) if number != found]
        exact += len(done) - len(wrong)
        sets += len(done)
        rows.append([seed, sum(done), sum(counted), len(done) - len(wrong), "; ".join(wrong)])
    rows.append(["all", "", "", f"{exact} of {sets}", ""])
    write_table(
        f"repetitions_{exercise}",
        f"{exercise}: sets of 1 to 20 with two false starts and a re-grip, counted exactly (bar 99 %)",
        ("seed", "done", "counted", "exact sets of 20", "wrong sets"),
        rows,
    )
    assert sets == 200 and exact >= 0.99 * sets


def test_same_seed_same_log_and_speed(tmp_path: Path) -> None:
    # processor time, so that what else runs on the machine does not count
    began = time.process_time()
    person = Athlete("good", "row", 1, False, Plan(duration_s=90))
    write_streams(person, ("UT", "MT", "LT", "LAT"), tmp_path, 1, False, 3.0, 93.0)
    stimulus_s = time.process_time() - began
    before_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    first, second = (outcome(Request(seed=1)) for _ in range(2))
    interpreter_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before_s
    speed = (first.virtual_s + second.virtual_s) / interpreter_s
    write_table(
        "determinism_and_speed",
        "90 s of rowing twice with the same seed",
        ("figure", "value", "bar"),
        [
            ["same log bytes", "yes" if first.log_bytes == second.log_bytes else "no", "yes"],
            ["SHA-256", first.summary["log_sha256"], second.summary["log_sha256"]],
            ["virtual against real time", speed, ">= 30"],
            ["stimulus of 90 s, seconds", stimulus_s, "< 3"],
            ["cue latency, decision to GO, us (median, p99, max)", first.summary["latency_us"], "100 ms"],
            ["overruns", first.summary["overruns"], 0],
        ],
    )
    assert first.log_bytes == second.log_bytes
    assert speed >= 30
