"""The .sto file: normalised quaternion rows in OpenSim's ground frame, and the calibration row."""

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from host_tools.analysis.note import Note
from host_tools.analysis.wall_clock import WallClock
from host_tools.errors import BadInput
from host_tools.export.source import Source
from host_tools.export.sto_form import write_sto
from tests.t0_analysis.made_up_log import START_US, log, quaternion_topic

UPRIGHT = Rotation.from_quat([np.sqrt(0.5), 0, 0, np.sqrt(0.5)])  # segment X, Y, Z on laboratory X, Z, -Y


def wxyz(turn):
    return np.roll(turn.as_quat(), 1)


def q14(turns):
    return [round(float(v) * 16384) for turn in turns for v in wxyz(turn)]


def exported(tmp_path, thorax, humerus, heading=None, mounting=None, more=None, settings=None, skew_us=3000):
    """The header, times and rotations of a log in which thorax and humerus follow functions of seconds."""
    times = START_US + 10_000 * np.arange(200)
    samples = []
    for t in times:
        samples.append((0, t, wxyz(thorax((t - START_US) / 1e6))))
        samples.append((2, t + skew_us, wxyz(humerus((t + skew_us - START_US) / 1e6))))
    if heading is not None:
        values = q14(heading), q14(mounting)
        settings = {
            f"{k}_{i}": v for k, vs in zip(("heading_q14", "mount_q14"), values, strict=True) for i, v in enumerate(vs)
        }
    made = log({"raw_quaternion": quaternion_topic(samples)} | (more or {}), settings)
    path = tmp_path / "x.sto"
    done = write_sto(Source(Path("x.ulg"), made, Note(), WallClock()), path)
    head, body = path.read_text().split("endheader\n")
    names, *lines = body.strip().split("\n")
    rows = np.array([[float(v) for v in cell.split(",")] for line in lines for cell in line.split("\t")[1:]])
    seconds = np.array([float(line.split("\t")[0]) for line in lines])
    count = len(names.split("\t")) - 1
    turns = [Rotation.from_quat(np.roll(rows[k::count], -1, axis=1)) for k in range(count)]
    return head, names.split("\t"), seconds, rows, turns, done


def abducted(s):
    """Upright, then the right arm lifted sideways by 40 degrees per second: about the segment's X axis (forward)."""
    return UPRIGHT * Rotation.from_euler("X", -40 * s, degrees=True)


def test_rows_are_unit_quaternions_and_the_header_is_opensims(tmp_path):
    head, names, seconds, rows, _, _ = exported(
        tmp_path, lambda s: UPRIGHT, abducted, [Rotation.identity()] * 3, [Rotation.identity()] * 3
    )
    assert "DataType=Quaternion" in head and "DataRate=100.0" in head and "version=3" in head
    assert names == ["time", "torso_imu", "humerus_r_imu"]
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-8)
    assert np.all(np.diff(seconds) > 0)


def test_an_upright_segment_is_the_identity_in_the_ground_frame_and_an_abducted_arm_points_sideways(tmp_path):
    *_, seconds, _, turns, _ = exported(
        tmp_path, lambda s: UPRIGHT, abducted, [Rotation.identity()] * 3, [Rotation.identity()] * 3
    )
    torso, humerus = turns
    assert np.max(torso.magnitude()) < 1e-3
    along = -humerus[-1].apply([0, 1, 0])  # from shoulder to elbow; ground X forward, Y up, Z right
    angle = np.radians(40 * seconds[-1])
    assert np.allclose(along, [0, -np.cos(angle), np.sin(angle)], atol=1e-3)


def test_other_segments_are_interpolated_to_the_first_ones_times(tmp_path):
    _, _, seconds, _, turns, _ = exported(
        tmp_path, lambda s: UPRIGHT, abducted, [Rotation.identity()] * 3, [Rotation.identity()] * 3
    )
    wanted = Rotation.from_euler("X", -40 * seconds[1:, None], degrees=True)
    assert np.max((turns[1][1:] * wanted.inv()).magnitude()) < np.radians(0.02)


def test_heading_and_mounting_are_taken_out_and_the_first_row_is_the_neutral_pose(tmp_path):
    heading = [Rotation.from_euler("Z", a, degrees=True) for a in (30, -50, 110)]
    mounting = [Rotation.from_euler("xyz", a, degrees=True) for a in ((5, 3, -8), (0, 0, 0), (10, -4, 2))]
    sensor = lambda k, turn: heading[k].inv() * turn * mounting[k].inv()  # noqa: E731
    _, _, _, _, turns, done = exported(
        tmp_path, lambda s: sensor(0, UPRIGHT), lambda s: sensor(2, abducted(s)), heading, mounting
    )
    assert np.max(turns[0].magnitude()) < np.radians(0.05)
    assert turns[1][0].magnitude() < 1e-9, "calibration row: the upright reference"
    assert any("calibration pose" in sentence for sentence in done)


def test_a_heading_correction_turns_the_rows_after_it(tmp_path):
    more = {"heading_correction": {"timestamp": [START_US + 1_000_000], "segment": [0], "cdeg": [150]}}
    *_, turns, done = exported(
        tmp_path, lambda s: UPRIGHT, abducted, [Rotation.identity()] * 3, [Rotation.identity()] * 3, more
    )
    degrees = np.degrees(turns[0].magnitude())
    assert degrees[50] < 0.1 and abs(degrees[-1] - 1.5) < 0.02
    assert any("later corrections" in sentence for sentence in done)


def test_a_neutral_pose_in_the_log_calibrates_from_the_second_before_it(tmp_path):
    tilted = Rotation.from_euler("xyz", [4, 25, -7], degrees=True)
    more = {"marker": {"timestamp": [START_US, START_US + 1_200_000], "kind": [0, 2], "value": [0, 0]}}
    still = lambda s: Rotation.from_euler("Z", 70, degrees=True) * UPRIGHT * tilted  # noqa: E731
    *_, turns, _ = exported(tmp_path, still, still, more=more)
    assert np.max(np.degrees(turns[0].magnitude())) < 0.05


def test_without_a_neutral_pose_there_is_no_calibration_row_and_the_sidecar_says_so(tmp_path):
    _, _, seconds, _, _, done = exported(tmp_path, lambda s: UPRIGHT, abducted)
    assert seconds[0] > 0 and any("sensor orientations" in sentence for sentence in done)


def test_rows_without_neighbours_in_time_are_left_out(tmp_path):
    samples = [(0, START_US + 10_000 * k, (1, 0, 0, 0)) for k in range(100)]
    samples += [(2, START_US + 10_000 * k, (1, 0, 0, 0)) for k in range(100) if not 40 <= k < 60]
    path = tmp_path / "x.sto"
    made = log({"raw_quaternion": quaternion_topic(samples)})
    done = write_sto(Source(Path("x.ulg"), made, Note(), WallClock()), path)
    assert any("20 rows were left out" in sentence for sentence in done)


def test_a_log_without_raw_quaternions_names_the_remedy(tmp_path):
    with pytest.raises(BadInput, match="raw_imu = 1"):
        write_sto(Source(Path("x.ulg"), log(), Note(), WallClock()), tmp_path / "x.sto")
