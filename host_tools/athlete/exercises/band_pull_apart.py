"""Band pull-apart: straight arms from in front to the sides against a band."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: arms at 82 degrees of elevation from the sagittal nearly to the frontal plane; the will adds 14 degrees of
# retraction to what the change of plane brings. UT/LT about the 0.86 of a prone T (domain.md 2.4); sizes and onsets are
# engineering choices.
EXERCISE = Exercise(
    name="band_pull_apart",
    start=Pose(
        thorax_flexion=3,
        arm_flexion=81,
        arm_abduction=14,
        internal_rotation=4,
    ),
    end=Pose(
        thorax_flexion=1,
        arm_flexion=24,
        arm_abduction=78,
        internal_rotation=-10,
        posterior_tilt=3,
    ),
    tempo=Tempo(concentric_s=1.4, isometric_s=0.8, eccentric_s=2.0, rest_s=1.0),
    scapula_lead_ms=140,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(24, 23, 16, onset_ms=20, leader="scapula"),
            "MT": Effort(38, 37, 26, onset_ms=-60, leader="scapula"),
            "LT": Effort(32, 31, 22, onset_ms=-50, leader="scapula"),
            "LAT": Effort(12, 11, 8, onset_ms=60, leader="arm"),
            "SA": Effort(14, 13, 11, onset_ms=40, leader="arm"),
        }
    ),
    readiness=MappingProxyType({"UT": 4, "MT": 3, "LT": 2, "LAT": 2, "SA": 6}),
)
