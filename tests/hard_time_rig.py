"""The whole firmware on the virtual board with a still body: sets, rests, faults at known times; what was logged."""

import json
import shutil
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyulog import ULog

from host_tools.athlete.workout import Plan
from host_tools.sim.firmware_side import default_settings, write_slot
from host_tools.sim.request import LEAD_IN_S, Request, prepare
from host_tools.sim.truth import truth
from host_tools.stimuli.streams import write_streams
from host_tools.twin.run import NO_FLASH_STALL, Action, EmgStream, ImuStream, Result, Scenario, run

CARD_BYTES = 1 << 30
SEGMENTS = ("thorax", "scapula", "humerus")
# default reference of design section 5, Q28: what the sensors of an upright body show
_UPRIGHT_Q14 = {
    "thorax": (11585, 11585, 0, 0),
    "scapula": (11793, 10226, 4236, 2614),
    "humerus": (11585, 11585, 0, 0),
}
NEUTRAL_HELD_S = (0.3, 1.9)
SET_FROM_S = 3.6  # two seconds after the pose was asked for


@dataclass(frozen=True)
class Seen:
    """A finished run: journal of the virtual board, topics of the first log as columns, time zero of the script."""

    result: Result
    topics: dict[str, dict[str, np.ndarray]]

    @property
    def start_us(self) -> int:
        assert self.result.stimulus_start_us is not None
        return self.result.stimulus_start_us

    def at(self, stimulus_s: float) -> int:
        """Device time of a time of the script."""
        return self.start_us + round(stimulus_s * 1e6)

    def faults(self) -> list[tuple[int, int, int, int]]:
        """(part, code, began_us, ended_us) of every fault record."""
        topic = self.topics.get("fault")
        if topic is None:
            return []
        return [
            tuple(int(topic[name][k]) for name in ("part", "code", "began_us", "ended_us"))  # type: ignore[misc]
            for k in range(len(topic["timestamp"]))
        ]

    def reports_us(self, segment: int) -> np.ndarray:
        """Arrival (device time of the tick) of every report of a sensor; needs raw_imu."""
        topic = self.topics["raw_quaternion"]
        return topic["timestamp"][topic["segment"] == segment].astype(np.int64)

    def sampled_us(self, segment: int) -> np.ndarray:
        """When the sensor took every report that was logged; needs raw_imu."""
        topic = self.topics["raw_quaternion"]
        return topic["sensor_us"][topic["segment"] == segment].astype(np.int64)

    def flags(self) -> tuple[np.ndarray, np.ndarray]:
        """(device us, FLAG_* bits) of every record of the angles."""
        topic = self.topics["segment_angles"]
        return topic["timestamp"].astype(np.int64), topic["flags"].astype(int)


def pressed(at_s: float, held_s: float = 0.08) -> list[Action]:
    """A press of the button."""
    return [Action(round(at_s * 1e6), ("button", 1)), Action(round((at_s + held_s) * 1e6), ("button", 0))]


def session_script(set_s: float, *faults: Action, sets: int = 1, rest_s: float = 5.0, pose_after: bool = False):
    """Neutral pose, sets of `set_s` with rests, if wanted a second pose, cable: the script, and its end in seconds."""
    begin_s, end_s = NEUTRAL_HELD_S
    script = pressed(begin_s, end_s - begin_s)
    now_s = SET_FROM_S
    for _ in range(sets):
        script += pressed(now_s) + pressed(now_s + set_s)
        now_s += set_s + rest_s
    if pose_after:
        script += pressed(now_s, end_s - begin_s)
        now_s += 4.0
    script += [*faults, Action(round(now_s * 1e6), ("usb", 1)), Action(round((now_s + 2) * 1e6), ("end",))]
    return tuple(script), now_s


def still_imus(folder: Path) -> dict[str, ImuStream]:
    """Three sensors of an upright body that does not move, on clocks of their own."""
    streams = {}
    for number, (name, quaternion) in enumerate(_UPRIGHT_Q14.items()):
        path = folder / f"{name}.bin"
        path.write_bytes(array("i", (part << 14 for part in quaternion)).tobytes())
        streams[name] = ImuStream(path, ppm=(120.0, -90.0, 40.0)[number], phase_us=700 * number)
    return streams


def run_session(
    folder: Path, script: Sequence[Action], settings: dict[str, Any] | None = None, **scenario: Any
) -> Seen:
    """Run the firmware with these settings ; raw_imu, a card, and flash that does not stall unless asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    slot = folder / "a.json"
    chosen = {"raw_imu": 1, "mvc_uv_q4": [6000, 6000, 6000, 2000], "rest_uv_q4": [0] * 4}
    write_slot(default_settings() | chosen | (settings or {}), slot)
    scenario.setdefault("imus", still_imus(folder))
    scenario.setdefault("flash_timing", NO_FLASH_STALL)
    scenario.setdefault("duration_us", 3_600_000_000)
    scenario.setdefault("board", "rp2040_bench")
    scenario.setdefault("card_bytes", CARD_BYTES)
    files = {"/settings/a.json": slot} | scenario.pop("files", {})
    result = run(Scenario(script=tuple(script), files=files, **scenario), folder / "out")
    return Seen(result, topics_of(first_log(result)) if logs_of(result) else {})


ALL_FEATURES = {"raw_imu": 1, "raw_emg": 1, "feature_hz": 100, "cues": 1}


@dataclass(frozen=True)
class Trained:
    """An athlete's session: what was seen, what was true, the log's bytes."""

    seen: Seen
    truth: dict[str, np.ndarray]
    log: bytes


def train(
    folder: Path,
    plan: Plan,
    seed: int = 1,
    settings: dict[str, Any] | None = None,
    athlete: str = "shrug",
    exercise: str = "row",
    faults: tuple[str, ...] = (),
    **scenario: Any,
) -> Trained:
    """A synthetic athlete on rp2040_bench, with changes to the settings and to the scenario (interpreter, ...)."""
    folder.mkdir(parents=True, exist_ok=True)
    board = scenario.pop("board", "rp2040_bench")
    request = Request(athlete=athlete, exercise=exercise, board=board, seed=seed, plan=plan, faults=faults)
    prepared = prepare(request)
    streams = write_streams(prepared.source, prepared.sites, folder, seed, False, LEAD_IN_S, prepared.duration_s)
    slot = folder / "a.json"
    write_slot(prepared.settings | (settings or {}), slot)
    given = {
        "board": board,
        "imus": {
            name: ImuStream(stream.path, ppm=stream.clock_ppm, phase_us=stream.phase_us)
            for name, stream in streams.imus.items()
        },
        "emg": EmgStream(streams.adc, streams.channels),
        "script": tuple(Action(round((action.at_s + LEAD_IN_S) * 1e6), action.words) for action in prepared.actions),
        "duration_us": round((prepared.duration_s + 60) * 1e6),
        "seed": seed,
        "card_bytes": CARD_BYTES,
        "files": {"/settings/a.json": slot} | scenario.pop("files", {}),
    }
    result = run(Scenario(**(given | scenario)), folder / "out")
    seen = Seen(result, topics_of(first_log(result)))
    content_us = seen.start_us + round(LEAD_IN_S * 1e6)
    return Trained(seen, truth(prepared, content_us, result.of_kind("go")), first_log(result).read_bytes())


def first_log(result: Result) -> Path:
    """The log of the session."""
    return logs_of(result)[0]


def logs_of(result: Result) -> list[Path]:
    """Every log, oldest first, from the card or the flash."""
    return sorted([*(result.out_dir / "card").glob("logs/*.ulg"), *(result.files / "logs").glob("*.ulg")])


def topics_of(log: Path) -> dict[str, dict[str, np.ndarray]]:
    """Topics of a log as columns."""
    return {dataset.name: dataset.data for dataset in ULog(str(log)).data_list}


def replaced_main(folder: Path, source: str) -> Path:
    """A copy of the firmware whose main.py is `source`."""
    from tests.interpreters import FIRMWARE

    firmware = folder / "firmware"
    shutil.copytree(FIRMWARE, firmware, ignore=shutil.ignore_patterns("__pycache__"))
    (firmware / "main.py").write_text(source)
    return firmware


def journal_times(result: Result, words: Sequence[Any]) -> list[int]:
    """Device times at which the script did `words`."""
    return [event["t_us"] for event in result.of_kind("script") if event["action"] == json.loads(json.dumps(words))]
