"""Logs open in pyulog, whole and cut, and our reader says the same as pyulog does."""

import io
from pathlib import Path

import numpy as np
import pytest
from pyulog import ULog

from host_tools.analysis.reader import read_bytes
from tests.interpreters import FIRMWARE, REPOSITORY, run_micropython

# fixed by the shared design, section 9: other tools rely on these names
NAMES = {
    "segment_angles": "internal_rotation upward_rotation posterior_tilt humeral_elevation plane_of_elevation "
    "thorax_flexion thorax_lateral thorax_rotation flags",
    "emg_envelope": "uv_q4 mvc_permille quality",
    "activation": "ut_lt_q8 ut_mt_q8 lat_mt_q8",
    "fatigue": "site mdf_hz_q8 rms_q4 mvc_permille",
    "raw_emg": "sequence samples",
    "raw_quaternion": "segment w x y z",
    "repetition": "index exercise start_us concentric_ms isometric_ms eccentric_ms range_cdeg",
    "cue": "rule tactor pattern value decided_us started_us",
    "marker": "",
    "fault": "part code began_us ended_us",
    "health": "overruns gaps",
    "heading_correction": "segment cdeg",
    "checkpoint": "sequence bytes",
}
SCRIPT = """
import sys
from rhomboid.recording.storage import Storage
from workout_log import Workout
storage = Storage(sys.argv[1])
workout = Workout(storage)
workout.begin(storage.new_path())
workout.set(11)
workout.set(1, raw=True)
workout.rest(12)
workout.end()
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> bytes:
    folder: Path = tmp_path_factory.mktemp("log")
    run_micropython("x64", SCRIPT, folder / "logs", path=(FIRMWARE, REPOSITORY / "tests" / "mpy"))
    return (folder / "logs" / "00001.ulg").read_bytes()


def test_pyulog_finds_every_topic_and_field_by_its_name(recorded):
    ulog = ULog(io.BytesIO(recorded))
    assert not ulog.file_corruption
    found = {item.name: {name.split("[")[0] for name in item.data} for item in ulog.data_list}
    assert found.keys() == NAMES.keys()
    for topic, names in NAMES.items():
        assert {"timestamp", *names.split()} <= found[topic], topic
    assert ulog.msg_info_dict["side"] == "right" and ulog.initial_parameters["highpass_hz"] == 30


def test_our_reader_says_what_pyulog_says(recorded):
    log = read_bytes(recorded, "log")
    ulog = ULog(io.BytesIO(recorded))
    assert not log.problems
    for item in ulog.data_list:
        for name, values in item.data.items():
            assert np.array_equal(log.topics[item.name][name], values), (item.name, name)
    assert log.parameters == ulog.initial_parameters and log.start_us == ulog.start_timestamp


def test_a_log_cut_anywhere_after_its_first_checkpoint_opens_in_pyulog(recorded):
    first = recorded.index(b"\x16\x00D\x0c\x00") + 25
    whole = {item.name: item.data for item in ULog(io.BytesIO(recorded)).data_list}
    for cut in [*range(first, first + 300, 7), *range(first, len(recorded), 997)]:
        ulog = ULog(io.BytesIO(recorded[:cut]))
        assert not ulog.file_corruption
        for item in ulog.data_list:
            count = len(item.data["timestamp"])
            assert all(np.array_equal(values, whole[item.name][name][:count]) for name, values in item.data.items())
