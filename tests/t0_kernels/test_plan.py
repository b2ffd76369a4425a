"""Training plans: what the device walks, what is refused and where, and how own results move the targets."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.errors import BadInput
from host_tools.plan import toml_form, words
from tests.checked_viper import load
from tests.interpreters import run_micropython

GOOD = """name = "Eight weeks"

[[block]]
aim = "endurance"
weeks = 2
days_per_week = 3

[[block.exercise]]
name = "row"   # the main one
sets = 2
repetitions = 12
tempo = "1.4-0.6-2"
rest_s = 60

[[block.exercise]]
name = "retraction_hold"
sets = 1
repetitions = 10
tempo = "1-5-1.5"
rest_s = 45
mvc_percent = 40

[[block]]
aim = "power"
weeks = 1
days_per_week = 2

[[block.exercise]]
name = "push_up"
sets = 3
repetitions = 5
tempo = "1-0-0.5"
rest_s = 180
intent = "fast"
"""


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "plan.toml"
        path.write_text(text)
        return path

    return write


def test_a_good_plan_becomes_integers(written):
    plan = toml_form.read(written(GOOD))
    names = toml_form.form().NAMES
    assert plan == {
        "plan": 1,
        "name": "Eight weeks",
        "blocks": [
            [
                "endurance",
                6,
                [
                    [names.index("row"), 2, 12, 1400, 600, 2000, 60, 0, 0],
                    [names.index("retraction_hold"), 1, 10, 1000, 5000, 1500, 45, 40, 0],
                ],
            ],
            ["power", 2, [[names.index("push_up"), 3, 5, 1000, 0, 500, 180, 0, 1]]],
        ],
    }
    assert json.loads(toml_form.encode(plan)) == plan


@pytest.mark.parametrize(
    "change, line, reason",
    [
        (('"row"   # the main one', '"rowe"'), 9, "unknown exercise rowe; there are row"),
        (('tempo = "1.4-0.6-2"', 'tempo = "fast"'), 12, "tempo fast is not out-hold-back"),
        (('tempo = "1.4-0.6-2"', 'tempo = "0.1-0-2"'), 12, "out_ms 100: must be 500 to 10000"),
        (("repetitions = 12", "repetitions = 120"), 11, "repetitions 120: must be 1 to 25"),
        (("repetitions = 12\n", ""), 8, "repetitions is missing"),
        (("rest_s = 180", 'rest_s = "long"'), 33, "rest_s long is not a whole number"),
        (("sets = 3", "sets = 3\nload_kg = 20"), 31, "unknown key load_kg; known here are intent"),
        (('aim = "power"', 'aim = "pump"'), 24, "aim pump is not one of endurance"),
        (("weeks = 2\n", "weeks = 0\n"), 5, "0 sessions: must be 1 to 60"),
        (('intent = "fast"', 'intent = "furious"'), 34, "intent furious is not one of controlled, fast"),
        (('name = "Eight weeks"', ""), 1, "the plan has no name"),
    ],
)
def test_a_mistake_is_named_with_its_line(written, change, line, reason):
    assert change[0] in GOOD
    with pytest.raises(BadInput) as caught:
        toml_form.read(written(GOOD.replace(change[0], change[1], 1)))
    message = str(caught.value)
    assert f"line {line}: {reason}" in message and "\n" not in message


def test_several_mistakes_come_together_in_their_order(written):
    with pytest.raises(BadInput, match=r"line 9: unknown exercise .*; line 12: tempo"):
        toml_form.read(written(GOOD.replace('"row"', '"rowe"').replace("1.4-0.6-2", "slow")))


def test_without_a_measured_mvc_its_percentages_are_refused(written):
    with pytest.raises(BadInput, match="line 21: asks for 40 %MVC but no MVC is measured"):
        toml_form.read(written(GOOD), mvc_known=False)


@pytest.mark.parametrize(
    "text, reason", [("a = [", "not TOML"), ("[block]\naim = 1\n", "must be written as"), ("", "the plan has no name")]
)
def test_what_is_no_plan_is_refused(written, text, reason):
    with pytest.raises(BadInput, match=reason):
        toml_form.read(written(text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadInput, match="absent.toml: no such plan"):
        toml_form.read(tmp_path / "absent.toml")


def test_a_plan_in_words(written):
    text = words.shown(toml_form.read(written(GOOD)))
    assert "block 1: endurance, 6 sessions" in text
    assert "row: 2 x 12, tempo 1.4-0.6-2 s, rest 60 s" in text
    assert "retraction_hold: 1 x 10, tempo 1-5-1.5 s at 40 %MVC, rest 45 s" in text
    assert "push_up: 3 x 5, tempo 1-0-0.5 s, fast, rest 180 s" in text
    assert "remark" not in text


def test_what_is_unusual_for_the_aim_is_a_remark(written):
    text = words.shown(toml_form.read(written(GOOD.replace("rest_s = 180", "rest_s = 20"))))
    assert "remark: push_up: power is usually trained with 120 to 300 s of rest" in text


# the walker, on CPython


walking = load("coaching/plan.py")
_form = toml_form.form()
for _name in ("NAMES", "BACK_MS", "EXERCISE", "HOLD_MS", "INTENT", "MOST", "OUT_MS", "REPETITIONS", "REST_S", "SETS"):
    walking.Plan.__init__.__globals__[_name] = getattr(_form, _name)
walking.Plan.__init__.__globals__["problems"] = _form.problems
walking.Plan.__init__.__globals__["ticks_diff"] = lambda a, b: (a - b + 2**29) % 2**30 - 2**29


@pytest.fixture
def plan(written):
    return walking.Plan(toml_form.read(written(GOOD)), True)


def walk_session(plan, clean_of_ten=10, t_us=0):
    """One session; the (exercise, repetitions) of its sets."""
    done = []
    while True:
        done.append((plan.exercise(), plan.repetitions()))
        if plan.end_set(t_us, 10, clean_of_ten):
            return done


def test_the_plan_is_walked_set_by_set_to_its_end(plan):
    for _ in range(6):
        assert [name for name, _ in walk_session(plan, 7)] == ["row", "row", "retraction_hold"]
    for _ in range(2):
        assert not plan.done()
        assert [name for name, _ in walk_session(plan, 7)] == ["push_up"] * 3
    assert plan.done()


def test_own_results_move_the_repetitions_by_one_a_session_and_three_at_most(plan):
    assert [walk_session(plan, 9)[0][1] for _ in range(5)] == [12, 13, 14, 15, 15]
    assert [walk_session(plan, 4)[0][1] for _ in range(1)] == [15]


def test_many_faults_lower_them_and_a_middling_session_leaves_them(plan):
    assert [walk_session(plan, 4)[0][1] for _ in range(2)] == [12, 11]
    assert [walk_session(plan, 6)[0][1] for _ in range(3)] == [10, 10, 10]


def test_a_new_block_starts_as_planned(plan):
    for _ in range(6):
        walk_session(plan, 10)
    assert plan.repetitions() == 5


def test_the_rest_ends_once_also_over_the_wrap_of_ticks(plan):
    begun = 2**30 - 20_000_000
    plan.end_set(begun, 12, 12)
    assert not plan.rest_over((begun + 59_990_000) % 2**30)
    assert plan.rest_over((begun + 60_000_000) % 2**30)
    assert not plan.rest_over((begun + 61_000_000) % 2**30)


def test_the_place_is_kept_and_found_again(written, plan):
    walk_session(plan)
    plan.end_set(0, 12, 12)
    again = walking.Plan(toml_form.read(written(GOOD)), True, list(plan.place))
    assert (again.exercise(), again.repetitions(), list(again.place)) == ("row", 13, [0, 1, 0, 1, 1])


@pytest.mark.parametrize(
    "place", [[0, 6, 0, 0, 0], [0, 0, 2, 0, 0], [0, 0, 0, 2, 0], [3, 0, 0, 0, 0], [0, -1, 0, 0, 0]]
)
def test_a_place_outside_the_plan_is_refused(written, place):
    with pytest.raises(walking.PlanRefused, match="begin anew"):
        walking.Plan(toml_form.read(written(GOOD)), True, place)


def test_the_tempo_of_the_plan_replaces_that_of_the_exercise(plan):
    usual = {"tempo_ms": {"concentric": (1000, 30), "eccentric": (3000, 20)}}
    assert plan.tempo_ms(usual) == {"concentric": (1400, 30), "isometric": (600, 50), "eccentric": (2000, 20)}
    for _ in range(6):
        walk_session(plan)
    assert plan.tempo_ms(usual) == {"eccentric": (500, 20)}  # fast: the way out is free, no hold asked for


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 300) | st.text(max_size=5) | st.just("power"),
    lambda inner: st.lists(inner, max_size=10) | st.dictionaries(st.sampled_from(["plan", "name", "blocks"]), inner),
    max_leaves=30,
)


@given(JUNK, JUNK)
def test_junk_is_refused_and_never_crashes(blocks, whole):
    assert _form.problems({"plan": 1, "name": "x", "blocks": blocks}) or blocks
    with pytest.raises(walking.PlanRefused):
        walking.Plan(whole, True)


def test_the_device_reads_the_compact_form(mpy_all, written, tmp_path):
    stored = tmp_path / "plan.json"
    stored.write_bytes(toml_form.encode(toml_form.read(written(GOOD))))
    script = """
import json, sys
from rhomboid.coaching import exercises
from rhomboid.coaching.coach import Coach
from rhomboid.coaching.plan import Plan, PlanRefused
from rhomboid import features
from array import array
data = json.load(open(sys.argv[1]))
plan = Plan(data, True)
exercise = dict(exercises.load(plan.exercise()))
exercise["tempo_ms"] = plan.tempo_ms(exercise)
coach = Coach(exercise, {"emg_sites": ["UT"]}, array("i", [0] * features.COUNT), array("i", [0] * 6))
print(plan.name, coach.exercise["tempo_ms"]["eccentric"], plan.end_set(5, 12, 12), plan.rest_over(60_000_005))
data["blocks"][0][2][0][1] = 99
try:
    Plan(data, True)
except PlanRefused as error:
    print(error)
"""
    printed = run_micropython(mpy_all, script, stored).splitlines()
    assert printed == ["Eight weeks (2000, 40) False True", "plan, 0 0 sets: sets 99: must be 1 to 10"]
