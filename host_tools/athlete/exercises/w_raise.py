"""W raise: bent elbows beside the ribs, shoulder blades and elbows back and down."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: 16 degrees of retraction within the 19 that the box lift spans (domain.md 7), the arm nearly still. UT/LT under
# 0.6 (domain.md 2.4); sizes, onsets and the hold of 2 s are engineering choices.
EXERCISE = Exercise(
    name="w_raise",
    start=Pose(
        arm_flexion=10,
        arm_abduction=24,
        arm_axial=-10,
        internal_rotation=2,
    ),
    end=Pose(
        arm_flexion=2,
        arm_abduction=29,
        arm_axial=-40,
        internal_rotation=-14,
        upward_rotation=-2,
        posterior_tilt=4,
    ),
    tempo=Tempo(concentric_s=1.2, isometric_s=2.0, eccentric_s=1.5, rest_s=1.2),
    scapula_lead_ms=120,
    drive="scapula",
    efforts=MappingProxyType(
        {
            "UT": Effort(15, 14, 10, onset_ms=30, leader="scapula"),
            "MT": Effort(36, 35, 23, onset_ms=-60, leader="scapula"),
            "LT": Effort(31, 30, 20, onset_ms=-50, leader="scapula"),
            "LAT": Effort(15, 14, 10, onset_ms=20, leader="arm"),
            "SA": Effort(8, 8, 7, onset_ms=60, leader="scapula"),
        }
    ),
    readiness=MappingProxyType({"UT": 2, "MT": 2, "LT": 2, "LAT": 2, "SA": 2}),
)
