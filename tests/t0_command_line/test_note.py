"""What people tell about a workout lands beside its log, checked; every question may be skipped."""

from pathlib import Path

import pytest

from host_tools.analysis.note import read_note
from host_tools.cli import main, note


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "00001.ulg"
    path.write_bytes(b"a log")
    return path


def test_a_note_is_added_bit_by_bit(log: Path) -> None:
    assert main(["note", str(log), "--rpe", "7", "--remarks", "Schulter müde"]) == 0
    assert main(["note", str(log), "--load", "12.5"]) == 0
    kept = read_note(log)
    assert (kept.rpe, kept.external_load_kg, kept.remarks) == (7, 12.5, "Schulter müde")


def test_a_value_that_cannot_be_changes_nothing(log: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["note", str(log), "--rpe", "11"]) == 2
    assert "from 0 to 10" in capsys.readouterr().err
    assert [path.name for path in log.parent.iterdir()] == [log.name]
    main(["note", str(log), "--rpe", "3"])
    assert main(["note", str(log), "--load", "-5"]) == 2
    assert read_note(log).rpe == 3


def test_a_log_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["note", str(tmp_path / "no.ulg"), "--rpe", "5"]) == 2
    assert "no such log" in capsys.readouterr().err


def asked(log: Path, monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    remaining = iter(answers)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _question: next(remaining))
    note.ask_about(log)


def test_questions_may_be_skipped(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(log, monkeypatch, "", "", "")
    assert not list(log.parent.glob("*.json"))
    asked(log, monkeypatch, "6", "", "good")
    assert (read_note(log).rpe, read_note(log).external_load_kg, read_note(log).remarks) == (6, None, "good")


def test_an_answer_that_is_none_keeps_the_rest(log: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    asked(log, monkeypatch, "hard", "10,5", "")
    assert read_note(log).external_load_kg == 10.5
    assert "no answer to that" in capsys.readouterr().out


def test_nobody_is_asked_where_nobody_can_answer(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    monkeypatch.setattr("builtins.input", lambda _question: pytest.fail("asked"))
    note.ask_about(log)
