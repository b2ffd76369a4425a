"""Segment frames from anatomical landmarks and joint angles (Wu et al. 2005; domain.md 1.1), in float64.

Frames: X forward, Y up, Z to the subject's right. Angles are those of a right side; a left side is mirrored first.
"""

import numpy as np
from scipy.spatial.transform import Rotation

from host_tools.analysis.log_data import ANGLES
from host_tools.stimuli.source import Array

# Segment axes of somebody upright who looks along the laboratory's X: X to X, Y to Z (up), Z to -Y
UPRIGHT = Rotation.from_quat([np.sqrt(0.5), np.sqrt(0.5), 0.0, 0.0], scalar_first=True)
# Mirrored in the laboratory's X-Z plane and in the segment's own X-Y plane: half a turn about X after (w, -x, -y, z)
_HALF_TURN_X = Rotation.from_quat([0.0, 1.0, 0.0, 0.0], scalar_first=True)
# Under 10 degrees of elevation the plane of elevation is not defined (design section 5)
LOWEST_PLANE_ELEVATION_DEG = 10.0


def thorax_frame(ij: Array, px: Array, c7: Array, t8: Array) -> Rotation:
    """Landmarks (n, 3): suprasternal notch, xiphoid, C7, T8."""
    low, high = (px + t8) / 2, (ij + c7) / 2
    up = _unit(high - low)
    right = _unit(np.cross(ij - low, c7 - low))
    return _frame(np.cross(up, right), up, right)


def scapula_frame(aa: Array, ts: Array, ai: Array) -> Rotation:
    """Landmarks (n, 3): angulus acromialis, trigonum (root) of the spine, angulus inferior."""
    right = _unit(aa - ts)
    forward = _unit(np.cross(ts - ai, aa - ai))
    return _frame(forward, np.cross(right, forward), right)


def humerus_frame(gh: Array, el: Array, em: Array) -> Rotation:
    """Landmarks (n, 3): proximal point, lateral and medial epicondyle."""
    up = _unit(gh - (el + em) / 2)
    forward = _unit(np.cross(el - gh, em - gh))
    return _frame(forward, up, np.cross(forward, up))


def mirrored(rotation: Rotation) -> Rotation:
    """The same pose on the other side of the body (laboratory mirrored in its X-Z plane, so up stays up)."""
    w, x, y, z = rotation.as_quat(scalar_first=True).reshape(-1, 4).T
    return _HALF_TURN_X * Rotation.from_quat(np.stack([w, -x, -y, z], axis=1), scalar_first=True)


def scapular_rotation(internal_rotation: Array, upward_rotation: Array, posterior_tilt: Array) -> Rotation:
    """Scapula relative to thorax from its three angles in degrees, each (n,)."""
    return Rotation.from_euler(
        "YXZ", np.stack([internal_rotation, -upward_rotation, posterior_tilt], axis=-1), degrees=True
    )


def angles_deg(thorax: Rotation, scapula: Rotation, humerus: Rotation) -> dict[str, Array]:
    """The angles of design section 5 in degrees, each (n,), of a right side.

    The plane of elevation is NaN under 10 degrees of elevation. The thorax turns about the vertical first, from the
    first frame's heading, then bends and flexes, so that its heading touches neither of these.
    """
    internal, downward, tilt = (thorax.inv() * scapula).as_euler("YXZ", degrees=True).T
    elbow = -(thorax.inv() * humerus).as_matrix()[:, :, 1]
    elevation = np.degrees(np.arctan2(np.hypot(elbow[:, 0], elbow[:, 2]), -elbow[:, 1]))
    plane = np.degrees(np.arctan2(elbow[:, 0], elbow[:, 2]))
    plane[elevation < LOWEST_PLANE_ELEVATION_DEG] = np.nan
    forward = thorax[0].as_matrix()[:, 0]
    heading = Rotation.from_euler("Z", np.arctan2(forward[1], forward[0]))
    left_turn, lateral, extension = ((heading * UPRIGHT).inv() * thorax).as_euler("YXZ", degrees=True).T
    values = (internal, -downward, tilt, elevation, plane, -extension, lateral, -left_turn)
    return dict(zip(ANGLES, values, strict=True))


def _unit(vectors: Array) -> Array:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _frame(forward: Array, up: Array, right: Array) -> Rotation:
    return Rotation.from_matrix(np.stack([_unit(forward), up, right], axis=2))
