"""Scapulohumeral rhythm: what the arm's elevation does to the scapula.

Bone-pin data of Ludewig 2009 (domain.md 1.4) at 30, 60, 90 and 120 degrees of elevation in the frontal, scapular and
sagittal planes; tilt only in the scapular plane. Values at 0 degrees are extrapolated along the first segment, so the
setting phase below 30 degrees is not modelled.
"""

import numpy as np

from host_tools.stimuli.source import Array

_ELEVATION_DEG = np.array([0.0, 30.0, 60.0, 90.0, 120.0])
# planes of elevation: frontal 0, scapular 40, sagittal 90 degrees
_PLANE_DEG = np.array([0.0, 40.0, 90.0])
_UPWARD_DEG = np.array(
    [
        [4.7, 15.6, 26.5, 36.5, 46.4],
        [5.0, 15.5, 26.0, 34.4, 43.5],
        [5.8, 15.1, 24.4, 32.9, 43.3],
    ]
)
_INTERNAL_DEG = np.array(
    [
        [31.9, 31.2, 30.5, 30.8, 30.6],
        [38.2, 38.5, 38.8, 39.0, 37.2],
        [41.9, 44.3, 46.7, 47.8, 43.5],
    ]
)
_TILT_DEG = np.array([-15.6, -11.2, -6.8, -2.8, 2.7])


def scapular_change_deg(arm_flexion: Array, arm_abduction: Array) -> Array:
    """Change of internal rotation, upward rotation and posterior tilt from the hanging arm, shape (n, 3), in degrees.

    The elevation is that of the arm in front of or beside the trunk; extension behind it brings nothing with it.
    """
    forward, outward = np.maximum(arm_flexion, 0.0), np.maximum(arm_abduction, 0.0)
    elevation = np.minimum(np.hypot(forward, outward), _ELEVATION_DEG[-1])
    plane = np.degrees(np.arctan2(forward, outward))
    weight = np.stack([np.interp(plane, _PLANE_DEG, row) for row in np.eye(len(_PLANE_DEG))], axis=1)
    internal = _interpolated(_INTERNAL_DEG, weight, elevation)
    upward = _interpolated(_UPWARD_DEG, weight, elevation)
    tilt = np.interp(elevation, _ELEVATION_DEG, _TILT_DEG - _TILT_DEG[0])
    return np.stack([internal, upward, tilt], axis=1)


def _interpolated(table_deg: Array, weight: Array, elevation: Array) -> Array:
    change = table_deg - table_deg[:, :1]
    rows = np.stack([np.interp(elevation, _ELEVATION_DEG, row) for row in change], axis=1)
    return (weight * rows).sum(axis=1)
