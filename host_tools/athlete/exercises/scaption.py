"""Scaption: straight arms up in the scapular plane to shoulder height."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: to 88 degrees of elevation 31 degrees in front of the frontal plane. UT/LT 1.1 (domain.md 2.4: scaption 1.28 +-
# 0.62); sizes and onsets are engineering choices.
EXERCISE = Exercise(
    name="scaption",
    start=Pose(
        thorax_flexion=1,
        arm_flexion=6,
        arm_abduction=10,
    ),
    end=Pose(
        thorax_flexion=1,
        arm_flexion=45,
        arm_abduction=76,
        arm_axial=-30,
    ),
    tempo=Tempo(concentric_s=1.5, isometric_s=0.6, eccentric_s=2.2, rest_s=1.0),
    scapula_lead_ms=120,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(31, 30, 20, onset_ms=20, leader="scapula"),
            "MT": Effort(33, 31, 22, onset_ms=-20, leader="scapula"),
            "LT": Effort(28, 27, 19, onset_ms=-60, leader="scapula"),
            "LAT": Effort(7, 7, 6, onset_ms=80, leader="arm"),
            "SA": Effort(36, 34, 25, onset_ms=-30, leader="arm"),
        }
    ),
    readiness=MappingProxyType({"UT": 2, "MT": 2, "LT": 2, "LAT": 2, "SA": 2}),
)
