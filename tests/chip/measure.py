"""What the stages of a tick cost an emulated RP2040: `python -m tests.chip.measure`, beside what the twin charges."""

import json
import sys
from pathlib import Path

from host_tools.twin.run import REPO
from tests.chip.build_micropython import build
from tests.chip.emulator import Pico
from tests.t2_32bit.fetch_interpreters import Unavailable

_SECONDS = 120.0  # of the chip; it needs about 10
_CONVERSIONS = 160  # of a tick: 10 frames of 4 channels, 4 conversions each
_MAIN = b"""
import gc, sys
try:
    import tick
except BaseException as error:
    sys.print_exception(error)
print("end")
"""


def stages(image: Path) -> dict[str, int]:
    """us by stage of tests/bench/tick.py. Raises RuntimeError with what the chip said when it stumbled."""
    found: dict[str, int] = {}
    said = []
    for line in Pico(image, {"/main.py": _MAIN}).lines("end", _SECONDS):
        said.append(line)
        words = line.split()
        if len(words) == 3 and words[2] == "us":
            found[words[0]] = int(words[1])
            print(f"{words[0]:<14} {words[1]:>7} us", flush=True)
    if "tick" not in found:
        raise RuntimeError("\n".join(said))
    return found


def main() -> int:
    try:
        image = build(REPO / "build" / "chip")
    except Unavailable as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 1
    us = stages(image)
    report = us["imu_report"] - us["bus"]
    emg = us["emg"] - us["take"]
    whole = us["tick"] - us["take"] - 3 * us["bus"]
    measured = {"imu_report": report, "conversion_q8": emg * 256 / _CONVERSIONS, "tick": whole - 3 * report - emg}
    charged = json.loads((REPO / "host_tools" / "twin" / "costs.json").read_text())["rp2040"]
    for name, value in measured.items():
        share = 100 * charged[name] / value - 100
        print(f"{name:<14} {value:7.0f} measured {charged[name]:7} charged ({share:+.0f} %)")
    sum_us = charged["tick"] + 3 * charged["imu_report"] + charged["conversion_q8"] * _CONVERSIONS / 256
    print(f"whole tick     {whole:7.0f} measured {sum_us:7.0f} charged ({100 * sum_us / whole - 100:+.0f} %)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
