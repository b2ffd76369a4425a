"""A power cut in every single flash operation of settings and logs: what was confirmed is there, and life goes on."""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from host_tools.analysis.reader import read_bytes
from tests.interpreters import FIRMWARE, REPOSITORY, run_micropython

MPY = REPOSITORY / "tests" / "mpy"
SCRIPT = MPY / "power_cuts.py"


@dataclass
class Life:
    """One journaled life of the files: marks are [flash operations so far, what was confirmed, ...]."""

    folder: Path
    marks: list[list]

    @property
    def operations(self) -> int:
        return self.marks[-1][0]

    def settings_at(self, cut: int) -> list[dict]:
        """Settings that may be found after a cut in operation `cut`: the confirmed ones and those in the making."""
        found: list[dict] = []
        for operations, what, *detail in self.marks:
            if what == "saved" and operations <= cut:
                found = [detail[0]]
            if what == "saving" and operations <= cut:
                found = [*found, detail[0]]
        return found

    def durable_bytes(self, cut: int) -> dict[str, int]:
        """Bytes of each log that were on flash for certain before operation number `cut`."""
        durable = {}
        for operations, what, *detail in self.marks:
            if what == "synced" and operations <= cut:
                durable[Path(detail[0]).name] = detail[1]
        return durable

    @property
    def pulled(self) -> tuple[int, str]:
        return next((mark[0], Path(mark[2]).name) for mark in self.marks if mark[1] == "pulled")


@pytest.fixture(scope="module")
def life(tmp_path_factory) -> Life:
    folder = tmp_path_factory.mktemp("life")
    run_micropython("x64", SCRIPT, "record", folder, path=(FIRMWARE, MPY), heap="64m")
    return Life(folder, json.loads((folder / "marks.json").read_text()))


def test_the_life_holds_all_that_a_cut_may_hit(life):
    kinds = [mark[1] for mark in life.marks]
    assert kinds.count("saved") == 5 and kinds.count("synced") > 12
    assert life.pulled[1] not in life.marks[-1][2], "the verified log made room for the last one"
    assert life.marks[-1][2] == ["00002.ulg", "00003.ulg", "00004.ulg"]


def check_every_cut(life: Life, seed: int) -> None:
    wholes = {path.name: path.read_bytes() for path in life.folder.glob("*.ulg")}
    formatted = life.marks[0][0]
    pulled_at, pulled = life.pulled
    arguments = ("replay", life.folder, life.operations, seed)
    lines = run_micropython("x64", SCRIPT, *arguments, path=(FIRMWARE, MPY), heap="64m").splitlines()
    cuts = [json.loads(line) for line in lines]
    assert [cut for cut, *_ in cuts] == list(range(life.operations))
    for cut, settings, reasons, logs in cuts:
        if cut < formatted:
            continue  # nothing was ever stored: the boot code formats again
        possible = life.settings_at(cut)
        assert settings in possible, (cut, settings)
        assert not reasons or len(possible) == 2, (cut, reasons)
        durable = life.durable_bytes(cut)
        for name, count in durable.items():
            if name == pulled and cut >= pulled_at and name not in logs:
                continue
            assert logs[name][0] >= count, (cut, name)
        for name, (count, crc) in logs.items():
            assert crc == zlib.crc32(wholes[name][:count]), (cut, name)


@pytest.mark.parametrize("seed", range(2))
def test_what_was_confirmed_survives_a_cut_in_any_flash_operation(life, seed):
    check_every_cut(life, seed)


@pytest.mark.validate
def test_what_was_confirmed_survives_a_cut_in_any_flash_operation_torn_100_ways(life):
    for seed in range(100):
        check_every_cut(life, seed)


def test_every_durable_length_of_a_log_is_verified_throughout(life):
    for _, what, *detail in life.marks:
        if what == "synced":
            name = Path(detail[0]).name
            log = read_bytes((life.folder / name).read_bytes()[: detail[1]], name)
            assert all(flags.all() for flags in log.verified.values())
            assert len(log.problems) == (0 if log.complete else 1)
