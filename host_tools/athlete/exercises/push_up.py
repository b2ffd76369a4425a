"""Plyometric push-up: lower with control, push off fast."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: trunk nearly level, arms from in front of the chest to the elbows beside it; the blades glide together by 10
# degrees. The way out of the start pose is the lowering. SA strong and UT/LT 0.4 as in a punch (domain.md 2.4: 0.38 +-
# 0.24); sizes and onsets are engineering choices.
EXERCISE = Exercise(
    name="push_up",
    start=Pose(
        thorax_flexion=75,
        arm_flexion=78,
        arm_abduction=12,
        internal_rotation=3,
    ),
    end=Pose(
        thorax_flexion=79,
        arm_flexion=26,
        arm_abduction=38,
        internal_rotation=-7,
        posterior_tilt=2,
    ),
    tempo=Tempo(concentric_s=1.1, isometric_s=0.25, eccentric_s=0.55, rest_s=0.9),
    scapula_lead_ms=60,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(9, 12, 13, onset_ms=0, leader="scapula"),
            "MT": Effort(14, 18, 18, onset_ms=0, leader="scapula"),
            "LT": Effort(22, 29, 31, onset_ms=0, leader="scapula"),
            "LAT": Effort(12, 14, 16, onset_ms=0, leader="arm"),
            "SA": Effort(42, 55, 62, onset_ms=-40, leader="arm"),
        }
    ),
    readiness=MappingProxyType({"UT": 4, "MT": 5, "LT": 8, "LAT": 4, "SA": 18}),
)
