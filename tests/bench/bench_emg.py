"""Cost of the EMG chain: viper kernels against the same arithmetic in plain bytecode, in one run on one interpreter.

    python -m tests.bench.bench_emg [x64|i386|armhf]...

The plain build is made from the firmware's own sources by `tests.checked_viper.plain_source`; both must end with the
same features. The bar of 20x is read in processor time, on the 32-bit interpreter: it runs the chip's word length, and
time knows that the interpreter's jumps and loads cost more than a kernel's arithmetic. Where valgrind is installed,
instructions are counted too (x64 only: valgrind does not run the loader of i386), which say less. The chip gains more
than either: there a bytecode takes as long as forty viper operations (design section 4).
"""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.checked_viper import plain_source
from tests.interpreters import FIRMWARE, REPOSITORY, InterpreterMissing, argv_prefix, run_micropython

SCRIPT = REPOSITORY / "tests" / "mpy" / "emg_cost.py"
# a load needs no int() where there is no pointer
_LOAD = re.compile(r"\bint\((\w+\[[^][]*\])\)")


@dataclass(frozen=True)
class Cost:
    """Of one process() of 4 channels x 10 frames, in microseconds or instructions."""

    chain: float
    plain: float

    @property
    def ratio(self) -> float:
        return self.plain / self.chain


def emg_counts(with_mains: bool, frames: int = 4000) -> np.ndarray:
    """Contractions and rest on four electrodes, with or without mains on them: (frames, 4) counts."""
    rng = np.random.default_rng(4)
    t_s = np.arange(frames)[:, None] / 1000
    size = np.where(t_s % 2 < 1, 4.0, 120.0)
    hum = 100 * (np.sin(2 * np.pi * 50.1 * t_s) + 0.5 * np.sin(6 * np.pi * 50.1 * t_s)) * with_mains
    return (8190 + rng.normal(0, 1, (frames, 4)) * size + hum).round().astype("<i2")


def plain_build(folder: Path) -> Path:
    """The firmware's sources without viper, below `folder`."""
    for source in (FIRMWARE / "rhomboid").rglob("*.py"):
        target = folder / source.relative_to(FIRMWARE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_LOAD.sub(r"\1", plain_source(source.read_text())))
    return folder


def measure(interpreter: str = "x64", with_mains: bool = True) -> Cost:
    """Microseconds of the processor's time: the difference of a long and a short run, so that starting does not count.

    AssertionError when the two builds do not do the same.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        counts = folder / "counts.bin"
        emg_counts(with_mains).tofile(counts)
        costs, ends = [], set()
        for path, ticks in ((FIRMWARE, 40_000), (plain_build(folder / "plain"), 4000)):
            seconds = []
            for many in (400, ticks):
                before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
                end = run_micropython(interpreter, SCRIPT, counts, many, path=[path]).split()[1]
                seconds.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
                if many == 400:
                    ends.add(end)
            costs.append(1e6 * (seconds[1] - seconds[0]) / (ticks - 400))
        assert len(ends) == 1, "the two builds do not do the same"
        return Cost(*costs)


def instructions(with_mains: bool = True) -> Cost | None:
    """Instructions on x64 by valgrind's callgrind, or None where it is not installed."""
    if not shutil.which("valgrind"):
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        counts = folder / "counts.bin"
        emg_counts(with_mains).tofile(counts)
        plain = plain_build(folder / "plain")
        return Cost(_count(FIRMWARE, counts, 400, 2000), _count(plain, counts, 400, 800))


def _count(path: Path, counts: Path, few: int, many: int) -> float:
    """Instructions of a tick: the difference of two runs."""
    collected = []
    for ticks in (few, many):
        count = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        environment = os.environ | {"MICROPYPATH": f"{path}:.frozen"}
        run = [*count, *argv_prefix("x64"), str(SCRIPT), str(counts), str(ticks)]
        done = subprocess.run(run, capture_output=True, text=True, env=environment, check=True)
        found = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
        assert found, done.stderr[-500:]
        collected.append(int(found[1]))
    return (collected[1] - collected[0]) / (many - few)


def main() -> None:
    for interpreter in sys.argv[1:] or ("x64", "i386"):
        for with_mains in (False, True):
            state = "mains cancelled" if with_mains else "no mains"
            try:
                cost = measure(interpreter, with_mains)
            except InterpreterMissing as error:
                print(error)
                break
            line = f"EmgChain.process on {interpreter}, {state}: {cost.chain:.1f} us"
            line += f", {cost.ratio:.0f}x cheaper than bytecode"
            counted = instructions(with_mains) if interpreter == "x64" else None
            if counted:
                line += f"; {counted.chain:.0f} instructions, {counted.ratio:.0f}x fewer"
            print(line)


if __name__ == "__main__":
    main()
