"""Swimming stroke on a dry-land bench: one stroke runs into the next."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: trunk level, arm from a long reach of 125 degrees past the hip to 25. LAT does it: LAT/MT 1.15 in pulldowns
# (domain.md 2.4); sizes and onsets are engineering choices.
EXERCISE = Exercise(
    name="swim_bench",
    start=Pose(
        thorax_flexion=78,
        arm_flexion=120,
        arm_abduction=35,
    ),
    end=Pose(
        thorax_flexion=78,
        arm_flexion=8,
        arm_abduction=24,
        internal_rotation=-3,
        posterior_tilt=2,
    ),
    tempo=Tempo(concentric_s=0.9, isometric_s=0.05, eccentric_s=1.0, rest_s=0.05),
    scapula_lead_ms=90,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(14, 12, 10, onset_ms=30, leader="scapula"),
            "MT": Effort(38, 33, 12, onset_ms=-30, leader="scapula"),
            "LT": Effort(32, 28, 10, onset_ms=-50, leader="scapula"),
            "LAT": Effort(44, 38, 10, onset_ms=-50, leader="arm"),
            "SA": Effort(22, 20, 18, onset_ms=0, leader="scapula"),
        }
    ),
    readiness=MappingProxyType({"UT": 3, "MT": 3, "LT": 3, "LAT": 3, "SA": 4}),
)
