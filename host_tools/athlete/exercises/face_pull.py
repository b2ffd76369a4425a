"""Face pull: hands to the ears, elbows at shoulder height."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: elbows from in front to the sides at 80 degrees of elevation with the arm turned outward. UT/LT about the 0.86
# of a prone T (domain.md 2.4); sizes and onsets are engineering choices.
EXERCISE = Exercise(
    name="face_pull",
    start=Pose(
        thorax_flexion=3,
        arm_flexion=79,
        arm_abduction=12,
        internal_rotation=4,
    ),
    end=Pose(
        thorax_flexion=0,
        arm_flexion=26,
        arm_abduction=75,
        arm_axial=-50,
        internal_rotation=-9,
        posterior_tilt=4,
    ),
    tempo=Tempo(concentric_s=1.4, isometric_s=1.0, eccentric_s=2.0, rest_s=1.0),
    scapula_lead_ms=140,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(26, 25, 17, onset_ms=20, leader="scapula"),
            "MT": Effort(40, 38, 27, onset_ms=-60, leader="scapula"),
            "LT": Effort(34, 33, 23, onset_ms=-50, leader="scapula"),
            "LAT": Effort(17, 16, 11, onset_ms=-20, leader="arm"),
            "SA": Effort(14, 13, 11, onset_ms=40, leader="arm"),
        }
    ),
    readiness=MappingProxyType({"UT": 4, "MT": 3, "LT": 3, "LAT": 2, "SA": 6}),
)
