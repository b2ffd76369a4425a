"""Logs on littlefs: how much they take, how flash wears, and what happens when it is full."""

import json
from pathlib import Path

import pytest

from host_tools.analysis.reader import read
from tests.interpreters import FIRMWARE, REPOSITORY, run_micropython

PATH = (FIRMWARE, REPOSITORY / "tests" / "mpy")
BUDGET_BYTES_PER_S = 1229  # 1.2 KB/s averaged over a workout: shared design, section 9
LOG_SPACE_BYTES = 6_500_000  # 7 MB of the reference board less the program
ERASE_CYCLES = 100_000  # per block, data sheet of the W25Q64JV (Winbond), section 1
HEAD = """
import json, os, sys
import flash_journal, vfs
from rhomboid.recording import ulog
from rhomboid.recording.storage import Storage
from rhomboid.settings import schema
from rhomboid.settings.slots import Slots
from workout_log import Workout

def mounted(size):
    flash = flash_journal.Flash(bytearray(b"\\xff" * size))
    flash_journal.format(flash)
    vfs.mount(flash_journal.filesystem(flash), "/f")
    return flash

def copy_logs():
    for name in os.listdir("/f/logs"):
        with open("/f/logs/" + name, "rb") as source, open(sys.argv[1] + "/" + name, "wb") as target:
            target.write(source.read())
"""


def run(script: str, folder: Path) -> dict:
    return json.loads(run_micropython("x64", HEAD + script, folder, path=PATH, heap="64m", timeout=600))


WORKOUT = """
flash = mounted({flash_bytes})
storage = Storage("/f/logs")
workout = Workout(storage, 131_072)
path = storage.new_path()
workout.begin(path)
erases = flash.erases
for _ in range({minutes}):
    workout.set(30)
    workout.rest(30)
workout.end()
copy_logs()
print(json.dumps(dict(bytes=os.stat(path)[6], erases=flash.erases - erases, stopped=workout.log.stopped)))
"""


def check_budget(folder: Path, minutes: int) -> str:
    found = run(WORKOUT.format(flash_bytes=7 << 20, minutes=minutes), folder)
    rate = found["bytes"] / (60 * minutes)
    erases_per_hour = found["erases"] * 60 / minutes
    years = (7 << 20) / 4096 * ERASE_CYCLES / (erases_per_hour * 365)
    log = read(folder / "00001.ulg")
    assert not log.problems and int(log.topics["health"]["features_dropped"][-1]) == 0
    assert rate <= BUDGET_BYTES_PER_S and rate * 90 * 60 <= LOG_SPACE_BYTES and years >= 5
    return f"{rate:.0f} bytes/s, {erases_per_hour:.0f} erases/hour, {years:.0f} years at one hour a day"


def test_a_workout_of_set_and_rest_stays_within_its_budget(mpy, tmp_path):
    check_budget(tmp_path, 5)


@pytest.mark.validate
def test_a_workout_of_90_minutes_fits_the_flash(mpy, tmp_path):
    table = REPOSITORY / "build" / "validation" / "recording_budget.txt"
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_text(check_budget(tmp_path, 90) + "\n")


FULL = """
flash = mounted(256 * 1024)
storage = Storage("/f/logs")
slots = Slots("/f/settings")
workout = Workout(storage, 32_768)
sessions = []

def session(sets):
    path = storage.new_path()
    try:
        workout.begin(path)
    except OSError as error:
        sessions.append([path[8:], error.errno, workout.log.stopped])
        return
    for _ in range(sets):
        workout.set(10)
        workout.rest(1)
    workout.end()
    sessions.append([path[8:], 0, workout.log.stopped])
"""


def test_full_storage_ends_the_log_well_and_loses_none(mpy, tmp_path):
    script = """
for _ in range(8):
    session(4)
slots.save(schema.defaults())
copy_logs()
print(json.dumps(dict(sessions=sessions, saved=slots.load()[1] == [])))
"""
    found = run(FULL + script, tmp_path)
    whole = [name for name, error, stopped in found["sessions"] if not error and not stopped]
    ended = [name for name, error, stopped in found["sessions"] if not error and stopped == 1]
    refused = [name for name, error, stopped in found["sessions"] if error == 28 and stopped == 1]
    assert whole and len(whole) + len(ended) + len(refused) == 8 and refused
    for name in whole:
        assert read(tmp_path / name).complete
    for name in ended:
        log = read(tmp_path / name)
        assert log.info["end"] == "storage full" and log.problems == ["Recording stopped early: storage full."]
        assert all(flags.all() for flags in log.verified.values())
    assert found["saved"], "settings still find room"


def test_a_log_that_fills_the_storage_by_itself_ends_well(mpy, tmp_path):
    found = run(FULL + "session(60)\ncopy_logs()\nprint(json.dumps(dict(sessions=sessions)))\n", tmp_path)
    assert found["sessions"] == [["00001.ulg", 0, 1]]
    assert read(tmp_path / "00001.ulg").problems == ["Recording stopped early: storage full."]


def test_storage_that_something_else_fills_keeps_what_was_flushed(mpy, tmp_path):
    script = """
path = storage.new_path()
workout.begin(path)
workout.set(10)
workout.rest(11)
durable = os.stat(path)[6]
with open("/f/other", "wb") as other:
    try:
        while True:
            other.write(bytes(1024))
            other.flush()
    except OSError:
        pass
workout.set(14)
workout.rest(11)
copy_logs()
print(json.dumps(dict(durable=durable, now=os.stat(path)[6], stopped=workout.log.stopped)))
"""
    found = run(FULL + script, tmp_path)
    assert found["stopped"] == 1 and found["now"] >= found["durable"]
    log = read(tmp_path / "00001.ulg")
    assert all(flags.all() for flags in log.verified.values())
    assert log.topics["repetition"]["index"][-1] >= 3


def test_verified_logs_make_room_oldest_first_and_others_never(mpy, tmp_path):
    script = """
for _ in range(3):
    session(2)
for name, claimed in (("00001", 0), ("00002", 0), ("00003", 1)):
    with open("/f/logs/%s.ok" % name, "w") as file:
        file.write(str(os.stat("/f/logs/%s.ulg" % name)[6] - claimed))
before = storage.free_bytes()
reached = storage.make_room(before + 4096)
first = storage.logs()
refused = storage.make_room(1 << 20)
print(json.dumps(dict(reached=reached, first=first, refused=refused, left=sorted(os.listdir("/f/logs")))))
"""
    found = run(FULL + script, tmp_path)
    assert found["reached"] and found["first"] == ["00002.ulg", "00003.ulg"]
    assert not found["refused"] and found["left"] == ["00003.ok", "00003.ulg", "number"], (
        "00003 has grown since its pull"
    )
