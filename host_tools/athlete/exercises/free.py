"""Free movement: an arm is raised in front, like a box onto a shelf."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: to 85 degrees of elevation near the sagittal plane, as in the box lift (domain.md 7: to 97). UT/LT of that
# recording, about 1 (domain.md 7); sizes and onsets are engineering choices.
EXERCISE = Exercise(
    name="free",
    start=Pose(
        thorax_flexion=2,
        arm_flexion=18,
        arm_abduction=8,
    ),
    end=Pose(
        thorax_flexion=1,
        arm_flexion=83,
        arm_abduction=18,
    ),
    tempo=Tempo(concentric_s=1.4, isometric_s=0.6, eccentric_s=1.6, rest_s=1.0),
    scapula_lead_ms=60,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(30, 28, 20, onset_ms=0, leader="scapula"),
            "MT": Effort(20, 19, 14, onset_ms=0, leader="scapula"),
            "LT": Effort(30, 28, 20, onset_ms=20, leader="scapula"),
            "LAT": Effort(8, 8, 6, onset_ms=100, leader="arm"),
            "SA": Effort(36, 34, 25, onset_ms=-30, leader="arm"),
        }
    ),
    readiness=MappingProxyType({"UT": 2, "MT": 2, "LT": 2, "LAT": 2, "SA": 2}),
)
