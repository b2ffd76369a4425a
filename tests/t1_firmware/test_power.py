"""The battery and the long wait: told, less and less, off in time; asleep and awake again."""

from pathlib import Path

import numpy as np

from host_tools.analysis.reader import read
from host_tools.twin.run import Action
from tests.hard_time_rig import SET_FROM_S, Seen, first_log, pressed, run_session

BATTERY, LOW, FLAT = 21, 5, 6
EMG_POWER_PIN = 0


def at(at_s: float, *what) -> Action:
    return Action(round(at_s * 1e6), what)


def battery_marks(log: Path) -> list[tuple[int, int]]:
    topic = read(log).topics["fault"]
    return [(int(p), int(c)) for p, c in zip(topic["part"], topic["code"], strict=True) if p == BATTERY]


def stops(seen: Seen) -> list[str]:
    return [boot["stop"] for boot in seen.result.boots]


def test_a_battery_that_runs_down_in_a_set_ends_it_with_everything_kept(tmp_path: Path) -> None:
    begin = SET_FROM_S
    script = pressed(0.3, 1.6) + pressed(begin)
    for k, percent in enumerate((15, 10, 6, 3)):
        script.append(at(begin + 5 + 45 * k, "battery", percent, 3700 - 50 * k))
    script += [*pressed(begin + 190), at(begin + 200, "usb", 1), at(begin + 209, "end")]
    seen = run_session(tmp_path, script, card_bytes=0, board="feather_rp2350")
    log = read(first_log(seen.result))
    assert log.complete and not log.problems
    assert battery_marks(first_log(seen.result)) == [(BATTERY, LOW), (BATTERY, FLAT)]
    # sensors at half their rate after the third rung
    health = log.topics["health"]
    rate = health["imu_rate[0]"].astype(int)
    t_s = (health["timestamp"].astype(np.int64) - seen.start_us) / 1e6 - begin
    assert rate[(t_s > 60) & (t_s < 90)].min() >= 97
    assert 47 <= np.median(rate[(t_s > 130) & (t_s < 158)]) <= 53
    # the angles go on at the slow rate
    flags_us, flags = seen.flags()
    slow = (flags_us > seen.at(begin + 130)) & (flags_us < seen.at(begin + 158))
    assert slow.sum() > 200 and not flags[slow].any()
    assert not [fault for fault in seen.faults() if fault[0] < 4], "fewer reports are what was asked for"
    # off: the button does not wake it, the cable does
    asleep = max(event["t_us"] for event in seen.result.of_kind("go") if event["boot"] == 0)
    assert asleep < seen.at(begin + 180)
    assert stops(seen) == ["reset", "main returned"]
    assert seen.result.boots[1]["world_us"] > seen.at(begin + 200) - 100_000


def test_a_long_wait_in_ready_puts_it_to_sleep_and_the_button_wakes_it(tmp_path: Path) -> None:
    script = [*pressed(70.0, 0.3), at(90, "usb", 1), at(92, "end")]
    seen = run_session(tmp_path, [*script], settings={"sleep_minutes": 1, "raw_imu": 0}, card_bytes=0)
    assert stops(seen) == ["reset", "main returned"]
    woken_us = seen.result.boots[1]["world_us"]
    assert seen.at(70.0) < woken_us < seen.at(70.3)
    lit = [event for event in seen.result.of_kind("led") if event["boot"] == 1 and event["level"]]
    assert lit, "ready again"
