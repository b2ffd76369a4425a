"""The history: measures with reasons, an incremental catalogue, load and symmetry from SQL, a page that escapes."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from host_tools.analysis.note import Note
from host_tools.analysis.wall_clock import WallClock
from host_tools.errors import BadInput
from host_tools.history import catalogue, page, query
from host_tools.history.adherence import adherence
from host_tools.history.measures import workout
from tests.t0_report.logs import log as training_log

MONDAY = datetime(2026, 5, 4, 17, tzinfo=UTC)
UNDATED = WallClock()


def quiet(stage, share):
    pass


class Folder:
    """A folder whose logs are made up: reading one gives what was put in."""

    def __init__(self, path, monkeypatch):
        self.path = path
        self.logs = {}
        self.reads = []
        monkeypatch.setattr(catalogue, "read", self._read)

    def put(self, name, log, **note):
        self.logs[name] = log
        (self.path / f"{name}.ulg").write_bytes(name.encode() + bytes(len(self.logs)))
        if note:
            (self.path / f"{name}.note.json").write_text(json.dumps(note))

    def _read(self, path, without=()):
        self.reads.append(path.stem)
        log = self.logs[path.stem]
        if log is None:
            raise BadInput(f"{path}: not a log")
        return log

    def build(self):
        self.reads.clear()
        return catalogue.build(self.path, quiet)

    def ask(self, sql):
        header, *rows = query.ask(self.path, sql)
        return [dict(zip(header.split("\t"), row.split("\t"), strict=True)) for row in rows]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    return Folder(tmp_path, monkeypatch)


def with_repetitions(count, **changes):
    """The made-up training log with `count` repetitions of four seconds."""
    made = training_log(**changes)
    first = {name: values[:1] for name, values in made.topics["repetition"].items()}
    rows = {name: np.repeat(values, count) for name, values in first.items()}
    return training_log(**changes | {"topics": dict(made.topics) | {"repetition": rows}})


def measure(found, name):
    (one,) = [m for m in found.measures if m.name == name]
    return one


def test_measures_are_means_over_repetitions():
    found = workout(with_repetitions(5), Note(rpe=6), UNDATED)
    assert found.repetitions == 5 and found.rpe == 6
    assert measure(found, "range").value == pytest.approx(43.21) and measure(found, "range").n == 5
    assert measure(found, "UT peak").value == pytest.approx(40) and measure(found, "UT peak").sdd95 == pytest.approx(14)
    assert measure(found, "upward rotation, range").sdd95 == 8.6


@pytest.mark.parametrize(
    "log, name, reason",
    [
        (with_repetitions(2), "range", "fewer than 3 repetitions"),
        (with_repetitions(5, without=["segment_angles"]), "upward rotation, range", "no angles"),
    ],
)
def test_what_cannot_be_computed_is_not_known_with_a_reason(log, name, reason):
    found = measure(workout(log, Note(), UNDATED), name)
    assert found.value is None and reason in found.reason


def test_muscle_load_is_not_known_without_a_reference_contraction_or_with_a_dead_channel():
    found = workout(with_repetitions(5, mvc_uv_q4=0), Note(), UNDATED)
    assert [m.load for m in found.muscles] == [None, None] and "MVC" in found.muscles[0].reason
    dead = with_repetitions(5)
    dead.topics["emg_envelope"]["quality[1]"][:] = 4
    ut, lt = workout(dead, Note(), UNDATED).muscles
    assert ut.load == pytest.approx(25 * 14, rel=0.01), "25 % MVC over a set of 14 s"
    assert lt.load is None and "bad for more than half" in lt.reason


def test_only_new_and_changed_logs_are_read_again_and_those_that_are_gone_are_left_out(folder):
    for name in "abc":
        folder.put(name, with_repetitions(4))
    assert folder.build().read == 3
    assert folder.build().read == 0 and folder.reads == []
    folder.put("d", with_repetitions(4))
    folder.put("a", with_repetitions(6), rpe=5)
    (folder.path / "b.ulg").unlink()
    built = folder.build()
    assert sorted(folder.reads) == ["a", "d"] and built.gone == 1
    rows = folder.ask("SELECT file, repetitions, rpe FROM workouts ORDER BY file")
    assert [(r["file"], r["repetitions"]) for r in rows] == [("a.ulg", "6"), ("c.ulg", "4"), ("d.ulg", "4")]


def test_a_damaged_catalogue_is_built_anew(folder):
    folder.put("a", with_repetitions(4))
    folder.build()
    (folder.path / "catalogue" / "measures.parquet").write_bytes(b"PAR1 nonsense")
    assert folder.build().read == 1
    assert folder.ask("SELECT count(*) AS n FROM workouts") == [{"n": "1"}]


def test_a_file_that_is_no_log_is_skipped_once_with_its_reason(folder):
    folder.put("a", with_repetitions(4))
    folder.put("x", None)
    assert "not a log" in folder.build().skipped["x.ulg"]
    assert "not a log" in folder.build().skipped["x.ulg"] and folder.reads == []


def days(folder, loads, side="right"):
    """One workout a day from MONDAY on; None = rest. loads: RPE."""
    for k, rpe in enumerate(loads):
        if rpe is not None:
            began = (MONDAY + timedelta(days=k)).isoformat()
            folder.put(f"{side}{k:02d}", with_repetitions(4, info={"side": side}), began_utc=began, rpe=rpe)


def test_weekly_load_monotony_and_strain(folder):
    rpe = [6, None, 4, None, 8, None, 3]
    days(folder, rpe)
    folder.build()
    minutes = workout(with_repetitions(4), Note(), UNDATED).duration_s / 60
    loads = np.array([r or 0 for r in rpe]) * minutes
    (week,) = folder.ask("FROM last_weeks")
    monotony = loads.mean() / loads.std(ddof=1)
    assert float(week["load"]) == pytest.approx(loads.sum())
    assert float(week["monotony"]) == pytest.approx(monotony)
    assert float(week["strain"]) == pytest.approx(loads.sum() * monotony)


def test_a_week_with_a_session_without_rpe_is_not_known(folder):
    days(folder, [6, None, 4, None, 8, None, 3])
    (folder.path / "right02.note.json").write_text(json.dumps({"began_utc": (MONDAY + timedelta(days=2)).isoformat()}))
    folder.build()
    (week,) = folder.ask("FROM last_weeks")
    assert week["load"] == week["monotony"] == "" and week["untold"] == "1"


def test_change_counts_only_beyond_the_measurement_error(folder):
    for k in range(6):
        log = with_repetitions(4)
        log.topics["repetition"]["peak_permille[0]"][:] = 400 if k < 3 else 560  # SDD95: 14 % MVC
        log.topics["repetition"]["peak_permille[1]"][:] = 400 if k < 3 else 520
        folder.put(f"w{k}", log, began_utc=(MONDAY + timedelta(days=k)).isoformat())
    folder.build()
    verdict = {row["name"]: row["verdict"] for row in folder.ask("FROM progress")}
    assert verdict["UT peak"] == "beyond the measurement error"
    assert verdict["LT peak"] == "within the measurement error"
    assert verdict["range"] == "measurement error not known"


def test_two_units_make_one_session_and_a_symmetry(folder):
    for side, peak in (("left", 300), ("right", 500)):
        log = with_repetitions(4, info={"side": side})
        log.topics["repetition"]["peak_permille[0]"][:] = peak
        began = MONDAY + timedelta(minutes=1 if side == "left" else 0)
        folder.put(side, log, began_utc=began.isoformat(), rpe=5)
    folder.build()
    assert folder.ask("SELECT count(*) AS n FROM sessions") == [{"n": "1"}]
    values = {row["name"]: float(row["symmetry"]) for row in folder.ask("FROM symmetry") if row["symmetry"]}
    assert values["UT peak"] == pytest.approx(100 * (1 - 20 / 80)) and values["range"] == pytest.approx(100)


def test_the_page_escapes_what_logs_and_notes_say_and_needs_no_network(folder):
    evil = "<script>alert(1)</script>"
    log = with_repetitions(
        4, names={"rules": [], "exercises": [evil], "markers": ["set_begin", "set_end"]}, sites=(evil, "LT")
    )
    folder.put("a", log, began_utc=MONDAY.isoformat(), remarks=evil, athlete=evil, rpe=4)
    folder.put("undated", with_repetitions(4))
    out = folder.path / "history.html"
    page.write_page(folder.path, folder.build(), out)
    text = out.read_text()
    assert "<script" not in text and "&lt;script&gt;" in text
    assert "http:" not in text and "https:" not in text and "src=" not in text
    assert "Without a date: 1" in text
    assert "no risk of injury" in text


def test_an_empty_folder_and_no_folder(folder, tmp_path):
    built = folder.build()
    page.write_page(folder.path, built, folder.path / "history.html")
    assert "0 workouts" in (folder.path / "history.html").read_text()
    with pytest.raises(BadInput, match="no such folder"):
        catalogue.build(tmp_path / "nowhere", quiet)


def test_a_bad_query_is_one_line(folder):
    folder.put("a", with_repetitions(4))
    folder.build()
    with pytest.raises(BadInput, match="--sql") as error:
        folder.ask("SELECT nothing FROM nowhere")
    assert "\n" not in str(error.value)


PLAN = """
name = "Four weeks"
[[block]]
aim = "endurance"
weeks = 2
days_per_week = 2
[[block.exercise]]
name = "row"
sets = 1
repetitions = 4
tempo = "1.4-0.6-2"
rest_s = 60
[[block]]
aim = "strength"
weeks = 2
days_per_week = 3
[[block.exercise]]
name = "row"
sets = 2
repetitions = 8
tempo = "1.4-0.6-2"
rest_s = 90
"""


def test_what_was_done_is_compared_with_the_plan_week_by_week(folder):
    days(folder, [6, None, 4, None, None, None, None, 5])
    folder.build()
    plan = folder.path / "plan.toml"
    plan.write_text(PLAN)
    with catalogue.connect(folder.path) as base:
        found = adherence(base, plan, None)
        later = adherence(base, plan, "2026-05-11")
    assert [(w.sessions_done, w.sessions_planned, w.begun) for w in found.weeks] == [
        (2, 2, True),
        (1, 2, True),
        (0, 3, False),
        (0, 3, False),
    ]
    assert found.share == pytest.approx(3 / 4)
    (row,) = found.weeks[1].exercises
    assert (row.sets_done, row.sets_planned, row.repetitions_done, row.repetitions_planned) == (1, 2, 4, 8)
    assert [w.sessions_done for w in later.weeks] == [1, 0, 0, 0]


def test_a_plan_without_dated_workouts_is_not_known_and_a_bad_plan_is_one_line(folder):
    folder.put("a", with_repetitions(4))
    built = folder.build()
    plan = folder.path / "plan.toml"
    plan.write_text(PLAN)
    page.write_page(folder.path, built, folder.path / "h.html", plan)
    assert "not known: no workout has a date" in (folder.path / "h.html").read_text()
    plan.write_text(PLAN.replace('"row"', '"juggling"'))
    with pytest.raises(BadInput, match="juggling"):
        page.write_page(folder.path, built, folder.path / "h.html", plan)


def test_mobility_is_the_range_that_was_seen_and_not_known_without_trusted_angles():
    log = with_repetitions(4)
    angles = log.topics["segment_angles"]
    angles["humeral_elevation"][:] = np.linspace(1000, 9000, len(angles["timestamp"]))
    found = measure(workout(log, Note(), UNDATED), "arm raised through")
    assert found.value == pytest.approx(80, abs=1.5) and found.exercise == "mobility"
    angles["flags"][:] = 2
    assert measure(workout(log, Note(), UNDATED), "arm raised through").value is None


def test_the_weekly_load_of_a_muscle_is_not_known_when_one_workout_lacks_it(folder):
    days(folder, [5, 5])
    folder.put("old", with_repetitions(4, mvc_uv_q4=0), began_utc=(MONDAY - timedelta(days=7)).isoformat())
    folder.build()
    rows = folder.ask("FROM weekly_emg_load WHERE site = 'UT' ORDER BY day DESC")
    assert [(r["workouts"], r["load"] != "") for r in rows] == [("2", True), ("1", False)]
    assert float(rows[0]["load"]) == pytest.approx(2 * 25 * 14, rel=0.01)
