"""Overhead press: from the shoulders to overhead."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: from 45 to 128 degrees of elevation, the top beyond what a skin sensor follows (domain.md 1.2). UT/LT 1.1
# (domain.md 2.4: scaption 1.28 +- 0.62); sizes and onsets are engineering choices.
EXERCISE = Exercise(
    name="overhead_press",
    start=Pose(
        thorax_flexion=1,
        arm_flexion=38,
        arm_abduction=24,
    ),
    end=Pose(
        thorax_flexion=-1,
        arm_flexion=88,
        arm_abduction=93,
        posterior_tilt=2,
    ),
    tempo=Tempo(concentric_s=1.3, isometric_s=0.5, eccentric_s=2.0, rest_s=1.0),
    scapula_lead_ms=100,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(42, 40, 28, onset_ms=20, leader="scapula"),
            "MT": Effort(24, 23, 17, onset_ms=0, leader="scapula"),
            "LT": Effort(38, 36, 25, onset_ms=-50, leader="scapula"),
            "LAT": Effort(9, 9, 8, onset_ms=80, leader="arm"),
            "SA": Effort(48, 45, 34, onset_ms=-30, leader="arm"),
        }
    ),
    readiness=MappingProxyType({"UT": 4, "MT": 2, "LT": 3, "LAT": 2, "SA": 6}),
)
