"""A log with everything in it, raw streams with holes too, for the exports."""

from pathlib import Path

import pytest

from tests.interpreters import FIRMWARE, REPOSITORY, run_micropython

_SCRIPT = """
import sys
from rhomboid.recording.storage import Storage
from workout_log import Workout
storage = Storage(sys.argv[1])
workout = Workout(storage)
workout.log.texts["markers"] = ("set_begin", "set_end", "neutral_pose")
workout.log.texts["exercises"] = ("row",)
workout.settings["mvc_uv_q4"] = [6400, 4800, 3200, 1600]
workout.settings["heading_q14"] = [16384, 0, 0, 0] * 3
workout.settings["mount_q14"] = [11585, 11585, 0, 0] * 3
workout.begin(storage.new_path())
workout.set(4, raw=True)
workout.rest(3)
workout.set(8, raw=True)
workout.rest(8)
workout.end()
"""


@pytest.fixture(scope="session")
def recorded_log(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("recorded")
    run_micropython("x64", _SCRIPT, folder / "logs", path=(FIRMWARE, REPOSITORY / "tests" / "mpy"))
    return folder / "logs" / "00001.ulg"
