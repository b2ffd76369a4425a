"""Who trains: named athletes, each a list of faults with degrees.

A name is "good" or faults joined by "+", each with a degree after a colon where it is not 1: "winging:0.5",
"late_set+lean:1.5".
"""

from dataclasses import dataclass

from host_tools.athlete.faults import Fault, fault, fault_names
from host_tools.errors import BadInput

# The first two repetitions of each set still go well, so that a report shows both
FAULTY_FROM = 3
LARGEST_DEGREE = 3.0


@dataclass(frozen=True)
class Profile:
    """A way of training: which faults at which degree, from which repetition of a set on (1 is the first)."""

    name: str
    faults: tuple[tuple[Fault, float], ...] = ()
    faulty_from: int = 1


def profile_names() -> tuple[str, ...]:
    """Names that profile() knows, without degrees and sums."""
    return ("good", *fault_names())


def profile(name: str) -> Profile:
    """The profile; raises BadInput with the known names."""
    if name == "good":
        return Profile("good")
    return Profile(name, tuple(_part(part) for part in name.split("+")), FAULTY_FROM)


def _part(text: str) -> tuple[Fault, float]:
    name, _, degree = text.partition(":")
    if name not in fault_names():
        raise BadInput(f"--athlete {text}: unknown athlete; known are {', '.join(profile_names())}")
    try:
        value = float(degree) if degree else 1.0
    except ValueError:
        value = -1.0
    if not 0 <= value <= LARGEST_DEGREE:
        raise BadInput(f"--athlete {text}: the degree is a number from 0 to {LARGEST_DEGREE:g}, like {name}:0.5")
    return fault(name), value
