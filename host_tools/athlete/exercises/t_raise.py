"""T raise: from a forward lean the hanging arms to the sides."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: trunk 40 degrees forward, arms from hanging (43 degrees in front of the trunk) to the sides. UT/LT of 0.8, LT
# and MT strong as in a prone T (domain.md 2.4: 0.86 +- 0.33); sizes and onsets are engineering choices.
EXERCISE = Exercise(
    name="t_raise",
    start=Pose(
        thorax_flexion=40,
        arm_flexion=43,
        arm_abduction=6,
        internal_rotation=4,
    ),
    end=Pose(
        thorax_flexion=38,
        arm_flexion=12,
        arm_abduction=82,
        arm_axial=-20,
        internal_rotation=-10,
        posterior_tilt=4,
    ),
    tempo=Tempo(concentric_s=1.5, isometric_s=0.8, eccentric_s=2.0, rest_s=1.0),
    scapula_lead_ms=140,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(32, 31, 21, onset_ms=20, leader="scapula"),
            "MT": Effort(52, 50, 34, onset_ms=-60, leader="scapula"),
            "LT": Effort(42, 41, 28, onset_ms=-50, leader="scapula"),
            "LAT": Effort(10, 9, 7, onset_ms=60, leader="arm"),
            "SA": Effort(12, 11, 10, onset_ms=40, leader="arm"),
        }
    ),
    readiness=MappingProxyType({"UT": 3, "MT": 2, "LT": 2, "LAT": 2, "SA": 2}),
)
