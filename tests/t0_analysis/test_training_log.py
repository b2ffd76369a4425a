"""What is read of a log file: only what can be used, and what was left out is said."""

import numpy as np
import pytest

from host_tools.analysis import training_log
from host_tools.analysis.reader import Log
from host_tools.errors import BadInput


def told(monkeypatch, **topics):
    made = {name: {field: np.array([1, 2]) for field in ("timestamp", *fields)} for name, fields in topics.items()}
    log = Log("x.ulg", 0, made, {}, {"sys_name": "Rhomboid"}, {}, True, [])
    monkeypatch.setattr(training_log.reader, "read", lambda path, advance, without: log)


def test_records_that_lack_a_field_are_left_out_and_named(monkeypatch, tmp_path):
    told(monkeypatch, cue=("rule", "tactor"), marker=("kind", "value"))
    log = training_log.read(tmp_path / "x.ulg")
    assert set(log.topics) == {"marker"}
    (problem,) = log.damage
    assert problem.startswith("The records of cue lack pattern, value, decided_us, started_us")


@pytest.mark.parametrize("content", [b"", b"x", b"ULog\x01\x12\x35\x01" + bytes(8)])
def test_an_empty_or_foreign_file_is_one_line(tmp_path, content):
    path = tmp_path / "x.ulg"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="x.ulg"):
        training_log.read(path)
    with pytest.raises(BadInput):
        training_log.read(tmp_path)
