"""OpenSim (OpenSense) orientations: segment quaternions with a calibration row, in OpenSim's ground frame.

A .sto file has one time per row, but each sensor samples on its own clock: the rows stand at the first sensor's sample
times, the other segments are interpolated to them (spherical, between samples at most 60 ms apart). A row that would
need more is left out.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation, Slerp

from host_tools.analysis.raw_quaternions import SEGMENTS, calibrations, reference, segment_turns, tracks
from host_tools.errors import BadInput
from host_tools.export.sidecar import write_text
from host_tools.export.source import Source

BRIDGE_US = 60_000  # as in firmware/rhomboid/tracking/common_time.py
# laboratory: Z up; OpenSim's ground: X forward, Y up, Z to the right
TO_GROUND = Rotation.from_euler("X", -90, degrees=True)
_BODIES = {"thorax": "torso_imu", "scapula": "scapula_{side}_imu", "humerus": "humerus_{side}_imu"}


def write_sto(source: Source, path: Path) -> list[str]:
    """Write the file; answers what was done. Raises BadInput when the log has no raw quaternions."""
    log = source.log
    found = tracks(log)
    worn = [k for k, track in enumerate(found) if len(track)]
    if not worn:
        raise BadInput(
            f"{source.path}: holds no raw quaternions, which sto needs; record with the setting raw_imu = 1, "
            "or export csv or parquet"
        )
    given = calibrations(log, found)
    times_us, turns, left_out = _rows(source, worn)
    if not len(times_us):
        raise BadInput(f"{source.path}: the sensors never sampled at the same time; nothing to export")
    side = "l" if log.info.get("side") == "left" else "r"
    names = [_BODIES[SEGMENTS[k]].format(side=side) for k in worn]
    seconds = (times_us - log.start_us) / 1e6
    rate = 1e6 / float(np.median(np.diff(times_us))) if len(times_us) > 1 else 100.0
    lines = [f"DataRate={rate:.6f}", "DataType=Quaternion", "version=3", "OpenSimVersion=4.5"]
    lines += ["endheader", "\t".join(["time", *names])]
    if given:
        pose = TO_GROUND * reference(log)
        lines.append(_line(seconds[0] - 1 / rate, [pose[k] for k in worn]))
    ground = [(TO_GROUND * turn).as_quat(canonical=True) for turn in turns]
    cells = [[_quaternion(q) for q in quats] for quats in ground]
    lines += ["\t".join(row) for row in zip([f"{t:.6f}" for t in seconds], *cells, strict=True)]
    write_text(path, "\n".join(lines) + "\n")
    done = [
        "Times are seconds since the log began; rows stand at the sample times of the "
        f"{SEGMENTS[worn[0]]} sensor, the other segments are interpolated to them (spherical linear).",
        "Frame: OpenSim's ground (X forward, Y up, Z right), quaternions w, x, y, z from segment to ground.",
    ]
    if given:
        done.append("The first row is the calibration pose (neutral pose of the reference), one row before the data.")
        if len(given) > 1:
            done.append(
                f"{len(given) - 1} later corrections or neutral poses of the log are applied from their times on."
            )
    else:
        done.append(
            "No neutral pose is in the log: the columns are sensor orientations, and there is no calibration row."
        )
    if left_out:
        done.append(f"{left_out} rows were left out: another sensor had no samples within {BRIDGE_US // 1000} ms.")
    dropped = sum(track.dropped for track in found)
    if dropped:
        done.append(f"{dropped} samples were left out: no rotation, or a time that goes backward.")
    return done


def _rows(source: Source, worn: list[int]) -> tuple[NDArray[np.int64], list[Rotation], int]:
    """Common times, and each worn segment's turns at them."""
    found = tracks(source.log)
    given = calibrations(source.log, found)
    times = found[worn[0]].times_us
    good = np.ones(len(times), np.bool_)
    for k in worn[1:]:
        good &= _bridged(found[k].times_us, times)
    kept = times[good]
    turns = []
    for k in worn:
        own = segment_turns(found[k], k, given) if given else found[k].turns
        if own is None:
            raise AssertionError(f"segment {k} is worn and has no samples")
        if len(kept) == 0:
            turns.append(own[:0])
        elif k == worn[0]:
            turns.append(own[np.flatnonzero(good)])
        else:
            turns.append(Slerp(found[k].times_us - kept[0], own)(kept - kept[0]))
    return kept, turns, int(len(times) - len(kept))


def _bridged(own: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """True where samples on both sides are at most BRIDGE_US apart."""
    after = np.searchsorted(own, wanted, side="left")
    inside = (after > 0) & (after < len(own))
    exact = (after < len(own)) & (own[np.minimum(after, len(own) - 1)] == wanted)
    step = (
        own[np.clip(after, 1, len(own) - 1)] - own[np.clip(after, 1, len(own) - 1) - 1]
        if len(own) > 1
        else BRIDGE_US + 1
    )
    return (exact | (inside & (step <= BRIDGE_US))) if len(own) > 1 else np.zeros(len(wanted), np.bool_)


def _line(t: float, turns: list[Rotation]) -> str:
    return "\t".join([f"{t:.6f}"] + [_quaternion(turn.as_quat(canonical=True)) for turn in turns])


def _quaternion(xyzw: NDArray[np.float64]) -> str:
    x, y, z, w = xyzw
    return f"{w:.9f},{x:.9f},{y:.9f},{z:.9f}"
