"""The exercises that the athlete can do, one data file each."""

from host_tools.athlete.exercise import Exercise
from host_tools.athlete.exercises import retraction_hold, row, y_raise
from host_tools.errors import BadInput

_ALL = {module.EXERCISE.name: module.EXERCISE for module in (row, y_raise, retraction_hold)}


def exercise_names() -> tuple[str, ...]:
    """Names that exercise() knows."""
    return tuple(_ALL)


def exercise(name: str) -> Exercise:
    """The exercise; raises BadInput with the known names."""
    if name not in _ALL:
        raise BadInput(f"--exercise {name}: unknown exercise; the athlete can do {', '.join(_ALL)}")
    return _ALL[name]
