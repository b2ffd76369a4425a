"""Wall slide: forearms up along a wall."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: from 52 to 107 degrees of elevation in the scapular plane: the top is beyond what a skin sensor follows
# (domain.md 1.2: 90-100). UT/LT of about 0.9 between a prone T and scaption (domain.md 2.4), SA strong; sizes and
# onsets are engineering choices.
EXERCISE = Exercise(
    name="wall_slide",
    start=Pose(
        thorax_flexion=1,
        arm_flexion=40,
        arm_abduction=33,
    ),
    end=Pose(
        thorax_flexion=1,
        arm_flexion=76,
        arm_abduction=75,
        posterior_tilt=2,
    ),
    tempo=Tempo(concentric_s=2.0, isometric_s=1.0, eccentric_s=2.5, rest_s=1.0),
    scapula_lead_ms=120,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(22, 21, 15, onset_ms=20, leader="scapula"),
            "MT": Effort(16, 15, 11, onset_ms=-20, leader="scapula"),
            "LT": Effort(25, 24, 17, onset_ms=-60, leader="scapula"),
            "LAT": Effort(6, 6, 5, onset_ms=80, leader="arm"),
            "SA": Effort(34, 32, 24, onset_ms=-30, leader="arm"),
        }
    ),
    readiness=MappingProxyType({"UT": 3, "MT": 2, "LT": 2, "LAT": 2, "SA": 6}),
)
