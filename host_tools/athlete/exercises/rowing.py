"""Rowing: one stroke runs into the next."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: trunk from 22 degrees forward to 8 back, arms from reaching to the elbows behind it. 24-28 strokes a minute;
# efforts between the rows of Lehman 2004 (domain.md 2.4) and hard work; onsets are engineering choices.
EXERCISE = Exercise(
    name="rowing",
    start=Pose(
        thorax_flexion=22,
        arm_flexion=62,
        arm_abduction=8,
        internal_rotation=5,
    ),
    end=Pose(
        thorax_flexion=-8,
        arm_flexion=-18,
        arm_abduction=18,
        internal_rotation=-9,
        upward_rotation=-2,
        posterior_tilt=3,
    ),
    tempo=Tempo(concentric_s=0.9, isometric_s=0.05, eccentric_s=1.3, rest_s=0.05),
    scapula_lead_ms=110,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(18, 15, 6, onset_ms=30, leader="scapula"),
            "MT": Effort(46, 40, 14, onset_ms=-60, leader="scapula"),
            "LT": Effort(40, 34, 12, onset_ms=-50, leader="scapula"),
            "LAT": Effort(48, 40, 12, onset_ms=-50, leader="arm"),
            "SA": Effort(12, 11, 14, onset_ms=60, leader="scapula"),
        }
    ),
    readiness=MappingProxyType({"UT": 3, "MT": 4, "LT": 3, "LAT": 4, "SA": 6}),
)
