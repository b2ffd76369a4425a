"""The two-file form of a recording (design section 9): SEGMENTS.csv with orientations, EMG.csv with microvolts.

SEGMENTS.csv: `t_s` and for each segment `<segment>_w,_x,_y,_z`, unit quaternion, segment to laboratory (Z up).
EMG.csv: a header of site names, microvolts, constant rate. Other columns are ignored; empty cells are gaps.
"""

import csv
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from host_tools.errors import BadInput
from host_tools.stimuli.recording import Recording, checked_emg, checked_emg_rate, checked_rotation, checked_times
from host_tools.stimuli.source import SEGMENTS, SITES, Array


def read_csv_recording(segments: Path | None, emg: Path | None, emg_rate_hz: float | None) -> Recording:
    """Read either file or both; a missing part rests later in playback.

    Raises BadInput naming file, column and remedy: no such file, missing columns, NaN gaps, non-unit quaternions,
    EMG rate missing or under 500 Hz.
    """
    if segments is None and emg is None:
        raise BadInput("--recording: no file given; name SEGMENTS.csv, a .c3d file or --emg EMG.csv")
    t_s: Array = np.zeros(0)
    rotations: dict[str, Rotation] = {}
    if segments is not None:
        t_s, rotations = read_segments(segments)
    signals: dict[str, Array] = {}
    if emg is not None:
        if emg_rate_hz is None:
            raise BadInput(f"{emg}: the sampling rate is not in the file; give it with --emg-rate HZ")
        checked_emg_rate(str(emg), emg_rate_hz)
        table = _read_table(emg)
        signals = {site: checked_emg(str(emg), site, table[site], emg_rate_hz) for site in SITES if site in table}
        if not signals:
            raise BadInput(f"{emg}: no known site among the columns {_named(table)}; name them {', '.join(SITES)}")
    name = " + ".join(path.name for path in (segments, emg) if path is not None)
    return Recording(name, t_s, rotations, signals, emg_rate_hz or 0.0)


def read_segments(path: Path) -> tuple[Array, dict[str, Rotation]]:
    """(t_s, rotations per segment) of a SEGMENTS.csv; raises BadInput."""
    table = _read_table(path)
    if "t_s" not in table:
        raise BadInput(f"{path}: column t_s is missing; write the time of each frame in seconds")
    t_s = checked_times(str(path), table["t_s"])
    rotations = {}
    missing: list[str] = []
    for segment in SEGMENTS:
        columns = [f"{segment}_{part}" for part in "wxyz"]
        absent = [column for column in columns if column not in table]
        if not absent:
            wxyz = np.stack([table[column] for column in columns], axis=1)
            rotations[segment] = checked_rotation(str(path), segment, wxyz, t_s)
        elif len(absent) < 4:
            missing += absent
    if missing:
        raise BadInput(f"{path}: columns missing: {', '.join(missing)}; a segment needs all of _w, _x, _y, _z")
    if not rotations:
        raise BadInput(f"{path}: no segment found; write columns <segment>_w,_x,_y,_z for {', '.join(SEGMENTS)}")
    return t_s, rotations


def _read_table(path: Path) -> dict[str, Array]:
    """Columns of a CSV by header name; cells that are empty become NaN, text columns are left out."""
    if not path.is_file():
        raise BadInput(f"{path}: no such file; check the path")
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            header = [name.strip() for name in next(csv.reader(file), [])]
        cells = _read_numbers(path)
    except (ValueError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:120]
        raise BadInput(f"{path}: cannot be read as comma-separated columns ({reason}); export it as CSV") from error
    if cells.size == 0 or not header:
        raise BadInput(f"{path}: empty; a header line and rows of numbers are needed")
    if cells.shape[1] != len(header):
        raise BadInput(f"{path}: {len(header)} names above {cells.shape[1]} columns of numbers; make them equal")
    return {name: cells[:, index] for index, name in enumerate(header)}


def _read_numbers(path: Path) -> Array:
    try:
        return np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2, encoding="utf-8-sig")
    except ValueError:  # empty or text cells, which only the slower reader turns into NaN
        return np.genfromtxt(path, delimiter=",", skip_header=1, ndmin=2, encoding="utf-8-sig")


def _named(table: dict[str, Array]) -> str:
    return ", ".join(list(table)[:8])
