"""Exercises as data: each module holds one dictionary EXERCISE (see row.py for the meaning of its keys)."""

from rhomboid.passing import forget

# the number of an exercise in the log is its place here: append only
NAMES = (
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
    "posture",
)


class UnknownExercise(Exception):
    """No exercise has that name."""


def load(name):
    """The dictionary of one exercise; its module is dropped from memory again. Raises UnknownExercise with the
    choices.
    """
    if name not in NAMES:
        raise UnknownExercise("exercise %s is not known; there are: %s" % (name, ", ".join(NAMES)))
    path = "rhomboid.coaching.exercises." + name
    exercise = __import__(path, None, None, ("EXERCISE",)).EXERCISE
    forget(path)
    return exercise
