"""The whole device, switched off in the middle of any flash operation of its life, comes up with all it had confirmed.

The life: first boot, neutral pose, three sets with flush, settings change and pull by the host, a second log for which
the first makes room, end. It is journaled once; each cut is one boot of the real firmware from the torn image.
"""

from pathlib import Path

import pytest

from tests.power_cut_rig import Life, boot_after, files_in, logs_in, record, torn_images
from tests.validate.tables import write_table

PARTS = 8
SEEDS = 3


@pytest.fixture(scope="module")
def life(mpy, tmp_path_factory) -> Life:
    return record(tmp_path_factory.mktemp("life"))


def wrong_after(life: Life, cuts: range, seed: int, folder: Path) -> dict[int, list[str]]:
    folder.mkdir(exist_ok=True)
    found = {cut: boot_after(life, cut, image, folder / str(cut)) for cut, image in torn_images(life, cuts, seed)}
    return {cut: wrong for cut, wrong in found.items() if wrong}


def test_the_life_holds_all_that_a_cut_may_hit(life, tmp_path):
    kinds = [what for _, what, _ in life.marks]
    assert kinds.count("boot") == 2 and kinds.count("saved") >= 3 and kinds.count("synced") >= 14
    assert kinds.count("pulled") == 1
    _, whole = list(torn_images(life, range(len(life.trace)), 0))[-1]
    assert set(life.logs) == {"00001.ulg", "00002.ulg"} and set(logs_in(files_in(whole))) == {"00002.ulg"}


@pytest.mark.parametrize("first", range(3))
def test_a_cut_in_an_operation_loses_nothing_that_was_confirmed(life, tmp_path, first):
    cuts = range(7 * first, len(life.trace), 21)
    assert wrong_after(life, cuts, 1, tmp_path) == {}


def test_an_older_state_of_the_flash_is_found_out(life, tmp_path):
    image = next(torn_images(life, range(60, 61), 1))[1]
    wrong = boot_after(life, len(life.trace), image, tmp_path / "boot")
    assert any("settings" in text for text in wrong) and any("flushed bytes" in text for text in wrong)


@pytest.mark.validate
@pytest.mark.parametrize("part", range(PARTS))
def test_a_cut_in_any_operation_loses_nothing_that_was_confirmed(life, tmp_path, part):
    wrong = {}
    for seed in range(SEEDS):
        cuts = range(part, len(life.trace), PARTS)
        wrong |= {
            f"{cut}, torn way {seed}": w for cut, w in wrong_after(life, cuts, seed, tmp_path / str(seed)).items()
        }
    count = SEEDS * len(range(part, len(life.trace), PARTS))
    header = ("operations of the life", "boots after a cut", "with anything lost or not ready")
    write_table(f"power_cuts_{part}", "Power cuts, whole device", header, [(len(life.trace), count, len(wrong))])
    assert wrong == {}
