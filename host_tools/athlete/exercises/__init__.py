"""The exercises that the athlete can do, one data file each."""

from importlib import import_module

from host_tools.athlete.exercise import Exercise
from host_tools.errors import BadInput

_NAMES = (
    "row",
    "y_raise",
    "retraction_hold",
    "band_pull_apart",
    "face_pull",
    "t_raise",
    "w_raise",
    "wall_slide",
    "pulldown",
    "pull_up",
    "scaption",
    "overhead_press",
    "push_up",
    "shrug",
    "rowing",
    "swim_bench",
    "free",
)


def exercise_names() -> tuple[str, ...]:
    """Names that exercise() knows."""
    return _NAMES


def exercise(name: str) -> Exercise:
    """The exercise; raises BadInput with the known names."""
    if name not in _NAMES:
        raise BadInput(f"--exercise {name}: unknown exercise; the athlete can do {', '.join(_NAMES)}")
    return import_module(f"host_tools.athlete.exercises.{name}").EXERCISE
