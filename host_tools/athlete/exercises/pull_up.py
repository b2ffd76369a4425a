"""Pull-up: from a hang to the chin over the bar."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: from 135 degrees of elevation, sensors beyond their range (domain.md 1.2), to 45. LAT/MT as in pulldowns
# (domain.md 2.4: 1.15), harder work; the rest and the onsets are engineering choices.
EXERCISE = Exercise(
    name="pull_up",
    start=Pose(
        thorax_flexion=2,
        arm_flexion=95,
        arm_abduction=96,
    ),
    end=Pose(
        thorax_flexion=-4,
        arm_flexion=18,
        arm_abduction=41,
        internal_rotation=-8,
        posterior_tilt=4,
    ),
    tempo=Tempo(concentric_s=1.5, isometric_s=0.5, eccentric_s=2.5, rest_s=1.3),
    scapula_lead_ms=150,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(20, 18, 13, onset_ms=30, leader="scapula"),
            "MT": Effort(46, 44, 33, onset_ms=-50, leader="scapula"),
            "LT": Effort(44, 42, 31, onset_ms=-60, leader="scapula"),
            "LAT": Effort(53, 50, 36, onset_ms=-40, leader="arm"),
            "SA": Effort(20, 19, 16, onset_ms=40, leader="arm"),
        }
    ),
    readiness=MappingProxyType({"UT": 3, "MT": 3, "LT": 3, "LAT": 4, "SA": 3}),
)
