"""Exercises as data: each module holds one dictionary EXERCISE (see row.py for the meaning of its keys)."""

import sys

NAMES = ("row", "y_raise", "retraction_hold")


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
    del sys.modules[path]
    return exercise
