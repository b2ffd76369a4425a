"""Tracking on 32-bit interpreters: the same bits as on 64 bit, for sound and for absurd input."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from tests.interpreters import run_micropython
from tests.t0_kernels.test_tracking_kernels import SCRIPT as JOINT_ANGLES
from tests.t0_kernels.test_tracking_repetitions import EXERCISES, draw_set, segment
from tests.tracking_rig import PULSE, PULSE_ENDS, REQUEST, RESTART, Stream, new_epoch, q14, track

DURATION_S = 8.0


def wild_streams(seed):
    """Three sensors: still for 3 s, then wild turns, samples that are no rotation, gaps, flipped signs."""
    rng = np.random.default_rng(seed)
    streams = []
    for sensor in range(3):
        t_s = np.arange(-0.03, DURATION_S, 0.01) + 0.003 * sensor
        turn = np.cumsum(rng.standard_normal((len(t_s), 3)) * 0.05 * (t_s > 3.0)[:, None], axis=0)
        values = q14(Rotation.from_rotvec(turn) * Rotation.from_rotvec([0.1 * sensor, 0.2, 1.0]))
        values[rng.random(len(t_s)) < 0.3] *= -1
        odd = (t_s > 3.0) & (rng.random(len(t_s)) < 0.05)
        values[odd] = rng.choice([-32768, 32767, 0, 16384, -16384], (odd.sum(), 4))
        kept = rng.random(len(t_s)) > 0.05
        kept &= ~((t_s > 4.0 + sensor) & (t_s < 4.2 + sensor))
        streams.append(Stream(t_s[kept], values[kept]))
    return streams


MARKS = [(3.5, new_epoch(1)), (4.0, PULSE), (4.2, PULSE_ENDS), (5.0, REQUEST), (6.0, RESTART)]


def tracked(interpreter, seed):
    return track(interpreter, wild_streams(seed), DURATION_S, neutral_s=0.5, marks=MARKS, lock_s=1.0).raw


@pytest.mark.parametrize("seed", range(2))
def test_tracker(mpy, mpy_32, seed):
    expected = tracked(mpy, seed)
    assert len(expected) > 48 * 4 * 700
    assert tracked(mpy_32, seed) == expected


def joint_angles(interpreter, folder):
    rng = np.random.default_rng(3)
    quats = rng.integers(-16384, 16385, (1500, 12))
    quats[::7] = rng.choice([-32768, 32767, 0, 1], (len(quats[::7]), 12))
    vectors = rng.integers(-131000, 131001, (1000, 2))
    vectors[::5] = rng.choice([-131000, 131000, 0, 1, -1], (200, 2))
    source, target = folder / "in", folder / "out"
    head = np.array([len(quats), -1, len(vectors)])
    source.write_bytes(head.astype("<i4").tobytes() + quats.astype("<i2").tobytes() + vectors.astype("<i4").tobytes())
    run_micropython(interpreter, JOINT_ANGLES, source, target)
    return target.read_bytes()


def test_joint_angles(mpy, mpy_32, tmp_path):
    assert joint_angles(mpy_32, tmp_path) == joint_angles(mpy, tmp_path)


@pytest.mark.parametrize("name", EXERCISES)
def test_repetitions(mpy, mpy_32, tmp_path, name):
    rng = np.random.default_rng(6)
    sets = [draw_set(rng, EXERCISES[name], 3)[0], rng.integers(-32768, 32768, 1500).astype(np.int16)]
    slow = np.repeat(rng.integers(-32768, 32768, 40), 40).astype(np.int16)
    assert segment(mpy_32, tmp_path, EXERCISES[name], [*sets, slow]) == segment(
        mpy, tmp_path, EXERCISES[name], [*sets, slow]
    )
