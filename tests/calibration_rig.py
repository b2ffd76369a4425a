"""The MVC tests on the virtual board: an athlete's script in, settings and log out."""

import importlib
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyulog import ULog

from host_tools.athlete.calibration import CalibratingAthlete, MvcTests
from host_tools.sim.firmware_side import default_settings, write_slot
from host_tools.sim.request import ALIGNED_PODS_Q14, LEAD_IN_S
from host_tools.stimuli.streams import write_streams
from host_tools.twin.run import Action, EmgStream, ImuStream, Scenario, load_board, run
from tests.interpreters import FIRMWARE

sys.path.append(str(FIRMWARE))
slots = importlib.import_module("rhomboid.settings.slots")


@dataclass(frozen=True)
class Calibrated:
    """settings: as the device would load them next; markers: (name, value) of all logs; pulses: starts of a motor."""

    before: dict[str, Any]
    settings: dict[str, Any]
    reasons: list[str]
    markers: list[tuple[str, int]]
    logs: list[str]
    parameters: list[dict[str, Any]]
    pulses: int
    athlete: CalibratingAthlete

    def refusal(self) -> tuple[int, int]:
        """(reason, channel) of the refused series."""
        (value,) = (value for name, value in self.markers if name == "mvc_refused")
        return divmod(value, 16)

    def per_site(self, name: str) -> list[int]:
        """Values of a result's markers, one per channel."""
        return [value % 1_000_000 for kind, value in self.markers if kind == name]


def calibrate(
    tests: MvcTests,
    seed: int = 1,
    faults: Sequence[tuple[float, tuple[str | int, ...]]] = (),
    board: str = "feather_rp2350",
    settings: dict[str, Any] | None = None,
    ideal: bool = False,
) -> Calibrated:
    """Run the script; times of faults in seconds of the athlete's time."""
    athlete = CalibratingAthlete(tests, seed)
    channels = len(load_board(board)["EMG_ADC_CHANNELS"])
    sites = tests.sites + (None,) * (channels - len(tests.sites))
    before = default_settings() | {
        "emg_sites": list(tests.sites),
        "mvc_uv_q4": [1000] * len(tests.sites),
        "rest_uv_q4": [100] * len(tests.sites),
        "mvc_method": "assumed",
        "pod_axes_q14": ALIGNED_PODS_Q14,
    }
    before |= settings or {}
    with tempfile.TemporaryDirectory(prefix="rhomboid-calibration-") as name:
        folder = Path(name)
        duration_s = LEAD_IN_S + athlete.duration_s + 3.0
        streams = write_streams(athlete, sites, folder, seed, ideal, LEAD_IN_S, duration_s)
        write_slot(before, folder / "a.json")
        script = [
            (at_s, ("button", pressed))
            for press in athlete.presses
            for at_s, pressed in zip(press, (1, 0), strict=True)
        ]
        script += [*faults, (athlete.duration_s, ("usb", 1)), (athlete.duration_s + 3.0, ("end",))]
        scenario = Scenario(
            board=board,
            imus={n: ImuStream(s.path, ppm=s.clock_ppm, phase_us=s.phase_us) for n, s in streams.imus.items()},
            emg=EmgStream(streams.adc, streams.channels),
            script=tuple(Action(round((at_s + LEAD_IN_S) * 1e6), what) for at_s, what in script),
            duration_us=round((duration_s + 70) * 1e6),
            seed=seed,
            files={"/settings/a.json": folder / "a.json"},
        )
        result = run(scenario, folder / "board")
        logs = sorted((result.files / "logs").glob("*.ulg"))
        found = [ULog(str(log)) for log in logs]
        after, reasons = slots.Slots(str(result.files / "settings")).load()
    return Calibrated(
        before=before,
        settings=after,
        reasons=reasons,
        markers=[pair for log in found for pair in _markers(log)],
        logs=[log.name for log in logs],
        parameters=[dict(log.initial_parameters) for log in found],
        pulses=len(result.of_kind("go")),
        athlete=athlete,
    )


def _markers(log: ULog) -> list[tuple[str, int]]:
    names = [name for entry in log.msg_info_multiple_dict["markers"] for name in entry]
    for topic in log.data_list:
        if topic.name == "marker":
            marks = zip(topic.data["kind"], topic.data["value"], strict=True)
            # without the patterns that go with most of them
            return [(names[kind], int(value)) for kind, value in marks if names[kind] != "signal"]
    return []
