"""Shrug, the counter-example: shoulders to the ears."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: 16 degrees of upward rotation (domain.md 1.4: 16-19). UT does it; sizes and onsets are engineering choices.
EXERCISE = Exercise(
    name="shrug",
    start=Pose(
        arm_flexion=3,
        arm_abduction=6,
    ),
    end=Pose(
        arm_flexion=4,
        arm_abduction=10,
        internal_rotation=1,
        upward_rotation=16,
        posterior_tilt=-3,
    ),
    tempo=Tempo(concentric_s=1.0, isometric_s=1.0, eccentric_s=1.2, rest_s=1.0),
    scapula_lead_ms=60,
    drive="scapula",
    efforts=MappingProxyType(
        {
            "UT": Effort(55, 52, 38, onset_ms=-60, leader="scapula"),
            "MT": Effort(18, 17, 13, onset_ms=0, leader="scapula"),
            "LT": Effort(12, 11, 9, onset_ms=40, leader="scapula"),
            "LAT": Effort(5, 5, 4, onset_ms=60, leader="arm"),
            "SA": Effort(10, 10, 8, onset_ms=20, leader="scapula"),
        }
    ),
    readiness=MappingProxyType({"UT": 3, "MT": 2, "LT": 2, "LAT": 2, "SA": 2}),
)
