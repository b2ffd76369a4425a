"""Seated row with scapular retraction."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: arm from reaching forward to elbow behind the trunk; the will adds 16 degrees of retraction to what the arm
# brings, which keeps the scapula under 41 deg/s of internal rotation (domain.md 1.1) (engineering choice).
# Efforts: LAT and MT of the retracted row of Lehman 2004 (domain.md 2.4: 37 and 36 %MVC); UT/LT under the 0.6 that
# domain.md 2.4 calls optimal; SA low, the eccentric phase at two thirds (engineering choice).
# Onsets: MT and LT before the scapula moves, by an electromechanical delay of about 60 ms (engineering choice).
EXERCISE = Exercise(
    name="row",
    start=Pose(
        thorax_flexion=6,
        arm_flexion=55,
        arm_abduction=10,
        internal_rotation=4,
    ),
    end=Pose(
        thorax_flexion=1,
        arm_flexion=-15,
        arm_abduction=18,
        internal_rotation=-12,
        upward_rotation=-3,
        posterior_tilt=4,
    ),
    tempo=Tempo(concentric_s=1.4, isometric_s=0.6, eccentric_s=2.0, rest_s=1.0),
    scapula_lead_ms=150,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(14, 13, 9, onset_ms=30, leader="scapula"),
            "MT": Effort(36, 35, 24, onset_ms=-60, leader="scapula"),
            "LT": Effort(30, 28, 20, onset_ms=-50, leader="scapula"),
            "LAT": Effort(37, 34, 24, onset_ms=-60, leader="arm"),
            "SA": Effort(9, 8, 8, onset_ms=60, leader="scapula"),
        }
    ),
    readiness=MappingProxyType({"UT": 2, "MT": 3, "LT": 3, "LAT": 2, "SA": 4}),
)
