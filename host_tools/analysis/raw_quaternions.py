"""The raw quaternions of a log per segment, and the calibration that makes segment orientations of them.

q_segment = h * q_sensor * m (design section 5). h and m come from the settings in the log's beginning; a re-zero in
the log turns h about the vertical from its time on; a neutral pose taken later gives new h and m, which are computed
here again from the still second before its mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from host_tools.analysis.log_data import LogData

Array = NDArray[np.float64]
SEGMENTS = ("thorax", "scapula", "humerus")
NEUTRAL = "neutral_pose"
_STILL_US = 1_000_000  # the pose is a still second (firmware/rhomboid/tracking/neutral.py)
_FRESH_US = 500_000  # a mark this close to the log's beginning is the pose whose result the settings hold
_UNIT = (0.85, 1.15)  # length of what is a rotation, as in firmware/rhomboid/tracking/common_time.py
_UPRIGHT = Rotation.from_quat([np.sqrt(0.5), 0, 0, np.sqrt(0.5)])


@dataclass(frozen=True)
class Track:
    """One sensor: times_us int64 (n,), strictly rising device time of its samples; turns: n rotations to the world."""

    times_us: NDArray[np.int64]
    turns: Rotation | None
    dropped: int

    def __len__(self) -> int:
        return len(self.times_us)


def tracks(log: LogData) -> list[Track]:
    """Of thorax, scapula, humerus; empty ones where the log has none."""
    columns = log.topics.get("raw_quaternion", {})
    if not columns:
        return [Track(np.empty(0, np.int64), None, 0)] * len(SEGMENTS)
    parts = np.column_stack([columns[name] for name in "xyzw"]).astype(np.float64) / 16384
    length = np.linalg.norm(parts, axis=1)
    rotation = (length > _UNIT[0]) & (length < _UNIT[1])
    found = []
    for k in range(len(SEGMENTS)):
        mine = columns["segment"] == k
        good = mine & rotation
        times = columns["sensor_us"][good].astype(np.int64)
        rising = np.ones(len(times), np.bool_)
        rising[1:] = times[1:] > np.maximum.accumulate(times)[:-1]
        kept = parts[good][rising]
        turns = Rotation.from_quat(kept) if len(kept) else None
        found.append(Track(times[rising], turns, int(mine.sum() - len(kept))))
    return found


def quaternion_setting(log: LogData, key: str) -> Rotation | None:
    """Three rotations of the settings key_0..key_11 (w, x, y, z in Q14), None when the log has none."""
    values = np.array([log.settings.get(f"{key}_{k}", 0) for k in range(12)], dtype=np.float64).reshape(3, 4)
    if np.any(np.abs(np.linalg.norm(values, axis=1) / 16384 - 1) > 0.15):
        return None
    return Rotation.from_quat(values[:, [1, 2, 3, 0]])


def reference(log: LogData) -> Rotation:
    """Thorax, scapula, humerus in the neutral pose, segment to laboratory."""
    told = quaternion_setting(log, "reference_q14")
    if told is not None:
        return told
    scapula = Rotation.from_euler("YXZ", [35, -5, -10], degrees=True)
    if log.info.get("side") == "left":
        x, y, z, w = scapula.as_quat()
        scapula = Rotation.from_quat([-x, -y, z, w])
    return Rotation.concatenate([_UPRIGHT, _UPRIGHT * scapula, _UPRIGHT])


@dataclass(frozen=True)
class Calibration:
    """From device time from_us on: heading and mounting, three rotations each."""

    from_us: int
    heading: Rotation
    mounting: Rotation


def calibrations(log: LogData, found: Sequence[Track]) -> list[Calibration]:
    """In order of time; empty when the log has neither settings of a neutral pose nor takes one."""
    heading = quaternion_setting(log, "heading_q14")
    mounting = quaternion_setting(log, "mount_q14")
    steps = [(row["timestamp"], 0, row) for row in log.rows("heading_correction")]
    steps += [(row["timestamp"], 1, row) for row in log.rows("marker") if log.name("markers", row["kind"]) == NEUTRAL]
    given = []
    if heading is not None and mounting is not None:
        given.append(Calibration(log.start_us, heading, mounting))
    for at_us, kind, row in sorted(steps, key=lambda step: step[:2]):
        if kind == 1:
            if at_us - log.start_us < _FRESH_US and given:
                continue
            pose = _neutral(log, found, at_us)
            if pose is not None:
                given.append(pose)
        elif given and 0 <= row["segment"] < len(SEGMENTS):
            turns = np.zeros(len(SEGMENTS))
            turns[row["segment"]] = row["cdeg"] / 100
            turned = Rotation.from_euler("Z", turns[:, None], degrees=True) * given[-1].heading
            given.append(Calibration(at_us, turned, given[-1].mounting))
    return given


def _neutral(log: LogData, found: Sequence[Track], at_us: int) -> Calibration | None:
    """From the mean orientations of the still second before the mark; None when a worn sensor was silent in it."""
    means = []
    for track in found:
        if track.turns is None:
            means.append(Rotation.identity())
            continue
        still = (track.times_us >= at_us - _STILL_US) & (track.times_us < at_us)
        if not np.any(still):
            return None
        means.append(track.turns[still].mean())
    sensor = Rotation.concatenate(means)
    wanted = reference(log)
    twist = (wanted * sensor.inv()).as_quat()
    twist[:, :2] = 0
    if np.any(np.linalg.norm(twist, axis=1) < 1e-6):
        return None
    heading = Rotation.from_quat(twist)
    return Calibration(at_us, heading, sensor.inv() * heading.inv() * wanted)


def segment_turns(track: Track, segment: int, given: Sequence[Calibration]) -> Rotation | None:
    """The segment's orientations in the laboratory at the sensor's own times; None without samples or calibration."""
    if track.turns is None or not given:
        return None
    which = np.searchsorted([c.from_us for c in given], track.times_us, side="right") - 1
    which = np.maximum(which, 0)
    heading = Rotation.concatenate([c.heading[segment] for c in given])
    mounting = Rotation.concatenate([c.mounting[segment] for c in given])
    return heading[which] * track.turns * mounting[which]
