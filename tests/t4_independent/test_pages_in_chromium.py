"""Reports and history in a real browser: no script error, no request, nothing over anything else, on desk and phone."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from host_tools.cli import main
from host_tools.report.page import render
from host_tools.report.session import view
from host_tools.report.sides import sides_view
from tests.chromium import Browser, browser
from tests.t0_analysis.test_history import PLAN
from tests.t0_analysis.test_two_units import LEFT, RIGHT, WORKOUT_S, unit
from tests.t0_report.logs import NAMES, log, records, repetition

DESK, PHONE = (1280, 900, False), (390, 844, True)


@pytest.fixture(scope="module")
def chromium():
    with browser() as one:
        yield one


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    options = ["--athlete", "shrug", "--exercise", "y_raise", "--duration", "70", "--raw", "emg"]
    assert main(["sim", *options, "--out", str(folder)]) == 0
    assert main(["report", str(folder / "session.ulg"), "--out", str(folder / "report.html")]) == 0
    return folder / "report.html"


def check(chromium: Browser, page: Path, fragment: str = "") -> None:
    chromium.requests()
    chromium.errors()
    chromium.get(page, fragment)
    assert chromium.errors() == []
    assert chromium.requests() == []
    assert chromium.layout() == {"overlaps": [], "wide": [], "scrolls": False}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("page", ["athlete", "coach"])
def test_a_report_shows_without_error_request_or_overlap(chromium, report, page, size) -> None:
    chromium.size(*size)
    check(chromium, report, f"#{page}")
    count = chromium.run("return [...document.querySelectorAll('.uplot')].filter((e) => e.checkVisibility()).length")
    assert (count == 0) if page == "athlete" else (count >= 7)


def test_the_charts_zoom_by_keyboard_and_by_a_click_on_a_repetition(chromium, report) -> None:
    chromium.size(*DESK)
    chromium.get(report, "#coach")
    span = "return document.querySelector('.plot .u-legend .u-value') && window.uPlotSpan && window.uPlotSpan(1)"
    whole = chromium.run(span)
    chromium.run(
        "const e = document.getElementById('plot1-0'); e.focus();"
        "e.dispatchEvent(new KeyboardEvent('keydown', { key: '+', bubbles: true }))"
    )
    closer = chromium.run(span)
    assert closer[1] - closer[0] == pytest.approx((whole[1] - whole[0]) / 2)
    chromium.run("[...document.querySelectorAll('tr[data-from]')].at(-1).click()")
    clicked = chromium.run(span)
    assert clicked[1] - clicked[0] < closer[1] - closer[0]
    chromium.run(
        "document.getElementById('plot1-0').dispatchEvent(new KeyboardEvent('keydown', { key: '0', bubbles: true }))"
    )
    assert chromium.run(span) == whole


def test_whatever_a_log_says_is_text_and_no_script(chromium, tmp_path) -> None:
    evil = "</script><img src=x onerror='window.hurt=1'><script>window.hurt=1</script>"
    names = NAMES | {"rules": [evil] * 3, "exercises": [evil]}
    rows = records([repetition(4), repetition(10, verdict=0b100)])
    shown = log(names=names, file=evil, info={"side": evil, "ver_sw": evil}, topics=log().topics | {"repetition": rows})
    page = tmp_path / "evil.html"
    page.write_text(render([view(shown)], "coach"), encoding="utf-8")
    chromium.size(*DESK)
    chromium.get(page)
    assert chromium.run("return window.hurt === undefined && document.images.length === 0")
    assert chromium.errors() == []


@pytest.fixture(scope="module")
def history(report, tmp_path_factory) -> Path:
    """Seven dated workouts, one of them with a left unit, and a plan."""
    folder = tmp_path_factory.mktemp("history")
    for day in range(7):
        shutil.copyfile(report.parent / "session.ulg", folder / f"w{day}.ulg")
        note = {
            "began_utc": f"2026-05-{4 + 2 * day:02d}T17:00:00Z",
            "rpe": 5,
            "athlete": "Kim",
            "remarks": "long " * 30,
        }
        (folder / f"w{day}.note.json").write_text(json.dumps(note))
    (folder / "plan.toml").write_text(PLAN)
    assert main(["history", str(folder), "--plan", str(folder / "plan.toml")]) == 0
    return folder / "history.html"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_history_shows_without_error_request_or_overlap(chromium, history, size) -> None:
    chromium.size(*size)
    check(chromium, history)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_two_units_show_without_error_request_or_overlap(chromium, tmp_path, size) -> None:
    left, right = unit("left", *LEFT, 1, 0.0, WORKOUT_S), unit("right", *RIGHT, 2, 0.0, WORKOUT_S)
    for log_of_one in (left, right):
        course = log_of_one.topics["segment_angles"]
        course["humeral_elevation"] = np.abs(course["thorax_flexion"]) * 5
    page = tmp_path / "both.html"
    page.write_text(render([view(left), view(right)], "coach", sides_view(left, right)), encoding="utf-8")
    chromium.size(*size)
    check(chromium, page, "#coach")
    assert chromium.run("return document.querySelectorAll('#sides .uplot').length") == 1
