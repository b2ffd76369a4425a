"""What can go wrong in a repetition and how much of it, as data: degree 0 is none, 1 as written here."""

from dataclasses import dataclass, field
from types import MappingProxyType

from host_tools.athlete.exercise import Pose
from host_tools.errors import BadInput


@dataclass(frozen=True)
class Fault:
    """One fault at degree 1.

    effort_scale: factor on a muscle's activation; lead_change_ms: added to the scapula's lead over the arm (the muscles
    that lead it come with it); onset_change_ms: added to a muscle's own onset; top_change: added to the pose at the end
    of the concentric phase; eccentric_scale: factor on the duration of the eccentric phase.
    """

    name: str
    effort_scale: MappingProxyType[str, float] = field(default_factory=lambda: MappingProxyType({}))
    lead_change_ms: float = 0.0
    onset_change_ms: MappingProxyType[str, float] = field(default_factory=lambda: MappingProxyType({}))
    top_change: Pose = field(default_factory=Pose)
    eccentric_scale: float = 1.0


# UT takes over (UT/LT from under 0.6 to about 1.6), the scapula shifts up by 12 degrees (of 16-19 in a full shrug,
# domain.md 1.4) and tips forward, LT and MT come after the arm: sizes are engineering choices
SHRUG = Fault(
    name="shrug",
    effort_scale=MappingProxyType({"UT": 2.4, "LT": 0.7, "MT": 0.85}),
    lead_change_ms=-300.0,
    onset_change_ms=MappingProxyType({"UT": -150.0, "MT": 60.0, "LT": 60.0}),
    top_change=Pose(upward_rotation=12.0, posterior_tilt=-12.0),
)

_ALL = {fault.name: fault for fault in (SHRUG,)}


def fault(name: str) -> Fault:
    """The fault; raises BadInput with the known names."""
    if name not in _ALL:
        raise BadInput(f"unknown movement fault {name}; known are {', '.join(_ALL)}")
    return _ALL[name]
