"""Mobility before load in the twin: the first press begins a check, a short range warns and lowers the target."""

import json
from dataclasses import replace

import pytest

from host_tools.athlete.workout import Plan
from host_tools.sim.request import Request, prepare
from host_tools.sim.session import simulate
from tests.modes_rig import run, seen

# the first "set" is the check, without load; the second one is trained
PLAN = Plan(sets=(3, 4), false_starts=0, regrips=0)


def checked(folder, exercise):
    folder.mkdir(exist_ok=True)
    settings = folder / "settings.json"
    settings.write_text(json.dumps({"mobility_check": 1}))
    return run(Request(exercise=exercise, plan=PLAN, settings=settings, ideal=True), folder / "board")


@pytest.mark.parametrize("exercise", ["row", "y_raise"])
def test_who_reaches_the_range_trains_with_the_whole_target(tmp_path, exercise) -> None:
    result = checked(tmp_path, exercise)
    assert result.names().count("mobility_begun") == 1 and not result.named("mobility_target")
    assert result.named("mobility")[0][1] >= 850
    assert result.names().index("mobility") < result.names().index("set_begin")


def test_a_short_range_lowers_the_target_and_does_not_forbid(tmp_path) -> None:
    """The retractions of an athlete who was asked for a row reach no 60 degrees of the arm."""
    folder = tmp_path / "short"
    folder.mkdir()
    (folder / "settings.json").write_text(json.dumps({"mobility_check": 1, "exercise": "row"}))
    request = Request(exercise="retraction_hold", plan=PLAN, settings=folder / "settings.json", ideal=True)
    prepared = prepare(request)
    prepared = replace(prepared, settings=prepared.settings | {"exercise": "row"})
    (folder / "board").mkdir()
    result = seen(simulate(prepared, folder / "board"))
    assert result.named("mobility")[0][1] < 850
    assert result.named("mobility_target")[0][1] == 3500  # half of the row's 70 degrees: never lower
    assert "set_begin" in result.names()
