"""A processor or a DMA that stands still: no EMG sample lost that the ring holds, the others counted, times right after
it, and every sample on its own channel."""

from array import array
from pathlib import Path

import numpy as np
import pytest

from host_tools.twin.run import Action, EmgStream
from tests.hard_time_rig import SET_FROM_S, Seen, replaced_main, run_session, session_script

STALL_S = SET_FROM_S + 2.0
# frames of four channels in the ring less its margin of 256 conversions (drivers/adc_ring.py)
CAPACITY = {"rp2040_bench": (8192 - 256) // 16, "feather_rp2350": (16384 - 256) // 16}


def counting_emg(path: Path, seconds: float = 20.0) -> EmgStream:
    """Every 4 kHz round tells its own number: low 12 bits in the first channel, the next 12 in the second."""
    frames = np.arange(int(seconds * 4000))
    rounds = np.stack([frames & 0xFFF, frames >> 12, np.full_like(frames, 3), np.full_like(frames, 4)], axis=1)
    path.write_bytes(array("H", rounds.astype(np.uint16).ravel().tolist()).tobytes())
    return EmgStream(path, 4)


def stalled(folder: Path, board: str, stall_us: int) -> Seen:
    folder.mkdir(exist_ok=True)
    script, _ = session_script(6.0, Action(round(STALL_S * 1e6), ("stall", stall_us)), rest_s=2.0)
    settings = {"raw_imu": 0, "raw_emg": 1}
    return run_session(folder, script, settings, board=board, emg=counting_emg(folder / "emg.bin"))


def frames_seen(seen: Seen) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(number in the log, round of 4 kHz that it truly begins with, logged time) of each frame in the set."""
    topic = seen.topics["raw_emg"]
    samples = np.stack([topic[f"samples[{k}]"] for k in range(40)], axis=1).reshape(-1, 10, 4).astype(np.int64)
    sequence = (topic["sequence"].astype(np.int64)[:, None] + np.arange(10)).ravel()
    t_us = (topic["timestamp"].astype(np.int64)[:, None] + 1000 * np.arange(10)).ravel()
    samples = samples.reshape(-1, 4)
    # four rounds summed; a frame in which the first channel's counter wraps is left out
    whole = (samples[:, 2] == 12) & (samples[:, 3] == 16) & (samples[:, 1] % 4 == 0) & ((samples[:, 0] - 6) % 4 == 0)
    whole &= (t_us > seen.at(SET_FROM_S + 0.6)) & (t_us < seen.at(SET_FROM_S + 5.8))
    return sequence[whole], ((samples[:, 1] // 4 << 12) + (samples[:, 0] - 6) // 4)[whole], t_us[whole]


@pytest.mark.parametrize("board", ["rp2040_bench", "feather_rp2350"])
def test_a_stall_of_400_ms_loses_no_sample(board: str, tmp_path: Path) -> None:
    seen = stalled(tmp_path, board, 400_000)
    sequence, rounds, t_us = frames_seen(seen)
    assert int(seen.topics["health"]["gaps"].max()) == 0
    assert np.all(np.diff(rounds) == 4 * np.diff(sequence)) and len(rounds) > 5000
    assert seen.topics["health"]["overruns"].max() == 1  # the stall itself
    assert [record for record in seen.faults() if record[0] < 8] == []


@pytest.mark.parametrize("board", ["rp2040_bench", "feather_rp2350"])
def test_a_stall_of_3_s_loses_what_the_ring_cannot_hold_and_counts_it(board: str, tmp_path: Path) -> None:
    seen = stalled(tmp_path, board, 3_000_000)
    sequence, rounds, t_us = frames_seen(seen)
    lost = int(seen.topics["health"]["gaps"].max())
    assert np.all(np.diff(rounds) == 4 * np.diff(sequence))
    assert np.diff(sequence).max() - 1 == lost
    # what the converter made between the last take and the next, less what the ring holds: a tick before, a tick after,
    # and the three reports that are served between
    assert 3000 - CAPACITY[board] <= lost <= 3000 - CAPACITY[board] + 30
    true_us = seen.start_us + rounds * 250
    early_us = t_us - true_us
    assert np.ptp(early_us) <= 300  # ticks of the start, rounding: the same before and after the stall
    assert np.abs(early_us).max() <= 1500
    assert [record for record in seen.faults() if record[0] < 8] == []


OVERRUN_S = SET_FROM_S + 2.0
CONVERTER_RESTARTED = (22, 4)
LOST = -32768  # a frame that is missing
NEVER_LOOKS = """
from rhomboid.drivers.adc_ring import AdcRing
from rhomboid.supervision import start
AdcRing.watch = lambda self: 0
start.run()
"""
# conversions: the FIFO holds 8; what more comes while the DMA has no access is lost, and the round robin goes on
CONVERSION_US = 62.5


def all_frames(seen: Seen) -> tuple[np.ndarray, np.ndarray]:
    """(logged time, samples of the four channels) of every frame."""
    topic = seen.topics["raw_emg"]
    samples = np.stack([topic[f"samples[{k}]"] for k in range(40)], axis=1).reshape(-1, 4).astype(np.int64)
    return (topic["timestamp"].astype(np.int64)[:, None] + 1000 * np.arange(10)).ravel(), samples


def overrun(folder: Path, held_us: int, main: str = "") -> Seen:
    script, _ = session_script(6.0, Action(round(OVERRUN_S * 1e6), ("dma", held_us)), rest_s=2.0)
    settings = {"raw_imu": 0, "raw_emg": 1}
    given = {"firmware": replaced_main(folder, main)} if main else {}
    return run_session(folder, script, settings, emg=counting_emg(folder / "emg.bin"), **given)


def on_their_channels(samples: np.ndarray) -> np.ndarray:
    """Frames whose third and fourth channel are the third and fourth input."""
    return (samples[:, 2] == 12) & (samples[:, 3] == 16)


# a hold may lose one conversion more, by its phase: four, which turn nothing, are not among them
@pytest.mark.parametrize("lost", [1, 2, 5, 6])
def test_an_overrun_turns_the_channels_for_50_ms_at_most(lost: int, tmp_path: Path) -> None:
    seen = overrun(tmp_path, round((8 + lost + 0.5) * CONVERSION_US))
    t_us, samples = all_frames(seen)
    in_set = (t_us > seen.at(SET_FROM_S + 0.6)) & (t_us < seen.at(SET_FROM_S + 5.8))
    turned_us = t_us[in_set & ~on_their_channels(samples)]
    assert seen.at(OVERRUN_S) - 10_000 < turned_us.min() and turned_us.max() < seen.at(OVERRUN_S) + 52_000
    assert [record[:2] for record in seen.faults() if record[0] >= 16] == [CONVERTER_RESTARTED]
    # the restart costs a few frames, counted; the times stay true
    assert 1 <= seen.topics["health"]["gaps"].max() <= 12
    sequence, rounds, t_us = frames_seen(seen)
    settled = (t_us < seen.at(OVERRUN_S) - 5_000) | (t_us > seen.at(OVERRUN_S) + 60_000)
    early_us = (t_us - seen.start_us - rounds * 250)[settled]
    assert np.ptp(early_us) <= 1000 and np.abs(early_us).max() <= 1500
    assert np.abs(rounds[settled] - 4 * sequence[settled] - (rounds[0] - 4 * sequence[0])).max() <= 4


def test_without_the_restart_they_would_stay_turned(tmp_path: Path) -> None:
    seen = overrun(tmp_path, round(10.5 * CONVERSION_US), NEVER_LOOKS)
    t_us, samples = all_frames(seen)
    after = (t_us > seen.at(OVERRUN_S) + 60_000) & (t_us < seen.at(SET_FROM_S + 5.8))
    assert after.sum() > 3000 and not on_their_channels(samples[after]).any()


def test_a_hold_that_the_fifo_bridges_loses_nothing(tmp_path: Path) -> None:
    seen = overrun(tmp_path, round(7 * CONVERSION_US))
    assert [record for record in seen.faults() if record[0] >= 16] == []
    assert int(seen.topics["health"]["gaps"].max()) == 0


@pytest.mark.parametrize("board", ["rp2040_bench", "feather_rp2350"])
def test_the_transfer_counter_is_armed_again_before_it_is_used_up(board: str, tmp_path: Path) -> None:
    """The counter has 28 bits on an RP2350, 4.66 h at 16 kS/s; here it is armed again every two seconds."""
    firmware = replaced_main(tmp_path, "from rhomboid.supervision import start\nstart.run()\n")
    driver = firmware / "rhomboid" / "drivers" / "adc_ring.py"
    source = driver.read_text()
    above = "_REARM_ABOVE = const(0x0FF0_0000)"
    assert above in source and "_TRANSFERS = const(0x0FFF_FFF0)" in source
    assert 4.6 * 3600 < 0x0FF0_0000 / 16_000 < (1 << 28) / 16_000 - 60
    driver.write_text(source.replace(above, "_REARM_ABOVE = const(32_000)"))
    script, _ = session_script(6.0, rest_s=2.0)
    settings = {"raw_imu": 0, "raw_emg": 1}
    emg = counting_emg(tmp_path / "emg.bin")
    seen = run_session(tmp_path, script, settings, emg=emg, board=board, firmware=firmware)
    sequence, rounds, t_us = frames_seen(seen)
    assert len(rounds) > 4500 and [record for record in seen.faults() if record[0] >= 16] == []
    gaps = int(seen.topics["health"]["gaps"].max())
    assert 3 <= gaps <= 60
    early_us = t_us - seen.start_us - rounds * 250
    assert np.ptp(early_us) <= 1000 and np.abs(early_us).max() <= 1500
    t_us, samples = all_frames(seen)
    in_set = (t_us > seen.at(SET_FROM_S + 0.6)) & (t_us < seen.at(SET_FROM_S + 5.8)) & (samples[:, 0] != LOST)
    assert on_their_channels(samples[in_set]).all()
