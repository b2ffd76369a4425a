"""A processor that stands still: no EMG sample lost that the ring holds, the others counted, times right after it."""

from array import array
from pathlib import Path

import numpy as np
import pytest

from host_tools.twin.run import Action, EmgStream
from tests.hard_time_rig import SET_FROM_S, Seen, run_session, session_script

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
    # what the converter made between the last take and the next, less what the ring holds
    assert 3000 - CAPACITY[board] <= lost <= 3000 - CAPACITY[board] + 20
    true_us = seen.start_us + rounds * 250
    early_us = t_us - true_us
    assert np.ptp(early_us) <= 300  # ticks of the start, rounding: the same before and after the stall
    assert np.abs(early_us).max() <= 1500
    assert [record for record in seen.faults() if record[0] < 8] == []
