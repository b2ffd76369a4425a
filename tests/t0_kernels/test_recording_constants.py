"""Numbers of topics that stand in the files of the loop too: only a file's own constants are folded by the compiler."""

import re
from pathlib import Path

import pytest

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware" / "rhomboid"


def constants(path: str) -> dict[str, int]:
    found = re.findall(r"^(\w+) = const\((-?\d+)\)", (FIRMWARE / path).read_text(), re.MULTILINE)
    return {name: int(value) for name, value in found}


@pytest.mark.parametrize("path", ["recording/records.py", "recording/ulog.py"])
def test_the_numbers_of_topics_are_those_of_topics_py(path: str) -> None:
    topics, here = constants("recording/topics.py"), constants(path)
    shared = {name for name in topics if "_" + name in here}
    assert shared >= ({"CHECKPOINT"} if path.endswith("ulog.py") else {"SEGMENT_ANGLES", "REPETITION", "CUE", "FAULT"})
    assert {name: here["_" + name] for name in shared} == {name: topics[name] for name in shared}


def test_the_session_keeps_a_calibration_at_the_answer_that_says_so() -> None:
    calibration = constants("supervision/calibration.py")
    assert constants("supervision/session.py")["_KEEP"] == calibration["KEEP"] and calibration["GOES_ON"] == 0
