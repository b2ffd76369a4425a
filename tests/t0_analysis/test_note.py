"""Notes beside a log, and the wall time that comes from them or from a clock mark."""

import json
from datetime import UTC, datetime

import pytest

from host_tools.analysis.note import Note, read_note
from host_tools.analysis.wall_clock import wall_clock
from host_tools.errors import BadInput
from tests.t0_analysis.made_up_log import START_US, log


def noted(tmp_path, text):
    (tmp_path / "a.note.json").write_text(text)
    return read_note(tmp_path / "a.ulg")


def test_no_note_is_an_empty_one(tmp_path):
    assert read_note(tmp_path / "a.ulg") == Note()


def test_a_note_is_read(tmp_path):
    note = noted(tmp_path, json.dumps({"rpe": 7, "external_load_kg": 22.5, "began_utc": "2026-05-04T19:03:10+02:00"}))
    assert (
        note.rpe == 7
        and note.external_load_kg == 22.5
        and note.began_utc == datetime(2026, 5, 4, 17, 3, 10, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"rpe": 11}', '{"rpe": "7"}', '{"rpe": true}', '{"began_utc": "2026-05-04T17:03:10"}',
     '{"began_utc": "yesterday"}', '{"utc_offset_minutes": 1.5}', '{"remarks": 3}', "[" * 50_000, '{"rpe": NaN}'],
)  # fmt: skip
def test_a_bad_note_is_refused_in_one_line_with_the_remedy(tmp_path, text):
    with pytest.raises(BadInput, match="correct the file or delete it"):
        noted(tmp_path, text)


def test_wall_time_from_the_note_counts_from_the_logs_first_moment():
    clock = wall_clock(log(), Note(began_utc=datetime(2026, 5, 4, 17, 0, tzinfo=UTC), utc_offset_minutes=120))
    assert clock.text(START_US + 1_500_000) == "2026-05-04T19:00:01.500000+02:00"


def test_wall_time_from_a_clock_mark_goes_first():
    seconds = int(datetime(2026, 5, 4, 17, 0, tzinfo=UTC).timestamp())
    marker = {"timestamp": [START_US, START_US + 2_000_000], "kind": [0, 3], "value": [0, seconds]}
    clock = wall_clock(log({"marker": marker}), Note(began_utc=datetime(2000, 1, 1, tzinfo=UTC)))
    assert clock.text(START_US) == "2026-05-04T16:59:58.000000+00:00"


def test_without_either_it_is_not_known():
    clock = wall_clock(log(), Note())
    assert clock.text(START_US) == "" and "never set" in clock.source
