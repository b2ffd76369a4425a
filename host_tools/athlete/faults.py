"""What can go wrong in a repetition and how much of it, as data: degree 0 is none, 1 as written here.

Degree 1 is a fault that a coach would call: 12 degrees where the band is 8, a ratio 1.6 times as large, a lead of
150 ms the wrong way, a tempo 40 % too fast. What else is written here is an engineering choice of that order.
"""

from dataclasses import dataclass, field
from types import MappingProxyType

from host_tools.athlete.exercise import Pose
from host_tools.errors import BadInput


def _factors(**by_muscle: float) -> MappingProxyType[str, float]:
    return MappingProxyType(by_muscle)


@dataclass(frozen=True)
class Fault:
    """One fault at degree 1.

    effort_scale: factor on a muscle's activation; hold_effort_scale: on what is left of it at the end of the hold;
    lead_change_ms: added to the scapula's lead over the arm (the muscles that lead it come with it); onset_change_ms:
    added to a muscle's own onset; top_change: added to the pose at the end of the concentric phase; hold_change: to the
    pose at the end of the isometric phase, which drifts there; way_change: to the pose in the middle of the eccentric
    phase; tremor_deg: amplitude of the scapula's trembling through the hold; range_scale, concentric_scale,
    isometric_scale, eccentric_scale: factors on the range and on the duration of each phase.
    """

    name: str
    about: str = ""
    effort_scale: MappingProxyType[str, float] = field(default_factory=_factors)
    hold_effort_scale: MappingProxyType[str, float] = field(default_factory=_factors)
    lead_change_ms: float = 0.0
    onset_change_ms: MappingProxyType[str, float] = field(default_factory=_factors)
    top_change: Pose = field(default_factory=Pose)
    hold_change: Pose = field(default_factory=Pose)
    way_change: Pose = field(default_factory=Pose)
    tremor_deg: float = 0.0
    range_scale: float = 1.0
    concentric_scale: float = 1.0
    isometric_scale: float = 1.0
    eccentric_scale: float = 1.0


# UT takes over (UT/LT from under 0.6 to about 1.6), the scapula shifts up by 12 degrees (of 16-19 in a full shrug,
# domain.md 1.4) and tips forward, LT and MT come after the arm: sizes are engineering choices
SHRUG = Fault(
    "shrug",
    "the shoulder goes up to the ear",
    effort_scale=_factors(UT=2.4, LT=0.7, MT=0.85),
    lead_change_ms=-300.0,
    onset_change_ms=_factors(UT=-150.0, MT=60.0, LT=60.0),
    top_change=Pose(upward_rotation=12.0, posterior_tilt=-12.0),
)

FAULTS = (
    SHRUG,
    # the order of a movement: the scapula's lead of about 150 ms becomes a lag of as much
    Fault("late_set", "the arm moves before the shoulder blade", lead_change_ms=-300.0),
    # the scapula through the range
    Fault("winging", "the inner edge of the blade comes away", top_change=Pose(internal_rotation=12.0)),
    Fault("tipping", "the blade tips forward", top_change=Pose(posterior_tilt=-12.0)),
    Fault("low_upward", "the blade does not turn up with the arm", top_change=Pose(upward_rotation=-12.0)),
    Fault(
        "dyskinesis",
        "the blade is lost on the way back",
        way_change=Pose(internal_rotation=12.0, posterior_tilt=-6.0),
    ),
    # muscles against each other
    Fault("ut_dominance", "the upper trapezius works 1.6 times as much", effort_scale=_factors(UT=1.6)),
    Fault("weak_middle", "the middle back does its part divided by 1.6", effort_scale=_factors(MT=1 / 1.6)),
    Fault("weak_lower", "the lower trapezius does its part divided by 1.6", effort_scale=_factors(LT=1 / 1.6)),
    Fault("lat_dominance", "the latissimus works 1.6 times as much", effort_scale=_factors(LAT=1.6)),
    # the trunk
    Fault("extension", "the trunk leans back", top_change=Pose(thorax_flexion=-12.0)),
    Fault("lean", "the trunk leans to the worn side", top_change=Pose(thorax_lateral=12.0)),
    Fault("lean_away", "the trunk leans away from the worn side", top_change=Pose(thorax_lateral=-12.0)),
    Fault("rotation", "the trunk turns to the worn side", top_change=Pose(thorax_rotation=12.0)),
    # one side of a pair of movements: what a single worn side sees of a left/right difference over the range
    Fault(
        "asymmetry",
        "one side gets less far and the trunk turns to make up for it",
        top_change=Pose(thorax_rotation=-12.0),
        range_scale=0.85,
    ),
    # tempo and range
    Fault("eccentric_fast", "the way back takes 60 % of its time", eccentric_scale=0.6),
    Fault("concentric_fast", "the way out takes 60 % of its time", concentric_scale=0.6),
    Fault("partial", "60 % of the range", range_scale=0.6),
    # holds
    Fault("short_hold", "the hold ends at 45 % of its time", isometric_scale=0.45),
    Fault("hold_drift", "the blade slides out of the hold", hold_change=Pose(internal_rotation=12.0)),
    Fault("hold_tremor", "the blade trembles in the hold", tremor_deg=0.65),
    Fault("hold_decay", "the muscles let go in the hold", hold_effort_scale=_factors(MT=0.35, LT=0.35)),
)

_ALL = {fault.name: fault for fault in FAULTS}


def fault_names() -> tuple[str, ...]:
    """Names that fault() knows."""
    return tuple(_ALL)


def fault(name: str) -> Fault:
    """The fault; raises BadInput with the known names."""
    if name not in _ALL:
        raise BadInput(f"unknown movement fault {name}; known are {', '.join(_ALL)}")
    return _ALL[name]
