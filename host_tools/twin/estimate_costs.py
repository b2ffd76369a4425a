"""What a tick costs the chip, estimated from instruction counts: `python -m host_tools.twin.estimate_costs`.

Runs each stage of tests/bench/tick.py on the 64-bit interpreter under valgrind's callgrind, twice with different
numbers of rounds, so that only the rounds remain. Instructions of the interpreter and instructions of viper code
(which callgrind finds in no file) are priced apart. The prices come from what is known of an emulated RP2040 at 125
MHz (design section 4), each divided by the instructions that the same work takes here:

    the Adafruit driver's path, one packet     5300 us / 252,000   0.021 us   (long, allocates)
    function call, method call                   29, 35 us         0.030
    memoryview slice                             31 us             0.039
    loop iteration                               9.9 us            0.044
    viper biquad, load + sign, multiply-add    1.3, 0.51, 0.25 us  0.022, 0.030, 0.036

So an estimate is good to about a third; a figure measured on a chip, or on an emulated one, takes its place in
costs.json.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from host_tools.twin.run import REPO, default_interpreter

INTERPRETER_US = 0.030  # an instruction of the interpreter
VIPER_US = 0.028  # an instruction of viper code
CONVERSIONS = 160  # of a tick in the bench: 10 frames of 4 channels, 4 conversions each
_ROUNDS = (100, 300)
_BENCH = REPO / "tests" / "bench"


@dataclass(frozen=True)
class Instructions:
    """Counts on x86-64."""

    interpreter: float
    viper: float

    def __sub__(self, other: Instructions) -> Instructions:
        return Instructions(self.interpreter - other.interpreter, self.viper - other.viper)

    def __mul__(self, factor: float) -> Instructions:
        return Instructions(self.interpreter * factor, self.viper * factor)

    @property
    def us(self) -> float:
        """On an RP2040 at 125 MHz."""
        return self.interpreter * INTERPRETER_US + self.viper * VIPER_US


def count(stage: str) -> Instructions:
    """Instructions of one round of `stage`."""
    few, many = (_callgrind(stage, rounds) for rounds in _ROUNDS)
    return (many - few) * (1 / (_ROUNDS[1] - _ROUNDS[0]))


def _callgrind(stage: str, rounds: int) -> Instructions:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind.out"
        subprocess.run(
            [
                "valgrind",
                "--tool=callgrind",
                "--smc-check=all",
                f"--callgrind-out-file={out}",
                *default_interpreter(),
                str(_BENCH / "tick.py"),
                stage,
                str(rounds),
            ],
            check=True,
            capture_output=True,
            env={"MICROPYPATH": f"{REPO / 'firmware'}:{_BENCH}:.frozen", "PATH": "/usr/bin:/bin"},
        )
        return parse(out.read_text())


def parse(profile: str) -> Instructions:
    """Own instructions of all functions in a callgrind profile; those of no known object are viper code."""
    names: dict[str, str] = {}
    here = ""
    known = viper = 0
    after_call = False
    for line in profile.splitlines():
        named = re.match(r"c?ob=\((\d+)\)(?: (.*))?", line)
        if named:
            if named[2]:
                names[named[1]] = named[2]
            if line.startswith("ob="):
                here = names[named[1]]
        elif line.startswith("calls="):
            after_call = True  # the next line is the callee's, inclusive
        elif line[:1] in "+-*0123456789" and line:
            fields = line.split()
            if not after_call and len(fields) > 1:
                if here.startswith("???"):
                    viper += int(fields[1])
                else:
                    known += int(fields[1])
            after_call = False
    return Instructions(known, viper)


def main() -> int:
    """Print the stages and the entries of costs.json that follow from them."""
    empty, take, bus = count("empty"), count("take"), count("bus")
    stages = {"imu_report": count("imu_report") - bus, "emg": count("emg") - take}
    for stage in ("tracking", "coaching", "recording"):
        stages[stage] = count(stage) - empty
    tick = count("tick") - take - (bus - empty) * 3
    for stage, cost in {**stages, "whole tick": tick}.items():
        print(f"{stage:<12} {cost.interpreter:8.0f} interpreter {cost.viper:8.0f} viper {cost.us:8.0f} us")
    conversion_us = stages["emg"].viper * VIPER_US / CONVERSIONS
    rest_us = tick.us - 3 * stages["imu_report"].us - CONVERSIONS * conversion_us
    entries = {"imu_report": stages["imu_report"].us, "conversion_q8": conversion_us * 256, "tick": rest_us}
    print(", ".join(f'"{name}": {value:.0f}' for name, value in entries.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
