"""Motion-BIDS (BIDS 1.11): the orientations of a log, one tracking system for each sensor.

Each sensor samples on its own clock, so each has its own file and a LATENCY channel with the time of every sample:
nothing is resampled, and a lost sample is a row that is not there.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from host_tools.analysis.raw_quaternions import SEGMENTS, Track, calibrations, segment_turns, tracks
from host_tools.export.events import events
from host_tools.export.sidecar import write_json, write_text
from host_tools.export.source import Source

NOMINAL_HZ = 100
_PLACEMENT = {
    "thorax": "upper thorax, sternum or T1 to T3",
    "scapula": "spine of the scapula",
    "humerus": "lateral upper arm",
}
_COMPONENTS = ("quat_w", "quat_x", "quat_y", "quat_z")
_COLUMNS = ("name", "component", "type", "tracked_point", "units", "placement", "reference_frame")


def write_motion(source: Source, folder: Path, stem: str, task: str) -> tuple[list[tuple[str, int]], list[str]]:
    """Files into `folder`/motion; answers (path below `folder`, device time of its first sample), and what was done."""
    log = source.log
    found = tracks(log)
    given = calibrations(log, found)
    place = folder / "motion"
    written = []
    for k, track in enumerate(found):
        turns = segment_turns(track, k, given) if given else track.turns
        if turns is None:
            continue
        name = f"{stem}_tracksys-{SEGMENTS[k]}"
        begin_us = int(track.times_us[0])
        write_text(place / f"{name}_motion.tsv", _rows(track, turns))
        write_json(place / f"{name}_motion.json", _recording(source, SEGMENTS[k], track, task))
        _table(place / f"{name}_channels.tsv", _COLUMNS, _channels(SEGMENTS[k]))
        write_json(place / f"{name}_channels.json", _meanings(bool(given)))
        _table(place / f"{name}_events.tsv", ("onset", "duration", "trial_type", "value"), _events(source, track))
        write_json(place / f"{name}_events.json", {"trial_type": {"Description": "Kind of event", "Levels": _LEVELS}})
        written.append((f"motion/{name}_motion.tsv", begin_us))
    done = []
    if written:
        what = "segments in the laboratory" if given else "sensors (no neutral pose is in the log)"
        done.append(
            f"Orientations of {what} as sampled, each sensor at its own times (LATENCY channel): not resampled."
        )
        dropped = sum(track.dropped for track in found)
        if dropped:
            done.append(f"{dropped} orientations were left out: no rotation, or a time that goes backward.")
    return written, done


_LEVELS = {
    "repetition": "A repetition that the device counted, its exercise in value",
    "cue": "A vibration cue, its rule in value; onset is when it was decided",
    "fault": "A fault of a part, in value",
    "marker": "A mark of the button or the host",
}


def _rows(track: Track, turns: Rotation) -> str:
    """No header: the standard wants none."""
    latency = (track.times_us - track.times_us[0]) / 1e6
    quats: NDArray[np.float64] = turns.as_quat(canonical=True)
    lines = [f"{t:.6f}\t{w:.6f}\t{x:.6f}\t{y:.6f}\t{z:.6f}" for t, (x, y, z, w) in zip(latency, quats, strict=True)]
    return "\n".join(lines) + "\n"


def _recording(source: Source, segment: str, track: Track, task: str) -> dict[str, Any]:
    seconds = (track.times_us[-1] - track.times_us[0]) / 1e6
    return {
        "TaskName": task,
        "SamplingFrequency": NOMINAL_HZ,
        "SamplingFrequencyEffective": round((len(track) - 1) / float(seconds), 6) if seconds else NOMINAL_HZ,
        "Manufacturer": "CEVA (BNO08x)",
        "SoftwareVersions": source.log.info.get("ver_sw", "n/a"),
        "TrackingSystemName": f"BNO08x on the {segment}, game rotation vector",
        "TrackedPointsCount": 1,
        "MotionChannelCount": 5,
        "ORNTChannelCount": 4,
        "LATENCYChannelCount": 1,
        "MissingValues": "a lost sample has no row",
    }


def _channels(segment: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [("latency", "n/a", "LATENCY", segment, "s", _PLACEMENT[segment], "n/a")]
    for component in _COMPONENTS:
        rows.append((f"{segment}_{component}", component, "ORNT", segment, "n/a", _PLACEMENT[segment], "laboratory"))
    return rows


def _meanings(calibrated: bool) -> dict[str, Any]:
    frame = (
        "Right-handed, Z up, X where the thorax faced in the neutral pose; quaternions turn a segment's ISB axes to it"
        if calibrated
        else "Right-handed, Z up, each sensor with a heading of its own; quaternions turn the sensor's axes to it"
    )
    level = {"SpatialAxes": "FLU", "RotationRule": "right-hand", "RotationOrder": "n/a", "Description": frame}
    return {"reference_frame": {"Description": "Frame of the orientations", "Levels": {"laboratory": level}}}


def _events(source: Source, track: Track) -> list[tuple[object, ...]]:
    begin_us, end_us = int(track.times_us[0]), int(track.times_us[-1])
    rows: list[tuple[object, ...]] = []
    for event in events(source.log):
        if begin_us <= event.start_us <= end_us:
            duration = "n/a" if event.duration_s is None else round(event.duration_s, 6)
            text = " ".join(event.text.split()) or "n/a"
            rows.append((round((event.start_us - begin_us) / 1e6, 6), duration, event.kind, text))
    return rows


def _table(path: Path, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    lines = ["\t".join(header)] + ["\t".join(str(value) for value in row) for row in rows]
    write_text(path, "\n".join(lines) + "\n")
