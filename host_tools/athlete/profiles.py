"""Who trains: named athletes, each a list of faults with degrees."""

from dataclasses import dataclass

from host_tools.athlete.faults import SHRUG, Fault
from host_tools.errors import BadInput


@dataclass(frozen=True)
class Profile:
    """A way of training: which faults at which degree, from which repetition of a set on (1 is the first)."""

    name: str
    faults: tuple[tuple[Fault, float], ...] = ()
    faulty_from: int = 1


GOOD = Profile("good")
# the first two repetitions of each set still go well, so that a report shows both
SHRUGGING = Profile("shrug", faults=((SHRUG, 1.0),), faulty_from=3)

_ALL = {profile.name: profile for profile in (GOOD, SHRUGGING)}


def profile_names() -> tuple[str, ...]:
    """Names that profile() knows."""
    return tuple(_ALL)


def profile(name: str) -> Profile:
    """The profile; raises BadInput with the known names."""
    if name not in _ALL:
        raise BadInput(f"--athlete {name}: unknown athlete; known are {', '.join(_ALL)}")
    return _ALL[name]
