"""Pulldown: the bar from overhead to the chest."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: from 125 degrees of elevation to the elbows beside the ribs. LAT/MT 1.15 (domain.md 2.4, Lehman 2004: LAT 26,
# MTR 23 %MVC); the rest and the onsets are engineering choices.
EXERCISE = Exercise(
    name="pulldown",
    start=Pose(
        thorax_flexion=2,
        arm_flexion=88,
        arm_abduction=88,
    ),
    end=Pose(
        thorax_flexion=-2,
        arm_flexion=12,
        arm_abduction=42,
        internal_rotation=-8,
        posterior_tilt=4,
    ),
    tempo=Tempo(concentric_s=1.4, isometric_s=0.6, eccentric_s=2.2, rest_s=1.0),
    scapula_lead_ms=140,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(11, 10, 7, onset_ms=30, leader="scapula"),
            "MT": Effort(23, 22, 16, onset_ms=-50, leader="scapula"),
            "LT": Effort(24, 23, 16, onset_ms=-60, leader="scapula"),
            "LAT": Effort(26, 25, 17, onset_ms=-40, leader="arm"),
            "SA": Effort(10, 10, 8, onset_ms=40, leader="arm"),
        }
    ),
    readiness=MappingProxyType({"UT": 2, "MT": 2, "LT": 2, "LAT": 2, "SA": 2}),
)
