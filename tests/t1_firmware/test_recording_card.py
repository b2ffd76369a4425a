"""Raw streams on a microSD card: every sample, on time; a card that fills, that is pulled out, that is not there."""

from pathlib import Path

import numpy as np
import pytest

from host_tools.analysis.reader import read
from host_tools.twin.run import Action
from tests.hard_time_rig import (
    ALL_FEATURES,
    SET_FROM_S,
    Seen,
    first_log,
    logs_of,
    pressed,
    replaced_main,
    run_session,
    session_script,
)

STORAGE, FAILED, FULL = 20, 1, 4
ALLOCATION = (22, 3)
WARNING = [1, 140, 1, 140, 47, 0, 0, 0]


def warnings(seen: Seen) -> list[float]:
    """Seconds of the script at which the upper motor said that something is wrong."""
    events = [e for e in seen.result.of_kind("go") if e["tactor"] == "upper" and e["waveform"] == WARNING]
    return [(e["t_us"] - seen.start_us) / 1e6 for e in events]


def test_every_sample_reaches_the_card_and_no_tick_is_late(tmp_path: Path) -> None:
    script, _ = session_script(30.0)
    seen = run_session(tmp_path, script, ALL_FEATURES)
    log = read(first_log(seen.result))
    assert first_log(seen.result).parent.parent.name == "card" and log.complete and not log.problems
    assert [fault for fault in seen.faults() if not 8 <= fault[0] < 16] == []  # but what electrodes at rest are told of
    sequence = log.topics["raw_emg"]["sequence"].astype(np.int64)
    assert np.all(np.diff(sequence) == 10) and len(sequence) >= 3000
    health = log.topics["health"]
    assert health["raw_dropped"].max() == 0 and health["overruns"].max() == 0
    assert health["loop_p99"].max() <= 10_200
    in_set = (health["timestamp"] > seen.at(SET_FROM_S + 1)) & (health["timestamp"] < seen.at(SET_FROM_S + 29))
    assert health["loop_max"][in_set].max() <= 14_000


def test_a_card_that_fills_in_a_set_keeps_all_but_the_raw_streams(tmp_path: Path) -> None:
    script, _ = session_script(20.0, sets=2)
    seen = run_session(tmp_path, script, ALL_FEATURES | {"feature_hz": 20}, card_bytes=400 * 1024)
    log = read(first_log(seen.result))
    assert log.info["end"] == "storage full" and (STORAGE, FULL) in [fault[:2] for fault in seen.faults()]
    assert all(flags.all() for flags in log.verified.values())
    marker = log.topics["marker"]
    begin_us, end_us = (int(marker["timestamp"][marker["kind"] == kind][0]) for kind in (0, 1))  # of the set
    told_s = warnings(seen)
    assert SET_FROM_S + 5 < told_s[0] < SET_FROM_S + 20, "in the set"
    features_us = log.topics["segment_angles"]["timestamp"].astype(np.int64)
    features_us = features_us[(features_us > begin_us) & (features_us < end_us)]
    assert np.diff([begin_us, *features_us, end_us]).max() < 300_000, "features to the end of the set"
    raw_us = log.topics["raw_emg"]["timestamp"].astype(np.int64)
    assert raw_us.max() < end_us - 1_000_000
    assert ALLOCATION not in [fault[:2] for fault in seen.faults()]


def test_a_card_that_is_pulled_out_ends_the_log_and_not_the_set(tmp_path: Path) -> None:
    script, _ = session_script(20.0)
    out = Action(round((SET_FROM_S + 10) * 1e6), ("card", 0))
    seen = run_session(tmp_path, (*script, out), ALL_FEATURES)
    assert not seen.result.crashes
    assert SET_FROM_S + 10 < warnings(seen)[0] < SET_FROM_S + 12
    ended = [e for e in seen.result.of_kind("go") if e["waveform"] == [1, 140, 1, 0, 0, 0, 0, 0]]
    assert any(abs(e["t_us"] - seen.at(SET_FROM_S + 20.5)) < 1_000_000 for e in ended), "the set ended as pressed"
    log = read(first_log(seen.result))
    assert all(flags[:-200].all() for flags in log.verified.values())


@pytest.mark.parametrize("spoilt", ["no FAT on it", "not in its slot"])
def test_without_a_usable_card_logs_go_to_the_flash(tmp_path: Path, spoilt: str) -> None:
    wipe = "from rhomboid.drivers.sdcard import SdCard\nfrom rhomboid.supervision import board\n"
    wipe += "card = SdCard(*board.load().SD_SPI)\ncard.writeblocks(0, bytes(512))\ncard.ioctl(3, 0)\n"
    start = "from rhomboid.supervision import start\nstart.run()\n"
    first = spoilt == "no FAT on it"
    firmware = replaced_main(tmp_path, (wipe if first else "") + start)
    actions = () if first else (Action(0, ("card", 0), clock="world"),)
    script = [*pressed(0.3), *pressed(3.0), Action(5_000_000, ("usb", 1)), Action(7_000_000, ("end",)), *actions]
    seen = run_session(tmp_path, script, {"raw_imu": 0}, firmware=firmware)
    (log,) = logs_of(seen.result)
    assert log.parent.parent.name == "files"
    problems = read(log).info.get("problems", [])
    assert any("microSD" in text for text in problems) == first
