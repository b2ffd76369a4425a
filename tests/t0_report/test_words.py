import ast

from host_tools.report import quantity, words
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
    assert quantity.UNDEFINED == constants("UNDEFINED")["UNDEFINED"]


def test_every_part_that_the_firmware_reports_has_words() -> None:
    parts = constants("", "supervision/faults.py")
    named = {name: parts[name] for name in ("UPPER_TACTOR", "LOWER_TACTOR", "FUEL_GAUGE", "STORAGE", "BOARD")}
    assert {0, 1, 2, *named.values()} == set(words.PARTS)
    assert parts["_FIRST_CHANNEL"] == words.FIRST_CHANNEL
    assert words.fault(words.FIRST_CHANNEL + 1, 2, ["UT", "LT"]) == ("LT (lower trapezius)", "electrode off")


def test_every_rule_and_exercise_of_the_firmware_has_words(mpy: str) -> None:
    script = "from rhomboid.coaching import rule_library, exercises; print(rule_library.names(), list(exercises.NAMES))"
    rules, exercises = ast.literal_eval(run_micropython(mpy, script).strip().replace("] [", "], ["))
    assert {name for name in rules if name} <= set(words.RULES)
    assert set(exercises) <= set(words.EXERCISES)


def test_times_are_minutes_and_seconds() -> None:
    assert quantity.clock(83.25) == "1:23.2"
    assert quantity.clock(59.99) == "1:00.0"
    assert quantity.clock(-0.01) == "0:00.0"


def test_a_little_is_not_nothing() -> None:
    assert [quantity.share(x) for x in (0, 0.0004, 0.5, 0.9996, 1)] == ["0 %", "< 1 %", "50 %", "> 99 %", "100 %"]
