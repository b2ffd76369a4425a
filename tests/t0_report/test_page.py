import base64
import json
import re

import numpy as np
import pytest

from host_tools.analysis.log_data import UNDEFINED, LogData
from host_tools.analysis.note import Note
from host_tools.report.page import render
from host_tools.report.session import view
from tests.t0_report.logs import NAMES, log, records, repetition


def page(*logs: LogData) -> str:
    return render([view(one) for one in logs])


def text(html: str) -> str:
    """What a reader sees: without scripts, styles and tags."""
    body = re.sub(r"<(script|style).*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_the_page_says_how_many_repetitions_were_good_and_why_a_cue_was_given() -> None:
    shown = text(page(log()))
    assert "2 repetitions in 1 set" in shown
    assert "1 of 2 repetitions without a fault" in shown
    assert "the upper trapezius worked too much against the lower trapezius (0.90 times the lower trapezius)" in shown
    assert "43.2" in shown


def test_the_page_loads_nothing() -> None:
    html = page(log(), log())
    assert "default-src 'none'" in html
    assert not re.search(r"""(src|href)\s*=\s*["'](?!#)""", html)
    assert not re.search(r"@import|url\(", html)


@pytest.mark.parametrize("field", ["file", "exercise", "rule", "info"])
def test_whatever_the_log_contains_is_escaped(field: str) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    changes = {
        "file": {"file": evil},
        "exercise": {"names": NAMES | {"exercises": [evil]}},
        "rule": {"names": NAMES | {"rules": [evil] * 3}},
        "info": {"info": {"side": evil, "board": evil}},
    }
    html = page(log(**changes[field]))
    assert "<script>alert" not in html and "<img" not in html
    assert "&lt;script&gt;alert" in html


def test_what_is_not_known_says_so_with_the_reason_and_is_never_zero() -> None:
    unknown = {f"{name}[{c}]": UNDEFINED for name in ("mean_permille", "peak_permille", "onset_us") for c in (0, 1)}
    topics = log().topics | {"repetition": records([repetition(4, range_cdeg=UNDEFINED, **unknown)])}
    session = view(log(topics=topics, mvc_uv_q4=0))
    row = session.muscles.rows[0].cells[1:]
    assert all(cell.note and not cell.text for cell in row)
    shown = text(page(log(topics=topics, mvc_uv_q4=0)))
    assert "not known" in shown and "no reference contraction (MVC) is set" in shown
    assert "no clear onset" in shown and "-327" not in shown


@pytest.mark.parametrize("missing", ["segment_angles", "emg_envelope", "repetition", "cue", "marker"])
def test_a_log_without_one_topic_still_makes_a_report(missing: str) -> None:
    assert "How to read this" in text(page(log(without=[missing])))


def test_an_empty_log_makes_a_report_that_says_that_nothing_was_recorded() -> None:
    shown = text(page(log(topics={}, sites=(), info={}, settings={}, names={})))
    assert "No repetition was recognised" in shown
    assert "no set was begun" in shown


def test_a_rule_that_the_report_does_not_know_is_shown_by_its_name() -> None:
    shown = text(page(log(names=NAMES | {"rules": ["a", "b", "elbow_too_high"]})))
    assert "elbow too high" in shown


def test_a_damaged_log_is_reported_as_such() -> None:
    assert "the last 3 s are lost" in text(page(log(damage=["the last 3 s are lost"])))


def test_charts_mark_repetitions_and_cues_at_their_times() -> None:
    data = json.loads(view(log()).chart_json)
    assert [(span["from"], span["to"]) for span in data["repetitions"]] == [(4.0, 8.0), (10.0, 14.0)]
    assert [(cue["at"], cue["label"]) for cue in data["cues"]] == [(11.0, "A")]
    first = data["traces"][0]["series"][0]
    assert np.allclose(np.frombuffer(base64.b64decode(first["data"]), "<i2") * first["scale"], 12.34)


def test_the_first_screen_says_what_went_well_what_to_work_on_and_how_sure_that_is() -> None:
    session = view(log())
    assert session.overview.to_work_on[0].startswith("Upper trapezius over lower: in 1 of 2 repetitions.")
    assert any("Muscle signals were good: UT, LT" in one.text for one in session.overview.how_sure)
    assert any("never seen" in line for line in session.overview.went_well)
    unsure = view(log(mvc_uv_q4=0, damage=["the last 3 s are lost"])).overview.how_sure
    assert ("limited", "the last 3 s are lost") in [(one.level, one.text) for one in unsure]
    assert any(one.level == "not known" and "(MVC)" in one.text for one in unsure)


def test_the_athletes_and_the_coachs_page_are_in_one_file_and_either_can_be_in_front() -> None:
    for front in ("athlete", "coach"):
        html = render([view(log())], front)
        assert f'<body data-page="{front}">' in html
        assert "athlete-only" in html and "coach-only" in html


def test_the_note_of_the_workout_is_shown_and_escaped() -> None:
    html = render([view(log(), Note(rpe=7, remarks="<b>hard</b>"))])
    assert "&lt;b&gt;hard" in html and "How hard (0 to 10)" in html
