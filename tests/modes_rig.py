"""A whole session in the twin with a hand of one's own on the button, and what the log says of its modes."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pyulog import ULog
from scipy.spatial.transform import Rotation

from host_tools.sim.fault_spec import Action
from host_tools.sim.request import LEAD_IN_S, NEUTRAL_PRESS_S, Request, prepare
from host_tools.sim.session import simulate
from host_tools.stimuli import isb
from host_tools.stimuli.source import SEGMENTS
from host_tools.twin.run import Result


@dataclass(frozen=True)
class Seen:
    """markers: (seconds of the stimulus, name, value); topics: of the log; result: of the twin."""

    markers: list[tuple[float, str, int]]
    topics: dict[str, dict[str, Any]]
    result: Result
    texts: dict[str, list[str]]

    def named(self, name: str) -> list[tuple[float, int]]:
        return [(at, value) for at, kind, value in self.markers if kind == name]

    def names(self) -> list[str]:
        """Without the patterns that go with most of them."""
        return [name for _, name, _ in self.markers if name != "signal"]


def presses(*short_s: float, held: tuple[tuple[float, float], ...] = ()) -> list[tuple[float, float]]:
    """(begin, end) of presses of 0.1 s, and of others."""
    return [(at, at + 0.1) for at in short_s] + list(held)


def triple(at_s: float) -> list[tuple[float, float]]:
    return presses(at_s, at_s + 0.25, at_s + 0.5)


def run(
    request: Request, folder: Path, pressed: list[tuple[float, float]] | None = None, end_s: float | None = None
) -> Seen:
    """The request with these presses (stimulus time; None: those of the athlete) and the cable at end_s."""
    prepared = prepare(request)
    if pressed is not None:
        actions = []
        for begin, end in [NEUTRAL_PRESS_S, *pressed]:
            actions += [Action(begin - LEAD_IN_S, ("button", 1)), Action(end - LEAD_IN_S, ("button", 0))]
        end_s = end_s or prepared.duration_s
        actions += [Action(end_s - LEAD_IN_S, ("usb", 1)), Action(end_s - LEAD_IN_S + 3, ("end",))]
        prepared = replace(prepared, actions=tuple(actions), duration_s=max(prepared.duration_s, end_s))
    folder.mkdir(exist_ok=True)
    return seen(simulate(prepared, folder))


def seen(result: Result) -> Seen:
    """What the newest log of a run says."""
    log = sorted((result.files / "logs").glob("*.ulg"))[-1]
    content = ULog(str(log))
    topics = {topic.name: topic.data for topic in content.data_list}
    texts = {
        key: [t for entry in value for t in (entry if isinstance(entry, list) else [entry])]
        for key, value in content.msg_info_multiple_dict.items()
    }
    mark = topics.get("marker", {"timestamp": [], "kind": [], "value": []})
    begun = result.stimulus_start_us
    markers = [
        ((int(t) - begun) / 1e6, texts["markers"][kind], int(value))
        for t, kind, value in zip(mark["timestamp"], mark["kind"], mark["value"], strict=True)
    ]
    return Seen(markers, topics, result, texts)


def write_bending(path: Path, degrees: np.ndarray, rate_hz: int = 20) -> Path:
    """SEGMENTS.csv of a body that bends forward as one piece by these degrees (samples at rate_hz)."""
    thorax = isb.UPRIGHT * Rotation.from_euler("Z", -np.asarray(degrees, dtype=float)[:, None], degrees=True)
    scapula = thorax * Rotation.from_euler("YXZ", [35, -5, -10], degrees=True)
    quaternions = {"thorax": thorax, "scapula": scapula, "humerus": thorax}
    columns = [np.arange(len(degrees)) / rate_hz]
    header = ["t_s"]
    for segment in SEGMENTS:
        columns += list(quaternions[segment].as_quat(scalar_first=True).T)
        header += [f"{segment}_{part}" for part in "wxyz"]
    np.savetxt(path, np.column_stack(columns), fmt="%.7f", delimiter=",", header=",".join(header), comments="")
    return path
