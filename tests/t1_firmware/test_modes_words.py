"""Before, within and after a set in the twin: the attention pulse, the summary, and feedback that follows skill."""

import json
import shutil

import pytest

from host_tools.athlete.workout import Plan
from host_tools.sim.firmware_side import module
from host_tools.sim.request import Request, prepare
from host_tools.sim.session import simulate
from tests.modes_rig import run, seen


def trained(folder, athlete, sets=(10,), **settings):
    folder.mkdir(exist_ok=True)
    (folder / "settings.json").write_text(json.dumps(settings))
    request = Request(athlete=athlete, plan=Plan(sets=sets), settings=folder / "settings.json", ideal=True)
    return run(request, folder / "board")


def kept(result):
    values, _ = module("rhomboid.settings.slots").Slots(str(result.result.files / "settings")).load()
    return values


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("good"), "good", (10, 10))


@pytest.fixture(scope="module")
def shrug(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("shrug"), "shrug")


def test_attention_comes_before_the_first_repetition_of_each_set(good) -> None:
    begun = [at for at, _ in good.named("set_begin")]
    called = [at for at, _ in good.named("attention")]
    first = good.topics["repetition"]["start_us"][good.topics["repetition"]["index"] == 1]
    starts = [(int(t) - good.result.stimulus_start_us) / 1e6 for t in first]
    assert len(called) == 2
    assert all(b < c < s for b, c, s in zip(begun, called, starts, strict=True))


def test_who_does_well_hears_no_summary_and_gets_less_feedback(good) -> None:
    assert [value for _, value in good.named("set_summary")] == [-1, -1]
    assert [value for _, value in good.named("skill")] == [50, 33]
    values = kept(good)
    assert values["fade_level"] == 2 and values["skill"][0] == 0


def test_the_summary_names_what_spoiled_most_repetitions_and_is_felt(shrug) -> None:
    (at, rule), *_ = shrug.named("set_summary")
    verdicts = [int(v) for v in shrug.topics["repetition"]["verdict"]]
    counts = {n: sum(v >> n & 1 for v in verdicts) for n in range(30)}
    assert rule >= 0 and counts[rule] == max(counts.values())
    begun_us = shrug.result.stimulus_start_us
    after = [e for e in shrug.result.of_kind("go") if (e["t_us"] - begun_us) / 1e6 > at + 0.5]
    assert after and (after[0]["t_us"] - begun_us) / 1e6 - at < 2.5


def test_cues_off_means_no_attention_and_no_summary_to_feel(tmp_path) -> None:
    result = trained(tmp_path, "shrug", (4,), cues=0)
    assert not result.named("attention") and "cue" not in result.topics
    ended = result.named("set_end")[0][0]
    begun_us = result.result.stimulus_start_us
    assert not [e for e in result.result.of_kind("go") if (e["t_us"] - begun_us) / 1e6 > ended + 0.5]


def test_feedback_is_withheld_by_the_share_and_comes_back_when_skill_is_lost(tmp_path) -> None:
    every = trained(tmp_path / "every", "shrug", (10,), fade_level=0)
    third = trained(tmp_path / "third", "shrug", (10,), fade_level=2, skill=[0, 1023])

    def cued(result):
        """Numbers of the repetitions with a cue within them."""
        starts = list(result.topics["repetition"]["start_us"])
        return {sum(s <= t for s in starts) for t in result.topics.get("cue", {"timestamp": []})["timestamp"]}

    assert len(cued(every)) >= 7
    assert 1 <= len(cued(third)) <= 4
    assert kept(third)["fade_level"] == 1 and [value for _, value in third.named("skill")] == [50]


def test_skill_is_kept_over_the_power_switch(tmp_path) -> None:
    """Two days of six repetitions: the judgement over ten goes on where it was."""
    days = []
    image = None
    for day in range(2):
        folder = tmp_path / str(day)
        folder.mkdir()
        prepared = prepare(Request(plan=Plan(sets=(6,)), ideal=True))
        result = simulate(prepared, folder, flash_image=image)
        image = tmp_path / f"flash{day}.bin"
        shutil.copyfile(result.out_dir / "flash.bin", image)
        days.append(kept(seen(result)))
    assert days[0]["fade_level"] == 0 and days[0]["skill"][0] == 6
    assert days[1]["fade_level"] == 1
