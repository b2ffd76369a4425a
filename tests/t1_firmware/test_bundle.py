"""The compiled bundle that goes onto a device does what the sources do."""

import json
from pathlib import Path

import pytest

from host_tools.athlete.workout import Plan
from host_tools.device import bundle
from host_tools.errors import Failed
from host_tools.sim.request import Request, prepare
from host_tools.sim.session import LOG, run_session

# an athlete who shrugs, so that cues are in the log too
SESSION = Request(athlete="shrug", seed=11, plan=Plan(sets=(3,), false_starts=0, regrips=0))


def test_the_compiled_bundle_writes_the_same_log_as_the_sources(tmp_path: Path) -> None:
    bundle.build("x64").write(tmp_path / "bundle")
    compiled = run_session(prepare(SESSION), tmp_path / "compiled", bundle=tmp_path / "bundle")
    sources = run_session(prepare(SESSION), tmp_path / "sources")
    assert sources.summary["repetitions"] == 3 and sources.summary["cues"]
    assert (compiled.folder / LOG).read_bytes() == (sources.folder / LOG).read_bytes()


def test_a_bundle_holds_no_python_source_but_its_root_files(tmp_path: Path) -> None:
    bundle.build("armv6m").write(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*.py")) == ["boot.py", "main.py", "slot.py"]


@pytest.mark.parametrize("architecture", ["armv6m", "armv7emsp"])
def test_the_manifest_names_every_file_and_is_the_same_each_time(architecture: str) -> None:
    first, second = bundle.build(architecture), bundle.build(architecture)
    assert first.manifest == second.manifest
    files = json.loads(first.manifest)["files"]
    assert set(files) == {file.path for file in first.slot}
    assert {"rhomboid/supervision/start.mpy", "adafruit_bno08x/i2c.mpy"} <= set(files)


def test_the_smallest_board_holds_two_slots_and_logs() -> None:
    # 1.4 MB for files on an RP2040: less than half of it for programs, littlefs blocks of 4 KB included
    blocks = sum(-(-len(file.data) // 4096) for file in bundle.build("armv6m").slot)
    assert 2 * blocks * 4096 < 1_408 * 1024


def test_the_architecture_is_what_the_device_says_of_itself() -> None:
    # sys.implementation._mpy of an RP2040, an RP2350 and this computer, MicroPython 1.28
    names = [bundle.architecture_of(number) for number in (0x0300 | 6 | 4 << 10, 0x0300 | 6 | 7 << 10, 2822)]
    assert names == ["armv6m", "armv7emsp", "x64"]
    with pytest.raises(Failed, match=r"version 5\.0"):
        bundle.architecture_of(5)
