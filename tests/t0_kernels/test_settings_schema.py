"""Settings: every entry's default is right by its own check, and every wrong value is answered with the range."""

import importlib
import sys

import pytest

from tests.interpreters import FIRMWARE

sys.path.append(str(FIRMWARE))
schema = importlib.import_module("rhomboid.settings.schema")


LIKE = 'is not like {cue: "upper|lower"}, - long, . short, space gap, _ pause'


def test_defaults_are_right_and_complete():
    assert schema.problems(schema.defaults()) == []
    assert schema.complete({}) == schema.defaults()


def test_defaults_are_new_each_time():
    schema.defaults()["emg_sites"].append("SA")
    schema.defaults()["bands"]["ut_lt_ratio"] = [0, 1]
    assert schema.defaults()["emg_sites"] == ["UT", "MT", "LT", "LAT"] and schema.defaults()["bands"] == {}


@pytest.mark.parametrize(
    ("key", "value", "answer"),
    [
        ("side", "middle", "side: 'middle' is none of right, left"),
        ("side", ["right"], "side: ['right'] is none of right, left"),
        ("exercise", "", "exercise: '' is not a name"),
        ("cue_patterns", {"ready": "-"}, f"cue_patterns: ready: '-' {LIKE}"),
        ("cue_patterns", {"ready": "-|x"}, f"cue_patterns: ready: '-|x' {LIKE}"),
        ("cue_patterns", {"ready": "|"}, f"cue_patterns: ready: '|' {LIKE}"),
        (
            "cue_patterns",
            {"ready": "- - - - -|"},
            "cue_patterns: ready: '- - - - -' has more than 4 pulses or gaps in a row",
        ),
        (
            "cue_patterns",
            {"ready": "-_____-|"},
            "cue_patterns: ready: '-_____-' has more than 4 pulses or gaps in a row",
        ),
        ("emg_sites", ["UT", "XX"], "emg_sites: 'XX' is none of UT, MT, LT, LAT, SA"),
        ("emg_sites", ["UT", "UT"], "emg_sites: UT stands there twice"),
        ("emg_sites", "UT", "emg_sites: 'UT' is not a list"),
        ("emg_sites", [["UT"]], "emg_sites: ['UT'] is none of UT, MT, LT, LAT, SA"),
        ("mvc_uv_q4", [0, 0, 0, 132001], "mvc_uv_q4: item 3: 132001 is outside 0..132000 1/16 uV"),
        ("mvc_uv_q4", [0, 0, 0, 1.5], "mvc_uv_q4: item 3: 1.5 is not an integer"),
        ("mvc_uv_q4", [0, 0], "mvc_uv_q4: has 2 items for 4 emg_sites"),
        ("reference_q14", [16384, 0, 0, 0], "reference_q14: has 4 items, not 0, 12"),
        (
            "reference_q14",
            [16384, 0, 0, 0] * 2 + [0] * 4,
            "reference_q14: items 8..11 are not a unit quaternion in Q14",
        ),
        ("mains_hz", 55, "mains_hz: 55 is none of 0, 50, 60"),
        ("cues", True, "cues: True is not an integer"),
        ("haptic_strength_percent", 101, "haptic_strength_percent: 101 is outside 0..100 %"),
        ("haptic_strength_percent", None, "haptic_strength_percent: None is not an integer"),
        ("bands", {"ut_lt_ratio": [300, 100]}, "bands: ut_lt_ratio: low 300 is above high 100"),
        ("bands", {"ut_lt_ratio": [300]}, "bands: ut_lt_ratio: [300] is not a list of pairs low, high"),
        ("bands", [], "bands: [] is not an object of rule: [low, high]"),
        ("schema", 0, "schema: 0 is outside 1..1073741823"),
    ],
)
def test_a_wrong_value_is_answered_with_what_is_permitted(key, value, answer):
    assert schema.problems(schema.defaults() | {key: value}) == [answer]


def test_all_problems_are_named_at_once():
    assert len(schema.problems({"side": "up", "mains_hz": 1, "cues": 2})) == 3


def test_lists_per_site_follow_the_sites_when_they_are_not_given():
    full = schema.complete({"emg_sites": ["UT", "LT"]})
    assert full["mvc_uv_q4"] == [0, 0] and schema.problems(full) == []


def test_a_bound_may_be_left_at_its_default():
    assert schema.problems({"bands": {"ut_lt_ratio": [None, 250]}}) == []


def test_earlier_versions_migrate_step_by_step_and_keep_unknown_keys(monkeypatch):
    def renamed(values: dict) -> dict:
        values["side"] = values.pop("arm")
        return values

    monkeypatch.setattr(schema, "SCHEMA", 3)
    monkeypatch.setattr(schema, "MIGRATIONS", {1: renamed, 2: lambda values: values | {"cues": 0}})
    old = {"schema": 1, "arm": "left", "cues": 1, "from_the_future": [1.5, None]}
    assert schema.migrate(old) == {"schema": 3, "side": "left", "cues": 0, "from_the_future": [1.5, None]}
    assert old["arm"] == "left", "the given settings stay as they are"


def test_a_newer_schema_stays_as_it_is():
    assert schema.migrate({"schema": schema.SCHEMA + 1, "side": "left"})["schema"] == schema.SCHEMA + 1


@pytest.mark.parametrize("version", [None, "1", 0, -1])
def test_settings_without_a_version_are_refused(version):
    with pytest.raises(ValueError, match="schema: .* is not a version"):
        schema.migrate({"schema": version})
