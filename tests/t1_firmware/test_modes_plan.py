"""A plan on the device: walked set by set with its rests, kept over the power switch, refused when unusable."""

import shutil
from dataclasses import replace

import pytest

from host_tools.plan import toml_form
from host_tools.sim.firmware_side import module
from host_tools.sim.request import Request, prepare
from host_tools.sim.session import simulate
from host_tools.twin.run import Action, Scenario
from host_tools.twin.run import run as twin
from tests.modes_rig import run, seen

PLAN = """name = "Try"
[[block]]
aim = "strength"
weeks = 1
days_per_week = 2
[[block.exercise]]
name = "row"
sets = 2
repetitions = 3
tempo = "1.3-0.6-2"
rest_s = 14
[[block.exercise]]
name = "y_raise"
sets = 1
repetitions = 5
tempo = "1.5-1-2"
rest_s = 10
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan")
    plan = folder / "plan.toml"
    plan.write_text(PLAN)
    return run(Request(plan_file=plan), folder / "board")


def settings_of(seen):
    values, reasons = module("rhomboid.settings.slots").Slots(str(seen.result.files / "settings")).load()
    assert not reasons
    return values


def test_a_set_ends_by_itself_when_its_repetitions_are_done(trained) -> None:
    assert list(trained.topics["repetition"]["index"]) == [1, 2, 3, 1, 2, 3]
    begun = [at for at, _ in trained.named("set_begin")]
    ended = [at for at, _ in trained.named("set_end")]
    assert len(begun) == len(ended) == 2
    done = trained.topics["repetition"]["timestamp"][[2, 5]]
    late = [at - (int(t) - trained.result.stimulus_start_us) / 1e6 for at, t in zip(ended, done, strict=True)]
    assert all(0 <= seconds < 0.3 for seconds in late)


def test_the_rest_is_timed_announced_and_over(trained) -> None:
    (first, seconds), *_ = trained.named("rest_over")
    assert seconds == 14
    assert first - trained.named("set_end")[0][0] == pytest.approx(14, abs=1.1)


def test_the_next_exercise_follows(trained) -> None:
    assert [value for _, value in trained.named("plan_set")] == [0, 1]
    assert settings_of(trained)["plan_place"][1:] == [0, 0, 1, 0, 0, 6, 6]


def test_the_place_is_found_again_after_the_power_was_off(trained, tmp_path) -> None:
    """The same flash boots again: the next press begins the third set, a Y raise of five."""
    image = tmp_path / "flash.bin"
    shutil.copyfile(trained.result.out_dir / "flash.bin", image)
    press = [(Action(round(at * 1e6), ("button", level))) for at, level in ((4.0, 1), (4.1, 0), (8.0, 1), (8.1, 0))]
    script = (*press, Action(12_000_000, ("usb", 1)), Action(15_000_000, ("end",)))
    again = seen(twin(Scenario(flash_image=image, script=script, duration_us=90_000_000), tmp_path / "again"))
    assert again.named("plan_set")[0][1] == 100
    # a set without a repetition is none
    assert settings_of(again)["plan_place"][1:] == [0, 0, 1, 0, 0, 6, 6]


def test_a_plan_that_cannot_be_used_is_told_and_trained_without(tmp_path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN)
    damaged = bytearray(toml_form.encode(toml_form.read(plan)))
    damaged[-3] ^= 1
    (tmp_path / "damaged").write_bytes(damaged)
    prepared = replace(prepare(Request(duration_s=40)), plan=bytes(damaged))
    (tmp_path / "board").mkdir()
    trained = seen(simulate(prepared, tmp_path / "board"))
    assert any("plan: damaged" in text for text in trained.texts["problems"])
    assert not trained.named("plan_set") and len(trained.topics["repetition"]["index"])


@pytest.mark.parametrize("percent, word", [(100, "more_effort"), (10, "less_effort"), (0, None)])
def test_effort_far_from_the_plans_mvc_is_said_after_the_set(tmp_path, percent, word) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(
        PLAN.replace("sets = 2", "sets = 1").replace("rest_s = 14", f"rest_s = 14\nmvc_percent = {percent}", 1)
    )
    result = run(Request(plan_file=plan), tmp_path / "board")
    (at, permille), *_ = result.named("set_effort")
    assert 200 < permille < 700
    begun_us = result.result.stimulus_start_us
    after = [e for e in result.result.of_kind("go") if 0.5 < (e["t_us"] - begun_us) / 1e6 - at < 3.0]
    assert bool(after) == (word is not None)
