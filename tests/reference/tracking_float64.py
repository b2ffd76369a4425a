"""The tracking in float64 by rotation matrices and scipy, written from design section 5 and not from the firmware."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

Array = NDArray[np.float64]

UPRIGHT = Rotation.from_quat([np.sqrt(0.5), 0, 0, np.sqrt(0.5)])  # segment X, Y, Z -> laboratory X, Z, -Y


def rotation(q_wxyz: Array) -> Rotation:
    """Rotations of quaternions (.., 4) in the order w, x, y, z, normalised."""
    return Rotation.from_quat(np.roll(np.asarray(q_wxyz, dtype=np.float64), -1, axis=-1))


def wxyz(turn: Rotation) -> Array:
    """Quaternions (.., 4) in the order w, x, y, z."""
    return np.roll(turn.as_quat(), 1, axis=-1)


def mirrored(turn: Rotation) -> Rotation:
    """The same rotation seen in a mirror in front of the Z axis: (w, -x, -y, z)."""
    return Rotation.from_quat(turn.as_quat() * [-1, -1, 1, 1])


def default_reference(side: str) -> list[Rotation]:
    """Thorax, scapula, humerus of the default neutral pose, segment to laboratory."""
    scapula = Rotation.from_euler("YXZ", [35, -5, -10], degrees=True)
    return [UPRIGHT, UPRIGHT * (mirrored(scapula) if side == "left" else scapula), UPRIGHT]


@dataclass(frozen=True)
class JointAngles:
    """All in degrees, (n,)."""

    internal: Array
    upward: Array
    posterior: Array
    elevation: Array
    plane: Array
    thorax_flexion: Array
    thorax_lateral: Array
    thorax_rotation: Array
    humeral_flexion: Array

    def stacked(self) -> Array:
        """(n, 9) in the order of the feature vector."""
        return np.column_stack(list(self.__dict__.values()))


def joint_angles(thorax: Rotation, scapula: Rotation, humerus: Rotation, side: str = "right") -> JointAngles:
    """Angles of design section 5; thorax rotation is the heading in the laboratory, not yet relative to neutral."""
    trunk, blade, arm = UPRIGHT.inv() * thorax, thorax.inv() * scapula, thorax.inv() * humerus
    if side == "left":
        trunk, blade, arm = mirrored(trunk), mirrored(blade), mirrored(arm)
    turn, lateral, extension = np.atleast_2d(trunk.as_euler("YXZ", degrees=True)).T
    internal, down, posterior = np.atleast_2d(blade.as_euler("YXZ", degrees=True)).T
    # the arm points from shoulder to elbow along -Y of the humerus
    along = -np.atleast_2d(arm.apply([0, 1, 0]))
    forward, down_arm, outward = along[:, 0], -along[:, 1], along[:, 2]
    flexion = np.degrees(np.arctan2(forward, down_arm))
    return JointAngles(
        internal=internal,
        upward=-down,
        posterior=posterior,
        elevation=np.degrees(np.arctan2(np.hypot(forward, outward), down_arm)),
        plane=np.degrees(np.arctan2(forward, outward)),
        thorax_flexion=-extension,
        thorax_lateral=lateral,
        thorax_rotation=-turn,
        humeral_flexion=np.where(flexion < -90, flexion + 360, flexion),
    )


def neutral_calibration(sensor: Rotation, reference: Rotation) -> tuple[Rotation, Rotation]:
    """(heading, mounting) of one segment from its mean sensor orientation in the neutral pose."""
    turn = wxyz(reference * sensor.inv())
    heading = rotation(np.array([turn[0], 0, 0, turn[3]]))
    return heading, sensor.inv() * heading.inv() * reference


def wrapped(degrees: Array) -> Array:
    """Into (-180, 180]."""
    return -((-np.asarray(degrees) + 180) % 360 - 180)
