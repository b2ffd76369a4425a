"""Storage that fills while the athlete trains, and flash written between the strokes of a set that does not end."""

from itertools import pairwise
from pathlib import Path

import numpy as np

from host_tools.analysis.reader import Log, read
from host_tools.athlete.workout import Plan
from tests.hard_time_rig import Trained, first_log, logs_of, train

STORAGE_FULL = (20, 4)
WARNING = [1, 140, 1, 140, 47, 0, 0, 0]  # waveform bytes of the cue "warning"
CUE_EFFECT = 47  # cues begin with a long pulse, signals of the device with a short one
FLASH_BYTES = 1_408 * 1024
# beginning of a log that nobody has pulled: ULog header and flag bits
UNPULLED = b"ULog\x01\x125\x01" + bytes(8) + b"\x28\x00B" + bytes(40)


def faults(log: Log) -> list[tuple[int, int]]:
    topic = log.topics.get("fault")
    return [] if topic is None else list(zip(topic["part"].tolist(), topic["code"].tolist(), strict=True))


def ballast(folder: Path, free_bytes: int) -> dict[str, Path]:
    """Files that leave so much of the smallest board's flash, and a log that may not go."""
    (folder / "ballast").write_bytes(bytes(FLASH_BYTES - free_bytes))
    (folder / "unpulled").write_bytes(UNPULLED)
    return {"/ballast": folder / "ballast", "/logs/00001.ulg": folder / "unpulled"}


def felt_in_sets(trained: Trained, sets: int) -> tuple[list[int], list[int]]:
    """(cues, warnings) of each set, from its first press to the next one's, by the first pulse of a pattern."""
    result = trained.seen.result
    presses = [e["t_us"] for e in result.of_kind("script") if e["action"] == ["button", 1]]
    starts = [*presses[-2 * sets :: 2], np.inf]
    felt = [(e["t_us"], e["waveform"]) for e in result.of_kind("go")]
    cues, warnings = [], []
    for start, end in pairwise(starts):
        inside = [waveform for us, waveform in felt if start < us < end]
        cues.append(sum(waveform[0] == CUE_EFFECT for waveform in inside))
        warnings.append(sum(waveform == WARNING for waveform in inside) // 2)
    return cues, warnings


def test_storage_that_is_full_ends_the_log_and_nothing_else(tmp_path: Path) -> None:
    sets = 3
    trained = train(
        tmp_path,
        Plan(sets=(5,) * sets, false_starts=0, regrips=0),
        settings={"raw_imu": 0, "raw_emg": 0, "feature_hz": 100, "fading": 0},
        card_bytes=0,
        board="pico",
        files=ballast(tmp_path, 180 * 1024),
    )
    kept, written = logs_of(trained.seen.result)
    assert kept.read_bytes() == UNPULLED
    log = read(written)
    assert log.info["end"] == "storage full" and STORAGE_FULL in faults(log)
    assert all(flags.all() for flags in log.verified.values())
    assert log.topics["repetition"]["index"].tolist()[-1] == 5, "the set whose flush filled the storage is whole"
    cues, warnings = felt_in_sets(trained, sets)
    assert all(count >= 2 for count in cues), cues
    assert warnings == [1, 1, 1], "when it filled, and in every set that is not recorded"


ROW_SET = Plan(sets=(9,), false_starts=0, regrips=0)
CONTINUOUS = {"raw_imu": 0, "raw_emg": 0, "exercise": "rowing"}


def test_a_continuous_activity_is_flushed_between_its_strokes(tmp_path: Path) -> None:
    trained = train(tmp_path, ROW_SET, settings=CONTINUOUS, card_bytes=0, athlete="good")
    log = read(first_log(trained.seen.result))
    assert log.complete and not log.problems
    assert len(log.topics["repetition"]["index"]) == 9
    marker = log.topics["marker"]
    begin_us, end_us = (int(marker["timestamp"][marker["kind"] == kind][0]) for kind in (0, 1))  # of the set
    checkpoints_us = log.topics["checkpoint"]["timestamp"].astype(np.int64)
    inside = checkpoints_us[(checkpoints_us > begin_us) & (checkpoints_us < end_us)]
    assert len(inside) >= 5 and np.diff([begin_us, *inside, end_us]).max() < 10_000_000
    assert log.topics["health"]["gaps"].max() == 0 and log.topics["health"]["loop_max"].max() < 130_000


def test_a_power_cut_in_a_continuous_activity_takes_seconds(tmp_path: Path) -> None:
    trained = train(tmp_path, ROW_SET, settings=CONTINUOUS, card_bytes=0, athlete="good", duration_us=50_000_000)
    log = read(first_log(trained.seen.result))
    assert not log.complete
    assert 50_000_000 - int(log.topics["checkpoint"]["timestamp"][-1]) < 10_000_000
    assert all(flags.all() for flags in log.verified.values())


def test_storage_that_fills_in_a_continuous_activity_is_told_at_once(tmp_path: Path) -> None:
    trained = train(
        tmp_path, ROW_SET, settings=CONTINUOUS, card_bytes=0, board="pico", files=ballast(tmp_path, 200 * 1024)
    )
    log = read(logs_of(trained.seen.result)[1])
    assert log.info["end"] == "storage full" and STORAGE_FULL in faults(log)
    assert len(log.topics["repetition"]["index"]) == 9
    cues, warnings = felt_in_sets(trained, 1)
    assert warnings == [2], "in the set, and when the log has ended"
