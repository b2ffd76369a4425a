"""Y raise: both arms lifted in the scapular plane to just above the shoulder."""

from types import MappingProxyType

from host_tools.athlete.exercise import Effort, Exercise, Pose, Tempo

# Poses: 95 degrees of elevation 40 degrees in front of the frontal plane: the skin sensors are valid to about 90-100
# (domain.md 1.2), so with natural spread some repetitions leave that range and are flagged (engineering choice).
# Efforts: LT strongest, UT/LT under 0.6 (domain.md 2.4); sizes and the eccentric phase at two thirds are engineering
# choices, as are the onsets.
EXERCISE = Exercise(
    name="y_raise",
    start=Pose(
        thorax_flexion=4,
        arm_flexion=12,
        arm_abduction=12,
    ),
    end=Pose(
        thorax_flexion=1,
        arm_flexion=61,
        arm_abduction=73,
        arm_axial=-20,
        internal_rotation=-6,
        posterior_tilt=4,
    ),
    tempo=Tempo(concentric_s=1.6, isometric_s=0.8, eccentric_s=2.2, rest_s=1.0),
    scapula_lead_ms=120,
    drive="arm",
    efforts=MappingProxyType(
        {
            "UT": Effort(28, 27, 18, onset_ms=20, leader="scapula"),
            "MT": Effort(42, 40, 28, onset_ms=-50, leader="scapula"),
            "LT": Effort(54, 52, 36, onset_ms=-60, leader="scapula"),
            "LAT": Effort(11, 10, 9, onset_ms=80, leader="arm"),
            "SA": Effort(38, 36, 26, onset_ms=-30, leader="arm"),
        }
    ),
    readiness=MappingProxyType({"UT": 2, "MT": 2, "LT": 2, "LAT": 2, "SA": 2}),
)
