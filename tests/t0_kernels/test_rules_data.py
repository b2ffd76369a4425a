"""What coaches may change: rules, exercises and the tactile language as data, all complete and with their sources."""

import json
import re
from pathlib import Path

import pytest

from tests.interpreters import MicroPythonError, run_micropython

SCRIPT = Path(__file__).parent.parent / "mpy" / "coaching_data.py"
SOURCED = re.compile(r"domain \d|engineering choice|definition")
FULL = "UT,MT,LT,LAT"


@pytest.fixture(scope="module")
def data(mpy):
    return json.loads(run_micropython(mpy, SCRIPT, FULL))


def test_every_rule_says_what_it_sees_what_to_do_and_where_its_numbers_come_from(data):
    assert data["words"].keys() == data["rules"].keys()
    for name, rule in data["rules"].items():
        words, say, source = data["words"][name]
        assert len(words) >= 20 and len(say) > 8, name
        assert SOURCED.search(source), name
        assert rule["looks"] and rule["silent"], name
        assert bool(rule.get("phases")) != bool(rule.get("at_end_of")), name


def test_rule_numbers_are_verdict_bits_used_once(data):
    numbers = [rule["number"] for rule in data["rules"].values()]
    assert len(set(numbers)) == len(numbers) and max(numbers) < 30
    for name, rule in data["rules"].items():
        assert data["names"][rule["number"]] == name


def test_the_first_three_rules_keep_their_numbers(data):
    assert data["names"][:3] == ["arm_before_scapula", "scapula_lost", "ut_lt_ratio"]


def test_every_rule_speaks_through_a_known_cue(data):
    cues = {cue[0] for cue in data["cues"]}
    assert {rule["cue"] for rule in data["rules"].values()} <= cues


def test_every_exercise_is_complete_and_sourced(data):
    for name, exercise in data["exercises"].items():
        assert exercise["name"] == name
        assert exercise["drive_sign"] in (-1, 1) and 0 < exercise["min_range_cdeg"] < exercise["range_cdeg"]
        assert SOURCED.search(exercise["sources"]), name
        assert exercise["contraindications"] and exercise["mobility"] and len(exercise["about"]) > 20
        for target_ms, percent in exercise["tempo_ms"].values():
            assert 300 <= target_ms <= 60_000 and 0 < percent <= 100
        rules = [rule for rule, _ in exercise["rules"]]
        assert len(set(rules)) == len(rules)


def test_all_rules_of_all_exercises_can_be_judged_with_all_sensors(data):
    for name, built in data["built"].items():
        assert built["left_out"] == [], name
        assert {row["name"] for row in built["rows"]} == {rule for rule, _ in data["exercises"][name]["rules"]}
        ranks = [row["priority"] for row in built["rows"]]
        assert ranks == sorted(ranks)


def test_every_band_is_open_on_one_side_at_most_and_holds_its_own_value(data):
    low, high = data["open"]
    for built in data["built"].values():
        for row in built["rows"]:
            assert row["low"] > low or row["high"] < high
            assert row["low"] <= 0 <= row["high"] or row["name"] == "arm_before_scapula"
            start, least, most = row["own"]
            assert least <= start <= most


def test_sources_stand_before_what_reads_them(data):
    for built in data["built"].values():
        seen = set()
        for row in built["measures"]:
            assert all(source in seen for source in row[1:5] if isinstance(source, str))
            seen.add(row[0])


def test_rules_without_their_muscle_are_left_out_by_name(mpy):
    built = json.loads(run_micropython(mpy, SCRIPT, "UT,MT"))["built"]["row"]
    assert dict(map(tuple, built["left_out"])) == {"ut_lt_ratio": "LT", "lat_dominance": "LAT", "shrug": "LT"}
    assert "arm_before_scapula" in {row["name"] for row in built["rows"]}  # MT is enough
    none = json.loads(run_micropython(mpy, SCRIPT, ""))["built"]["row"]
    kept = {row["name"] for row in none["rows"]}
    assert {"scapula_lost", "thorax_lean", "eccentric_fast"} <= kept and not {
        "ut_lt_ratio",
        "arm_before_scapula",
    } & kept


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"emg_sites": ["UT"], "bands": {"posture": [1, 2]}}, "no rule is called posture"),
        ({"emg_sites": ["UT"]}, "exercise tried: no rule is called levitation"),
    ],
)
def test_an_unknown_rule_is_refused_by_name(mpy, settings, said):
    script = f"""
from rhomboid.coaching import exercises, rule_library
exercise = dict(exercises.load("row"))
if {"bands" not in settings}:
    exercise["name"] = "tried"
    exercise["rules"] = [("levitation", {{}})]
rule_library.build(exercise, {settings!r})
"""
    with pytest.raises(MicroPythonError, match=said):
        run_micropython(mpy, script)


def test_an_unknown_exercise_is_refused_with_the_choices(mpy):
    with pytest.raises(MicroPythonError, match="exercise flying is not known; there are: row, y_raise"):
        run_micropython(mpy, "from rhomboid.coaching import exercises\nexercises.load('flying')")


def test_settings_move_bands_and_own_values(mpy):
    script = """
from rhomboid.coaching import exercises, rule_library
rows = rule_library.build(exercises.load("row"), {
    "emg_sites": ["UT", "MT", "LT"],
    "bands": {"scapula_lost": [None, 600], "thorax_lean": [-500, None]},
    "own": {"scapula_lost": [None, -9000], "ut_lt_ratio": [100], "arm_before_scapula": [50]},
})[0]
for row in rows:
    if row["name"] in ("scapula_lost", "thorax_lean", "ut_lt_ratio", "arm_before_scapula"):
        print(row["name"], row["look"], row["low"] == -100000000, row["low"], row["high"], row["own"])
"""
    printed = run_micropython(mpy, script)
    assert re.search(r"scapula_lost 0 True \S+ 600 \(170,", printed)
    assert re.search(r"scapula_lost 1 True \S+ 800 \(-1000, -1000,", printed)  # kept within its limits
    assert re.search(r"thorax_lean 0 False -500 800", printed)
    assert re.search(r"ut_lt_ratio 0 True \S+ 0 \(100,", printed)
    assert re.search(r"arm_before_scapula 0 False 0 \S+ \(0, 0, 0\)", printed)  # not learned, so not moved


def rhythm(slots, effect_ms):
    """(on, ms), (off, ms) ... of a sequence."""
    result = []
    for slot in slots:
        if slot == 0:
            break
        result.append(("off", (slot & 0x7F) * 10) if slot & 0x80 else ("on", effect_ms[str(slot)]))
    return result


def test_pulses_can_be_felt_as_vibration_and_told_apart(data):
    for sequences in data["patterns"]["100"]:
        for slots in sequences:
            played = rhythm(slots, data["effect_ms"])
            assert all(60 <= ms <= 150 for kind, ms in played if kind == "on")  # domain 3
            assert all(ms >= 100 for kind, ms in played[1:] if kind == "off")
            assert all(a[0] != b[0] for a, b in zip(played, played[1:], strict=False))
            assert len(slots) in (0, 8)


def test_place_and_rhythm_carry_the_meaning_and_strength_does_not(data):
    heard = [[rhythm(slots, data["effect_ms"]) for slots in pair] for pair in data["patterns"]["100"]]
    assert all(heard[i] != heard[k] for i in range(len(heard)) for k in range(i))
    for percent in ("1", "50", "75"):
        assert heard == [[rhythm(slots, data["effect_ms"]) for slots in pair] for pair in data["patterns"][percent]]
    assert data["patterns"]["1"] != data["patterns"]["100"]


def test_strength_0_is_silence(data):
    assert data["patterns"]["0"] == [[[], []]] * len(data["cues"])


def test_a_cue_is_over_within_a_second(data):
    for sequences in data["patterns"]["100"]:
        assert 0 < max(sum(ms for _, ms in rhythm(slots, data["effect_ms"])) for slots in sequences) <= 1000
