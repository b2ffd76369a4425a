"""What an exercise asks for, as data. One file per exercise stands in exercises/."""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np

from host_tools.stimuli.source import Array

# Which part of the body starts a muscle's contraction: its onset counts from the motion of that part
Leader = Literal["scapula", "arm"]


@dataclass(frozen=True)
class Pose:
    """A pose in degrees, relative to standing upright with the arms alongside.

    Thorax: flexion forward, lateral bend and rotation toward the worn side. Arm: flexion forward and abduction as the
    two components of the swing from hanging, axial rotation outward negative. Scapula: what the athlete adds by will
    to what the arm's elevation brings with it (rhythm.py), in the signs of Wu et al. 2005.
    """

    thorax_flexion: float = 0.0
    thorax_lateral: float = 0.0
    thorax_rotation: float = 0.0
    arm_flexion: float = 0.0
    arm_abduction: float = 0.0
    arm_axial: float = 0.0
    internal_rotation: float = 0.0
    upward_rotation: float = 0.0
    posterior_tilt: float = 0.0


POSE_FIELDS = tuple(Pose.__dataclass_fields__)
THORAX = slice(0, 3)
ARM = slice(3, 6)
SCAPULA = slice(6, 9)


def pose_vector(pose: Pose) -> Array:
    """The pose as (9,) degrees in the order of POSE_FIELDS."""
    return np.array([getattr(pose, name) for name in POSE_FIELDS])


@dataclass(frozen=True)
class Effort:
    """One muscle's work in a repetition, in percent of MVC at the end of each phase; onset in ms from its leader."""

    concentric: float
    isometric: float
    eccentric: float
    onset_ms: float
    leader: Leader


@dataclass(frozen=True)
class Tempo:
    """Seconds of each phase and of the rest between repetitions."""

    concentric_s: float
    isometric_s: float
    eccentric_s: float
    rest_s: float


@dataclass(frozen=True)
class Exercise:
    """One exercise done well.

    scapula_lead_ms: how long the scapula moves before the arm. drive: the part whose motion counts the repetition.
    readiness: percent of MVC per muscle while the start pose is held.
    """

    name: str
    start: Pose
    end: Pose
    tempo: Tempo
    scapula_lead_ms: float
    drive: Leader
    efforts: MappingProxyType[str, Effort]
    readiness: MappingProxyType[str, float] = field(default_factory=lambda: MappingProxyType({}))
