import ast

from host_tools.analysis import firmware_words, log_data, words
from host_tools.report import quantity
from tests.interpreters import FIRMWARE, run_micropython


def constants(prefix: str, module: str = "features.py") -> dict[str, int]:
    source = ast.parse((FIRMWARE / "rhomboid" / module).read_text())
    found = {}
    for node in source.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.targets[0].id.startswith(prefix):
            found[node.targets[0].id] = ast.literal_eval(node.value.args[0])
    return found


def test_every_flag_and_quality_bit_of_the_firmware_has_words() -> None:
    assert set(words.FLAGS) == set(constants("FLAG_").values())
    assert set(words.QUALITY) == {value for name, value in constants("QUALITY_").items() if name != "QUALITY_0"}
    assert log_data.UNDEFINED == constants("UNDEFINED")["UNDEFINED"]


def test_every_part_that_the_firmware_reports_has_words() -> None:
    parts = constants("", "supervision/faults.py")
    names = ("UPPER_TACTOR", "LOWER_TACTOR", "FUEL_GAUGE", "STORAGE", "BATTERY", "BOARD")
    named = {name: parts[name] for name in names}
    assert {0, 1, 2, 4, 5, *named.values()} == set(words.PARTS)
    assert parts["_FIRST_CHANNEL"] == words.FIRST_CHANNEL
    assert words.fault(words.FIRST_CHANNEL + 1, 2, ["UT", "LT"]) == ("LT (lower trapezius)", "electrode off")


def test_rules_and_exercises_are_read_as_the_firmware_has_them(mpy: str) -> None:
    script = """
from rhomboid.coaching import exercises, rule_library
from rhomboid.coaching.rule_words import WORDS
rules = {n: WORDS[n][:2] + (tuple(l[0] for l in r["looks"]),) for n, r in rule_library.RULES.items()}
loaded = {n: exercises.load(n) for n in exercises.NAMES}
told = {n: (e["title"], e["tempo_ms"], e["order"], tuple(r[0] for r in e["rules"])) for n, e in loaded.items()}
print((rules, told))
"""
    rules, told = ast.literal_eval(run_micropython(mpy, script))
    assert {name: (r.words, r.say, r.measures) for name, r in firmware_words.rules().items()} == rules
    assert {n: (e.title, e.tempo_ms, e.order, e.rules) for n, e in firmware_words.exercises().items()} == told


def test_every_rule_says_what_was_wrong_and_what_to_do() -> None:
    assert len(firmware_words.rules()) >= 3
    for name, rule in firmware_words.rules().items():
        assert rule.words and rule.say and rule.measures, name


def test_a_value_is_told_with_its_unit_and_meaning() -> None:
    assert words.measured(["scapula_lead_ms"], -180) == "180 ms before"
    assert words.measured(["ut_lt_effort_q8"], 384) == "1.50 times the lower trapezius"
    assert words.measured(["upward_deficit_slow", "tilt_deficit_slow"], 930) == "9.3° off what this arm height asks for"
    assert words.measured(["isometric_ms"], 2500) == "2.5 s"
    assert words.measured(["eccentric_share", "eccentric_ms"], 800) == ""


def test_times_are_minutes_and_seconds() -> None:
    assert quantity.clock(83.25) == "1:23.2"
    assert quantity.clock(59.99) == "1:00.0"
    assert quantity.clock(-0.01) == "0:00.0"


def test_a_little_is_not_nothing() -> None:
    assert [quantity.share(x) for x in (0, 0.0004, 0.5, 0.9996, 1)] == ["0 %", "< 1 %", "50 %", "> 99 %", "100 %"]
