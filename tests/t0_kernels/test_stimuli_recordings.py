"""A recording is read the same from either form, and a bad one is refused in one clear line."""

from pathlib import Path

import ezc3d
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from host_tools.errors import BadInput
from host_tools.stimuli import isb
from host_tools.stimuli.c3d_form import DEFAULT_MAPPING, read_c3d_recording, read_mapping
from host_tools.stimuli.csv_form import read_csv_recording
from host_tools.stimuli.source import SEGMENTS

HEADER = "t_s," + ",".join(f"{segment}_{part}" for segment in SEGMENTS for part in "wxyz")


def boxlift_csv(recordings: Path):
    folder = recordings / "shoulder_boxlift"
    return read_csv_recording(folder / "segments_100hz.csv", folder / "emg_2000hz_uV.csv", 2000)


def boxlift_truth(recordings: Path) -> dict[str, np.ndarray]:
    table = np.genfromtxt(recordings / "shoulder_boxlift" / "segments_100hz.csv", delimiter=",", names=True)
    names = ("internal_rotation", "upward_rotation", "posterior_tilt", "humeral_elevation")
    return {name: table[name + "_deg"] for name in names}


def write_segments(path: Path, frames: int = 50, change=lambda rows: None) -> Path:
    """A SEGMENTS.csv of somebody who stands still, with `change` applied to its rows of text cells."""
    rows = [[f"{i * 0.01:.2f}"] + ["0.707107", "0.707107", "0", "0"] * 3 for i in range(frames)]
    change(rows)
    path.write_text(HEADER + "\n" + "\n".join(",".join(row) for row in rows) + "\n")
    return path


def write_emg(path: Path, header: str = "UT,LT", rows: int = 2000, cell: str = "1.0") -> Path:
    line = ",".join([cell] * len(header.split(",")))
    path.write_text(header + "\n" + "\n".join([line] * rows) + "\n")
    return path


def write_c3d(path: Path, leave_out: tuple[str, ...] = (), emg_hz: float = 1000.0, gap: str = "") -> Path:
    """A C3D of 50 still frames with the markers and channels of the default mapping, less those left out."""
    mapping = read_mapping()
    markers = [name for name in dict.fromkeys(mapping.landmarks.values()) if name not in leave_out]
    channels = [name for name in mapping.sites.values() if name not in leave_out]
    position = {
        "STER": (100, 0, 1400),
        "XIPH": (120, 0, 1250),
        "T1": (-60, 0, 1450),
        "T10": (-80, 0, 1200),
        "SCAP_AA": (-20, -180, 1420),
        "SCAP_RS": (-90, -70, 1400),
        "SCAP_IA": (-100, -90, 1280),
        "ACRO_tip": (0, -180, 1430),
        "EPICl": (0, -230, 1100),
        "EPICm": (0, -160, 1100),
    }
    points = np.ones((4, len(markers), 50))
    for index, name in enumerate(markers):
        points[:3, index, :] = np.array(position[name])[:, None]
        if name == gap:
            points[:3, index, 10:13] = np.nan
    content = ezc3d.c3d()
    content["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    content["parameters"]["POINT"]["LABELS"]["value"] = ["Someone:" + name for name in markers]
    content["parameters"]["ANALOG"]["RATE"]["value"] = [emg_hz]
    content["parameters"]["ANALOG"]["LABELS"]["value"] = [name + ".EMG1" for name in channels]
    content["data"]["points"] = points
    content["data"]["analogs"] = np.full((1, len(channels), int(50 * emg_hz / 100)), 1e-5)
    content.write(str(path))
    return path


def refused(call) -> str:
    with pytest.raises(BadInput) as caught:
        call()
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_the_c3d_file_gives_the_frames_and_voltages_of_the_two_csv_files(recordings: Path) -> None:
    expected = boxlift_csv(recordings)
    read = read_c3d_recording(recordings / "shoulder_boxlift" / "markers_analogs.c3d", read_mapping())
    for segment in SEGMENTS:
        apart = (expected.segments[segment].inv() * read.segments[segment]).magnitude()
        assert np.degrees(apart).max() < 0.001
    for site in ("UT", "LT", "SA", "LAT"):
        assert np.abs(expected.emg_uv[site] - read.emg_uv[site]).max() < 0.006


def test_isb_angles_agree_with_the_published_ones(recordings: Path) -> None:
    angles = isb.angles_deg(*(boxlift_csv(recordings).segments[segment] for segment in SEGMENTS))
    for name, truth in boxlift_truth(recordings).items():
        assert np.abs(angles[name] - truth).max() < 0.001, name


def test_a_mirrored_body_has_the_same_angles_after_the_change_of_sign_for_the_left_side() -> None:
    segments = Rotation.random(60, rng=np.random.default_rng(4))
    right = [segments[0:20], segments[20:40], segments[40:60]]
    unmirrored = []
    for rotation in right:
        w, x, y, z = isb.mirrored(rotation).as_quat(scalar_first=True).T
        unmirrored.append(Rotation.from_quat(np.stack([w, -x, -y, z], axis=1), scalar_first=True))
    expected, got = isb.angles_deg(*right), isb.angles_deg(*unmirrored)
    for name in ("internal_rotation", "upward_rotation", "posterior_tilt", "humeral_elevation", "plane_of_elevation"):
        np.testing.assert_allclose(got[name], expected[name], atol=1e-9)


def test_mirroring_keeps_up_up() -> None:
    up = isb.mirrored(Rotation.from_euler("Z", 50, degrees=True) * isb.UPRIGHT).as_matrix()[0][:, 1]
    np.testing.assert_allclose(up, (0, 0, 1), atol=1e-12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows[7].__setitem__(1, ""), ("thorax", "NaN", "0.07")),
        (lambda rows: rows[7].__setitem__(6, "nan"), ("scapula", "NaN", "fill the gaps")),
        (lambda rows: rows[9].__setitem__(9, "0.9"), ("humerus", "0.09 s", "norm", "unit")),
        (lambda rows: rows[9].__setitem__(0, "0.01"), ("t_s does not ascend", "sort")),
        (lambda rows: rows.__delitem__(slice(1, None)), ("1 frames", "at least 2")),
    ],
)
def test_bad_segments_are_refused_naming_place_and_remedy(tmp_path: Path, change, words) -> None:
    path = write_segments(tmp_path / "segments.csv", change=change)
    message = refused(lambda: read_csv_recording(path, None, None))
    assert message.startswith(str(path))
    for word in words:
        assert word in message


def test_every_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "segments.csv"
    path.write_text("t_s,thorax_w,thorax_x,scapula_w,scapula_x,scapula_y\n0,1,0,1,0,0\n0.01,1,0,1,0,0\n")
    message = refused(lambda: read_csv_recording(path, None, None))
    assert "thorax_y, thorax_z, scapula_z" in message


@pytest.mark.parametrize(
    ("rate", "header", "cell", "words"),
    [
        (None, "UT", "1", ("--emg-rate",)),
        (400, "UT", "1", ("400 Hz", "500 Hz")),
        (float("nan"), "UT", "1", ("500 Hz",)),
        (1000, "BICEPS,QUAD", "1", ("no known site", "BICEPS", "UT, MT, LT, LAT, SA")),
        (1000, "UT,LT", "nan", ("UT", "NaN", "fill the gaps")),
        (5000, "UT", "1", ("UT has 2000 samples",)),
    ],
)
def test_bad_emg_is_refused_naming_file_and_remedy(tmp_path: Path, rate, header, cell, words) -> None:
    path = write_emg(tmp_path / "emg.csv", header, cell=cell)
    message = refused(lambda: read_csv_recording(None, path, rate))
    assert message.startswith(str(path))
    for word in words:
        assert word in message


def test_other_columns_are_ignored_and_either_part_may_be_absent(tmp_path: Path) -> None:
    emg = read_csv_recording(None, write_emg(tmp_path / "emg.csv", "UT,QUAD"), 1000)
    assert list(emg.emg_uv) == ["UT"] and not emg.segments and emg.duration_s == 2.0
    segments = read_csv_recording(write_segments(tmp_path / "segments.csv"), None, None)
    assert set(segments.segments) == set(SEGMENTS) and not segments.emg_uv


@pytest.mark.parametrize("name", ["absent.csv", "absent.c3d"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith(".c3d"):
        message = refused(lambda: read_c3d_recording(path, read_mapping()))
    else:
        message = refused(lambda: read_csv_recording(path, None, None))
    assert message.startswith(f"{path}: no such file")


@pytest.mark.parametrize("name", ["text.c3d", "empty.c3d"])
def test_a_file_that_is_no_c3d_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("" if name == "empty.c3d" else "t_s,thorax_w\n0,1\n")
    assert "not a readable C3D file" in refused(lambda: read_c3d_recording(path, read_mapping()))


def test_a_c3d_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = write_c3d(tmp_path / "whole.c3d")
    path.write_bytes(path.read_bytes()[:-4000])
    assert "of 50 frames; copy or export it again" in refused(lambda: read_c3d_recording(path, read_mapping()))


def test_a_c3d_file_needs_only_the_mapped_names(tmp_path: Path) -> None:
    recording = read_c3d_recording(write_c3d(tmp_path / "still.c3d"), read_mapping())
    assert set(recording.segments) == set(SEGMENTS)
    np.testing.assert_allclose(recording.emg_uv["UT"], 10.0, rtol=1e-5)


def test_every_missing_marker_and_channel_of_a_c3d_file_is_named(tmp_path: Path) -> None:
    path = write_c3d(tmp_path / "some.c3d", leave_out=("SCAP_IA", "T10", "Gd_dors"))
    message = refused(lambda: read_c3d_recording(path, read_mapping()))
    assert "missing marker T10, marker SCAP_IA, channel Gd_dors" in message
    assert "--mapping" in message


def test_a_gap_in_a_needed_marker_is_named_with_its_time(tmp_path: Path) -> None:
    path = write_c3d(tmp_path / "gap.c3d", gap="SCAP_RS")
    message = refused(lambda: read_c3d_recording(path, read_mapping()))
    assert "marker SCAP_RS has 3 of 50 values missing (NaN), first at 0.10-0.12 s" in message


def test_a_c3d_file_with_slow_channels_is_refused(tmp_path: Path) -> None:
    path = write_c3d(tmp_path / "slow.c3d", emg_hz=400.0)
    assert "EMG rate 400 Hz" in refused(lambda: read_c3d_recording(path, read_mapping()))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('IJ = "STER"', "", ("lacks IJ",)),
        ('UT = "Trap_sup"', 'TRAP = "Trap_sup"', ("unknown site TRAP", "UT, MT, LT, LAT, SA")),
        ("microvolt_per_unit = 1e6", "microvolt_per_unit = 0", ("microvolt_per_unit", "above 0")),
        ("[sites]", "[sites", ("not TOML",)),
    ],
)
def test_a_bad_mapping_is_refused(tmp_path: Path, old: str, new: str, words) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(DEFAULT_MAPPING.read_text().replace(old, new))
    message = refused(lambda: read_mapping(path))
    for word in words:
        assert word in message
