"""Two slots: whatever happens to one, load() gives confirmed settings, or the defaults with a reason."""

import importlib
import json
import random
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.interpreters import FIRMWARE, run_micropython

sys.path.append(str(FIRMWARE))
schema = importlib.import_module("rhomboid.settings.schema")
slots = importlib.import_module("rhomboid.settings.slots")

OLD = schema.defaults() | {"exercise": "row", "mvc_uv_q4": [900, 800, 700, 600]}
NEW = schema.defaults() | {"exercise": "y_raise", "side": "left", "unknown": {"kept": [1, None, "x"]}}


@pytest.fixture
def store(tmp_path: Path):
    """Two confirmed versions: OLD in slot a, NEW in slot b."""
    store = slots.Slots(str(tmp_path / "settings"))
    store.save(OLD)
    store.save(NEW)
    return store


def slot(store, name: str) -> Path:
    return Path(store.folder) / name


def test_what_was_saved_comes_back_with_unknown_keys(store):
    assert store.load() == (NEW, [])


# one file per schema version, written by the firmware of its time; unknown keys among them
FILES = Path(__file__).parent / "settings_files"


@pytest.mark.parametrize("version", range(1, schema.SCHEMA))
def test_a_slot_of_an_earlier_schema_migrates_and_keeps_unknown_keys(mpy, tmp_path, version):
    data = (FILES / f"schema_{version}.json").read_bytes()
    written = json.loads(data.split(b"\n", 1)[1])
    assert written["schema"] == version
    (tmp_path / "a.json").write_bytes(data)
    script = "import json, sys\nfrom rhomboid.settings.slots import Slots\nprint(json.dumps(Slots(sys.argv[1]).load()))"
    values, reasons = json.loads(run_micropython(mpy, script, tmp_path))
    assert reasons == [] and values["schema"] == schema.SCHEMA and values["club"] == written["club"]
    assert slots.Slots(str(tmp_path)).load() == (values, [])
    # what was measured and chosen is as it was; what the version left open has an answer now
    assert {key: values[key] for key in written} == written | {"schema": schema.SCHEMA, "mvc_method": "assumed"}


def test_a_new_device_has_defaults_and_no_reason(tmp_path):
    assert slots.Slots(str(tmp_path / "none")).load() == (schema.defaults(), [])


def test_saving_leaves_the_newer_slot_alone(store):
    kept = slot(store, "b.json").read_bytes()
    store.save(OLD | {"cues": 0})
    assert slot(store, "b.json").read_bytes() == kept
    assert store.load() == (OLD | {"cues": 0}, [])


def test_every_beginning_of_a_new_slot_leaves_a_confirmed_version(store):
    whole = slots.encode(OLD | {"cues": 0}, 3)
    for length in range(len(whole)):
        slot(store, "a.json").write_bytes(whole[:length])
        found, reasons = slots.Slots(store.folder).load()
        assert found == NEW and len(reasons) == 1 and "slot a.json" in reasons[0]


def test_with_both_slots_damaged_the_defaults_come_with_two_reasons(store):
    slot(store, "a.json").write_bytes(b"\xff" * 300)
    slot(store, "b.json").write_bytes(b"")
    found, reasons = store.load()
    assert found == schema.defaults()
    assert reasons == ["settings slot a.json: damaged: no head line", "settings slot b.json: empty"]


def test_an_out_of_range_slot_is_refused_with_its_reason_and_the_other_used(store):
    slot(store, "a.json").write_bytes(slots.encode(OLD | {"mains_hz": 55}, 9))
    assert store.load() == (NEW, ["settings slot a.json: mains_hz: 55 is none of 0, 50, 60"])


def test_a_save_beside_a_refused_slot_with_a_higher_number_wins_later(store):
    slot(store, "b.json").write_bytes(slots.encode(NEW | {"side": "up"}, 50))
    slot(store, "a.json").unlink()
    store.save(OLD)
    assert slots.decode(slot(store, "a.json").read_bytes())[1] == 51


def test_wrong_settings_are_not_stored(store):
    with pytest.raises(slots.SaveError, match="settings not stored: cues: 7 is none of 0, 1"):
        store.save(NEW | {"cues": 7})
    assert store.load() == (NEW, [])


def test_settings_that_do_not_read_back_are_not_confirmed(store, monkeypatch):
    monkeypatch.setattr(slots, "encode", lambda values, sequence: Lossy(b"x" * 100))
    with pytest.raises(slots.SaveError, match="does not read back"):
        store.save(OLD)
    monkeypatch.undo()
    assert store.load()[0] == NEW


class Lossy(bytes):
    """Bytes that a file takes and that are equal to nothing read back."""

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = bytes.__hash__


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1 << 32))
def test_damaged_slots_never_give_a_wrong_value(store, seed):
    check_damage(store, random.Random(seed))


@pytest.mark.validate
def test_damaged_slots_never_give_a_wrong_value_10000_times(store):
    for seed in range(10_000):
        check_damage(store, random.Random(seed))


def check_damage(store, source: random.Random) -> None:
    versions = {"a.json": slots.encode(OLD, 1), "b.json": slots.encode(NEW, 2)}
    hurt = source.choice([["a.json"], ["b.json"], ["a.json", "b.json"]])
    for name, whole in versions.items():
        data = bytearray(whole)
        if name in hurt:
            for _ in range(source.choice([0, 1, 1, 2, 8])):
                data[source.randrange(len(data))] ^= 1 << source.randrange(8)
            if source.random() < 0.3:
                del data[source.randrange(len(data)) :]
        slot(store, name).write_bytes(data)
    found, reasons = slots.Slots(store.folder).load()
    if found == schema.defaults():
        assert len(reasons) == 2
    elif found == OLD:
        assert "b.json" in " ".join(reasons)
    else:
        assert found == NEW


def test_equal_settings_are_equal_bytes_on_every_interpreter(mpy_all, tmp_path):
    script = """
import sys
from rhomboid.settings import schema, slots
store = slots.Slots(sys.argv[1])
values, reasons = store.load()
values.update({"exercise": "y_raise", "side": "left", "unknown": {"kept": [1, None, "x"]}})
store.save(values)
"""
    run_micropython(mpy_all, script, tmp_path / "settings")
    assert (tmp_path / "settings" / "a.json").read_bytes() == slots.encode(NEW, 1)
