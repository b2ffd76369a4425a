"""Orientation of the segments from the body's neutral pose and the workout's curves."""

from typing import Protocol

import numpy as np
from scipy.spatial.transform import Rotation

from host_tools.athlete.body import Body
from host_tools.athlete.exercise import ARM, SCAPULA, THORAX
from host_tools.athlete.keyframes import Keyframes
from host_tools.athlete.rhythm import scapular_change_deg
from host_tools.stimuli import isb
from host_tools.stimuli.smooth_noise import SmoothNoise
from host_tools.stimuli.source import Array

# Sway of somebody who stands still: slow and small enough for a stillness gate of 3 deg/s (engineering choice)
SWAY_RMS_DEG = 0.25
SWAY_CORRELATION_S = 1.0
# Physiological tremor of the shoulder, enhanced by fatigue: 4-8 Hz (engineering choice within the usual 4-12 Hz)
TREMOR_HZ = 5.0


class Curves(Protocol):
    """What a body does over time: pose curves and amplitude of tremor in degrees relative to neutral."""

    thorax: Keyframes
    arm: Keyframes
    scapula: Keyframes
    tremor: Keyframes
    duration_s: float


class Motion:
    """Poses of one body over a workout; `before_s` is how far back before t = 0 it can be asked."""

    def __init__(self, rng: np.random.Generator, body: Body, workout: Curves, before_s: float, after_s: float) -> None:
        self._body = body
        self._workout = workout
        self._neutral = np.concatenate([body.neutral_thorax_deg, body.neutral_arm_deg, np.zeros(3)])
        self._neutral_scapula = np.array(body.neutral_scapula_deg)
        neutral_arm = np.array(body.neutral_arm_deg)
        self._neutral_change = scapular_change_deg(neutral_arm[:1], neutral_arm[1:2])[0]
        self._sway = SmoothNoise(rng, 9, SWAY_CORRELATION_S, -before_s, workout.duration_s + after_s)

    def pose_deg(self, t_s: Array) -> Array:
        """Thorax, arm and scapula in the order of POSE_FIELDS, absolute, shape (n, 9)."""
        pose = self._neutral + SWAY_RMS_DEG * self._sway.at(t_s)
        pose[:, THORAX] += self._workout.thorax.at(t_s)
        pose[:, ARM] += self._workout.arm.at(t_s)
        pose[:, SCAPULA] += self._workout.scapula.at(t_s)
        pose[:, SCAPULA] += self._workout.tremor.at(t_s) * np.sin(2 * np.pi * TREMOR_HZ * t_s)[:, None] / np.sqrt(3)
        pose[:, SCAPULA] += self._neutral_scapula - self._neutral_change + scapular_change_deg(pose[:, 3], pose[:, 4])
        return pose

    def orientation(self, segment: str, t_s: Array) -> Rotation:
        """Segment to laboratory; on the left the mirrored body."""
        rotation = self.right_side(segment, t_s)
        return isb.mirrored(rotation) if self._body.left else rotation

    def right_side(self, segment: str, t_s: Array) -> Rotation:
        """The same as if it were worn on the right."""
        pose = self.pose_deg(t_s)
        flexion, lateral, turn = pose[:, THORAX].T
        upright = Rotation.from_euler("Z", self._body.heading_deg, degrees=True) * isb.UPRIGHT
        thorax = upright * Rotation.from_euler("YXZ", np.stack([-turn, lateral, -flexion], axis=1), degrees=True)
        if segment == "thorax":
            return thorax
        if segment == "scapula":
            return thorax * isb.scapular_rotation(*pose[:, SCAPULA].T)
        if segment == "humerus":
            forward, outward, axial = pose[:, ARM].T
            swing = Rotation.from_rotvec(np.stack([-outward, np.zeros(len(t_s)), forward], axis=1), degrees=True)
            return thorax * swing * Rotation.from_rotvec(np.outer(axial, (0.0, 1.0, 0.0)), degrees=True)
        raise KeyError(segment)
