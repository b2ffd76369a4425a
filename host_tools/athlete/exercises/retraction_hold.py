"""Scapular retraction held: shoulder blades together, arms nearly still."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: 18 degrees of retraction out of the 19 that the box lift spans (domain.md 7: internal rotation 30.6-49.4).
# Hold of 5 s; efforts in the order of the retracted row with the latissimus quiet (engineering choice).
EXERCISE = Exercise(
    name="retraction_hold",
    start=Pose(
        arm_flexion=15,
        arm_abduction=12,
        internal_rotation=2,
    ),
    end=Pose(
        arm_flexion=8,
        arm_abduction=15,
        internal_rotation=-16,
        upward_rotation=-2,
        posterior_tilt=4,
    ),
    tempo=Tempo(concentric_s=1.1, isometric_s=5.0, eccentric_s=1.3, rest_s=1.5),
    scapula_lead_ms=120,
    drive="scapula",
    efforts=MappingProxyType(
        {
            "UT": Effort(12, 11, 8, onset_ms=30, leader="scapula"),
            "MT": Effort(36, 35, 22, onset_ms=-60, leader="scapula"),
            "LT": Effort(28, 27, 18, onset_ms=-50, leader="scapula"),
            "LAT": Effort(14, 12, 9, onset_ms=20, leader="arm"),
            "SA": Effort(8, 8, 7, onset_ms=60, leader="scapula"),
        }
    ),
    readiness=MappingProxyType({"UT": 2, "MT": 2, "LT": 2, "LAT": 2, "SA": 2}),
)
