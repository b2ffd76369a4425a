"""Training plans: what the device walks, what is refused and where, and how own results move the targets."""

import binascii
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.errors import BadInput
from host_tools.plan import toml_form, words
from host_tools.sim.firmware_side import module
from tests.interpreters import FIRMWARE, run_micropython

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
    assert toml_form.encode(plan).startswith(b"rhomboid-plan 1 ")


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


walking = module("rhomboid.coaching.plan")


@pytest.fixture
def plan(written):
    return walking.Plan(stored(written(GOOD)), True)


def stored(path: Path) -> bytes:
    return toml_form.encode(toml_form.read(path))


def walk_session(plan, clean_of_ten=10):
    """One session; the (exercise, repetitions) of its sets."""
    done = []
    while True:
        done.append((plan.exercise(), plan.repetitions()))
        if plan.end_set(10, clean_of_ten):
            return done


def test_the_device_looks_for_it_where_it_is_sent():
    training = (FIRMWARE / "rhomboid" / "supervision" / "training.py").read_text()
    assert f'_PLAN = "{toml_form.form().PATH}"' in training


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


def test_the_place_is_kept_and_found_again(written, plan):
    walk_session(plan)
    plan.end_set(12, 12)
    again = walking.Plan(stored(written(GOOD)), True, plan.place)
    assert (again.exercise(), again.repetitions(), again.place[1:]) == ("row", 13, [0, 1, 0, 1, 1, 12, 12])


@pytest.mark.parametrize(
    "place", [[], [5], [0, 6, 0, 0, 0], [0, 0, 2, 0, 0], [0, 0, 0, 2, 0], [0, -1, 0, 0, 0], [0, 0, 0, 0, 4]]
)
def test_a_place_that_is_none_begins_anew(written, plan, place):
    again = walking.Plan(stored(written(GOOD)), True, [plan.place[0], *place, 0, 0])
    assert again.place == [plan.place[0]] + [0] * 7


def test_another_plan_begins_anew(written, plan):
    walk_session(plan)
    again = walking.Plan(stored(written(GOOD.replace("sets = 3", "sets = 4"))), True, plan.place)
    assert again.place[0] != plan.place[0] and again.place[1:] == [0] * 7


def test_the_tempo_of_the_plan_replaces_that_of_the_exercise(plan):
    usual = {"tempo_ms": {"concentric": (1000, 30), "eccentric": (3000, 20)}}
    assert plan.tempo_ms(usual) == {"concentric": (1400, 30), "isometric": (600, 50), "eccentric": (2000, 20)}
    for _ in range(6):
        walk_session(plan)
    assert plan.tempo_ms(usual) == {"eccentric": (500, 20)}  # fast: the way out is free, no hold asked for


@given(st.binary(max_size=60), st.integers(0, 200), st.integers(0, 255))
def test_a_damaged_plan_is_refused_and_never_crashes(junk, at, value):
    good = module("rhomboid.coaching.plan_form").pack("x", [("power", 2, [[0, 3, 5, 1000, 0, 500, 180, 0, 1]] * 3)])
    with pytest.raises(walking.PlanRefused):
        walking.Plan(junk, True)
    body, number = bytearray(good[good.index(b"\n") + 1 :]), at % (len(good) - good.index(b"\n") - 1)
    body[number] = value
    forged = b"rhomboid-plan 1 %d %08x\n" % (len(body), binascii.crc32(bytes(body))) + bytes(body)
    try:
        walked = walking.Plan(forged, True)
    except walking.PlanRefused as refused:
        assert str(refused).startswith("plan")
    else:
        while not walked.done():
            assert 1 <= walked.repetitions() <= 25 and walked.exercise()
            walked.end_set(10, 9)


def test_the_device_reads_it(mpy_all, written, tmp_path):
    file = tmp_path / "plan"
    file.write_bytes(stored(written(GOOD)))
    script = """
import sys
from rhomboid.coaching import exercises
from rhomboid.coaching.coach import Coach
from rhomboid.coaching.plan import Plan, PlanRefused
from rhomboid import features
from array import array
data = open(sys.argv[1], "rb").read()
plan = Plan(data, True)
exercise = dict(exercises.load(plan.exercise()))
exercise["tempo_ms"] = plan.tempo_ms(exercise)
coach = Coach(exercise, {"emg_sites": ["UT"]}, array("i", [0] * features.COUNT), array("i", [0] * 6))
print(plan.name, coach.exercise["tempo_ms"]["eccentric"], plan.end_set(12, 12), plan.rest_s(), plan.place[0])
for bad in (lambda: Plan(data, False), lambda: Plan(data[:-1], True)):
    try:
        bad()
    except PlanRefused as error:
        print(error)
"""
    printed = run_micropython(mpy_all, script, file).splitlines()
    number = walking.Plan(file.read_bytes(), True).place[0]
    assert printed == [
        f"Eight weeks (2000, 40) False 60 {number}",
        "plan, block 1, exercise 2: asks for 40 %MVC but no MVC is measured",
        "plan: damaged: wrong length or checksum; send it again",
    ]
