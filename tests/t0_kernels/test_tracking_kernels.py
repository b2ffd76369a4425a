"""Fixed-point kernels of the tracking: accuracy against float64, and no overflow at the edges of their bounds."""

from array import array
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from tests.checked_viper import load
from tests.interpreters import run_micropython
from tests.reference.tracking_float64 import joint_angles, rotation, wrapped
from tests.tracking_rig import q14

SCRIPT = Path(__file__).parent.parent / "mpy" / "joint_angles_run.py"
ONE = 32768
NO_ORIENTATIONS = np.zeros((0, 12), np.int16)
NO_VECTORS = np.zeros((0, 2), np.int32)

trigonometry = load("fixed/trigonometry.py")
quaternion = load("fixed/quaternion.py")
cardan = load("fixed/cardan.py")
common_time = load("tracking/common_time.py")
neutral = load("tracking/neutral.py")
segments = load("tracking/segments.py")


def in_micropython(mpy, folder, orientations=NO_ORIENTATIONS, vectors=NO_VECTORS, side=1):
    """(angles (n, 9) in degrees, (angle in degrees, radius) of each vector)."""
    source, target = folder / "in", folder / "out"
    head = np.array([len(orientations), side, len(vectors)], "<i4")
    source.write_bytes(head.tobytes() + orientations.astype("<i2").tobytes() + vectors.astype("<i4").tobytes())
    run_micropython(mpy, SCRIPT, source, target)
    values = np.fromfile(target, "<i4")
    cut = 9 * len(orientations)
    return values[:cut].reshape(-1, 9) / 100, values[cut:].reshape(-1, 2) / [800, 1]


def joined(thorax, scapula, humerus):
    return np.hstack([q14(thorax), q14(scapula), q14(humerus)])


class TestPolar:
    def test_angle_within_6_millidegrees_and_radius_within_one_in_10000(self, mpy, tmp_path):
        rng = np.random.default_rng(1)
        vectors = np.rint(rng.standard_normal((20_000, 2)) * 10.0 ** rng.uniform(1, 4.5, (20_000, 1)))
        vectors = vectors[(np.abs(vectors).max(axis=1) < 131000) & (np.hypot(*vectors.T) > 100)]
        vectors = vectors[: len(vectors) // 2 * 2].astype(np.int32)
        _, found = in_micropython(mpy, tmp_path, vectors=vectors)
        y, x = vectors.T.astype(float)
        assert np.abs(wrapped(found[:, 0] - np.degrees(np.arctan2(y, x)))).max() < 0.006
        error = found[:, 1] - np.hypot(x, y)
        assert np.all(np.abs(error) < 1 + 1e-4 * np.hypot(x, y))

    @given(st.integers(-131000, 131000), st.integers(-131000, 131000))
    def test_any_vector_in_bounds_is_safe(self, y, x):
        pairs, angles = array("i", [y, x, y, x, 0, 0]), array("i", [0] * 3)
        trigonometry.polar(pairs, 2, 2, angles)
        assert abs(wrapped(angles[0] / 800 - np.degrees(np.arctan2(y, x)))) < 0.006 or np.hypot(x, y) < 1e3

    def test_zero_vector_has_angle_zero(self):
        pairs, angles = array("i", [0, 0]), array("i", [1])
        trigonometry.polar(pairs, 1, 0, angles)
        assert angles[0] == 0

    @pytest.mark.parametrize(("y", "x", "degrees"), [(0, 9, 0), (9, 0, 90), (0, -9, 180), (-9, 0, -90), (7, 7, 45)])
    def test_axes_and_diagonal_are_exact(self, y, x, degrees):
        pairs, angles = array("i", [y, x]), array("i", [0])
        trigonometry.polar(pairs, 1, 0, angles)
        assert angles[0] == degrees * 800


# a quaternion of any direction and a length within what the kernels accept
lengths = st.floats(0.85, 1.15)
components = st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: np.linalg.norm(q) > 0.1)


def words(q, length=1.0):
    return [int(v) for v in np.rint(np.array(q) / np.linalg.norm(q) * length * ONE)]


class TestQuaternion:
    @given(components, components, lengths, st.sampled_from([0, 1, 2]))
    def test_product_is_that_of_float64(self, p, q, length, conjugate):
        a, b, out = array("i", words(p, length)), array("i", words(q, length)), array("i", [0] * 4)
        quaternion.multiply(out, 0, a, 0, b, 0, conjugate)
        one, other = rotation(np.array(a)), rotation(np.array(b))
        product = (one.inv() if conjugate == 1 else one) * (other.inv() if conjugate == 2 else other)
        assert (rotation(np.array(out)) * product.inv()).magnitude() < 2e-4

    @given(st.tuples(*[st.integers(-(2**31) + 1, 2**31 - 1)] * 4).filter(any))
    def test_normalise_takes_any_vector(self, v):
        out = array("i", [0] * 4)
        assert quaternion.normalise(out, 0, array("i", v), 0) == 1
        assert abs(np.linalg.norm(out) / ONE - 1) < 1 / 4000
        assert np.allclose(np.array(out) / ONE, np.array(v) / np.linalg.norm(v), atol=3e-4)

    def test_normalise_refuses_the_zero_vector(self):
        out = array("i", [7] * 4)
        assert quaternion.normalise(out, 0, array("i", [0] * 4), 0) == 0
        assert list(out) == [7] * 4

    @given(components, components, st.floats(-np.pi, np.pi), lengths)
    def test_orient_is_heading_times_sensor_times_mounting(self, sensor, mount, heading, length):
        turn = np.array([np.cos(heading / 2), 0, 0, np.sin(heading / 2)])
        given_turns = words(turn)
        calibration = array("i", [given_turns[0], given_turns[3], *words(mount)])
        out = array("i", [0] * 4)
        quaternion.orient(array("i", words(sensor, length)), calibration, out, 1)
        expected = rotation(turn) * rotation(np.array(sensor)) * rotation(np.array(mount))
        assert (rotation(np.array(out)) * expected.inv()).magnitude() < 3e-4


class TestJointAngles:
    """Bar: <= 0.05 degrees RMS over random orientations, <= 0.2 degrees at most away from gimbal lock."""

    @pytest.mark.parametrize("side", ["right", "left"])
    def test_random_orientations(self, mpy, tmp_path, side, record_property):
        turns = Rotation.random(3 * 15_000, rng=np.random.default_rng(2))
        thorax, scapula, humerus = turns[:15_000], turns[15_000:30_000], turns[30_000:]
        found, _ = in_micropython(mpy, tmp_path, joined(thorax, scapula, humerus), side=-1 if side == "left" else 1)
        true = joint_angles(thorax, scapula, humerus, side).stacked()
        # at 85 degrees from the middle an angle of the pair around gimbal lock is known 12 times less well
        blade = np.abs(true[:, 1]) < 85
        trunk = np.abs(true[:, 6]) < 85
        arm = (true[:, 3] > 10) & (true[:, 3] < 170)
        lateral = np.abs(np.cos(np.radians(true[:, 4])) * np.sin(np.radians(true[:, 3]))) < np.cos(np.radians(10))
        lateral &= ~((np.abs(true[:, 3] - 90) < 10) & (np.abs(np.sin(np.radians(true[:, 4]))) < np.sin(np.radians(10))))
        always = np.ones(len(true), bool)
        where = [blade, always, blade, always, arm, trunk, always, trunk, lateral]
        for k, defined in enumerate(where):
            error = wrapped(found[defined, k] - true[defined, k])
            record_property(f"angle {k} {side}", f"{np.sqrt(np.mean(error**2)):.4f} rms {np.abs(error).max():.3f} max")
            assert np.sqrt(np.mean(error**2)) <= 0.05, k
            assert np.abs(error).max() <= 0.2, k

    def test_next_to_gimbal_lock_the_angles_still_compose_to_the_orientation(self, mpy, tmp_path):
        rng = np.random.default_rng(3)
        count = 4000
        euler = np.column_stack([
            rng.uniform(-180, 180, count),
            rng.choice([-90, 90], count) + 10.0 ** rng.uniform(-4, 0.7, count) * rng.choice([-1, 1], count),
            rng.uniform(-180, 180, count),
        ])  # fmt: skip
        scapula = Rotation.from_euler("YXZ", euler, degrees=True)
        thorax = Rotation.random(count, rng=rng)
        found, _ = in_micropython(mpy, tmp_path, joined(thorax, thorax * scapula, thorax))
        back = Rotation.from_euler("YXZ", found[:, :3] * [1, -1, 1], degrees=True)
        error = np.degrees((back * scapula.inv()).magnitude())
        assert np.sqrt(np.mean(error**2)) <= 0.05
        assert error.max() <= 0.2

    def test_anatomical_range_has_no_jump(self, mpy, tmp_path):
        """Internal rotation -20..90, upward -30..80, tilt -50..50, elevation 0..175, flexion -60..190."""
        steps = np.linspace(0, 1, 2000)
        scapula = Rotation.from_euler(
            "YXZ", np.column_stack([110 * steps - 20, 30 - 110 * steps, 100 * steps - 50]), degrees=True
        )
        humerus = Rotation.from_euler("Z", 250 * steps[:, None] - 60, degrees=True)
        level = Rotation.identity(len(steps))
        found, _ = in_micropython(mpy, tmp_path, joined(level, scapula, humerus))
        for k in (0, 1, 2, 8):
            assert np.abs(np.diff(found[:, k])).max() < 0.2
        assert found[0, 8] == pytest.approx(-60, abs=0.02)
        assert found[-1, 8] == pytest.approx(190, abs=0.02)

    @given(components, components, components, st.tuples(lengths, lengths, lengths))
    def test_no_orientation_overflows(self, thorax, scapula, humerus, length):
        turns = [*words(thorax, length[0]), *words(scapula, length[1]), *words(humerus, length[2])]
        pairs, angles = array("i", [0] * 20), array("i", [0] * 10)
        cardan.joint_pairs(array("i", turns), pairs)
        trigonometry.polar(pairs, 10, 6, angles)
        features = array("i", [0] * 48)
        for side in (1, -1):
            segments.describe(angles, 7, array("i", [7, 7, 0, side, 3500, 500, -1000, -144000] + [0] * 4), features)
        assert all(-18000 <= features[k] <= 18000 for k in (0, 1, 2, 3, 5, 6, 7))


int16s = st.one_of(st.integers(-32768, 32767), st.sampled_from([-32768, 32767, 0, 16384, -16384]))
ticks = st.one_of(st.integers(0, 2**30 - 1), st.sampled_from([0, 2**30 - 1, 2**29]))


def a_ring(quats, times, count, epoch=0):
    return array("h", quats), array("i", times), array("i", [count, epoch])


class TestCommonTime:
    def resampled(self, t_us, *rings):
        rings = [*rings, *[a_ring([0] * 32, [0] * 8, 0)] * (3 - len(rings))]
        sensors = array("i", [ONE, 0, 0, 0] * 3)
        answer = common_time.resample(t_us, *[part for ring in rings for part in ring], sensors, array("i", [0] * 3))
        return answer, np.array(sensors[:4])

    @settings(max_examples=200)
    @given(
        st.lists(int16s, min_size=32, max_size=32), st.lists(ticks, min_size=8, max_size=8), st.integers(0, 20), ticks
    )
    def test_any_ring_is_safe_and_gives_a_rotation_or_nothing(self, quats, times, count, t_us):
        answer, q = self.resampled(t_us, a_ring(quats, times, count))
        if answer & 1:
            assert 0.95 < np.linalg.norm(q) / ONE < 1.05
        else:
            assert list(q) == [ONE, 0, 0, 0]

    def turning(self, t_us, rate_deg_s=200.0, count=8, shift_us=0, flip=False):
        """Eight samples, 10 ms apart, of a turn about X that began at 0 degrees at time zero."""
        times = shift_us + 10_000 * np.arange(8)
        turns = Rotation.from_euler("X", rate_deg_s * times[:, None] / 1e6, degrees=True)
        quats = q14(turns)
        if flip:
            quats[::2] *= -1
        order = np.argsort((np.arange(8) + count - 8) & 7)
        ring = a_ring(quats[order].ravel(), [int(t) & (2**30 - 1) for t in times[order]], count)
        answer, q = self.resampled(t_us & (2**30 - 1), ring)
        return answer, np.degrees(rotation(q).as_euler("xyz")[0])

    @pytest.mark.parametrize("t_us", [30_000, 33_333, 47_500, 69_999])
    @pytest.mark.parametrize("flip", [False, True])
    @pytest.mark.parametrize("count", [8, 11, 1000])
    def test_between_two_samples_it_interpolates(self, t_us, flip, count):
        answer, angle = self.turning(t_us, flip=flip, count=count)
        assert answer & 1
        assert angle == pytest.approx(200 * t_us / 1e6, abs=0.02)

    def test_ticks_may_wrap_between_the_samples(self):
        shift = 2**30 - 35_000
        answer, angle = self.turning(shift + 38_000, shift_us=shift)
        assert answer & 1
        assert angle == pytest.approx((200 * (shift + 38_000) / 1e6 + 180) % 360 - 180, abs=0.02)

    def test_a_late_sample_is_carried_on_for_half_an_interval_then_held(self):
        assert self.turning(74_000)[1] == pytest.approx(14.8, abs=0.02)
        assert self.turning(75_000)[1] == self.turning(110_000)[1] == pytest.approx(15.0, abs=0.02)

    def test_a_sensor_silent_for_50_ms_is_dead(self):
        assert self.turning(120_000)[0] & 1
        assert not self.turning(121_000)[0] & 1

    def test_bad_samples_count_as_missing(self):
        for bad in ([0, 0, 0, 0], [-32768] * 4, [8000, 0, 0, 0], [32767, 0, 0, 0]):
            answer, _ = self.resampled(0, a_ring(bad * 8, [0] * 8, 1))
            assert not answer & 1

    def test_a_new_epoch_is_told_once(self):
        ring = a_ring([16384, 0, 0, 0] * 8, [0] * 8, 3, epoch=2)
        empty = a_ring([0] * 32, [0] * 8, 0)
        epochs, sensors = array("i", [0] * 3), array("i", [0] * 12)
        rings = [part for each in (empty, ring, empty) for part in each]
        assert common_time.resample(0, *rings, sensors, epochs) == 2 | 32
        assert common_time.resample(0, *rings, sensors, epochs) == 2


class TestStillness:
    @settings(max_examples=50)
    @given(st.lists(st.tuples(components, lengths), min_size=3, max_size=3), st.integers(0, 7), st.integers(0, 300))
    def test_sums_stay_in_bounds(self, turns, live, run):
        """A sensor may jump to any orientation after the longest run."""
        steady = [v for q, length in turns for v in words(q, length)]
        still = array("i", [0] * 28)
        features = array("i", [0] * 48)
        for tick in range(140):
            jump = [-v for v in steady] if tick > 135 else steady
            assert neutral.watch(array("i", jump), live, still, features) in (0, 1)
        assert still[0] < 128
