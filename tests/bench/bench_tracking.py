"""Cost of the tracking: viper kernels against the same arithmetic in plain bytecode, in one run on one interpreter.

    python -m tests.bench.bench_tracking [x64|i386|armhf]

The plain build is made from the firmware's own sources by `tests.checked_viper.plain_source`.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.checked_viper import plain_source
from tests.interpreters import FIRMWARE, run_micropython

SCRIPT = Path(__file__).parent.parent / "mpy" / "tracking_cost.py"


@dataclass(frozen=True)
class Cost:
    """Microseconds of one tick on this machine."""

    step_us: float
    plain_step_us: float
    repetition_us: float
    plain_repetition_us: float

    @property
    def step_ratio(self) -> float:
        return self.plain_step_us / self.step_us

    @property
    def repetition_ratio(self) -> float:
        return self.plain_repetition_us / self.repetition_us


def measure(interpreter: str = "x64", ticks: int = 3000) -> Cost:
    """Best of three runs of each build, taken in turns."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder)
        for source in (FIRMWARE / "rhomboid").rglob("*.py"):
            target = plain / source.relative_to(FIRMWARE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(plain_source(source.read_text()))
        runs: list[tuple[float, ...]] = []
        for _ in range(3):
            run = []
            for path, count in ((FIRMWARE, ticks), (plain, ticks // 10)):
                run += [float(us) for us in run_micropython(interpreter, SCRIPT, count, path=[path]).split()]
            runs.append(tuple(run))
    step, repetition, plain_step, plain_repetition = (min(column) for column in zip(*runs, strict=True))
    return Cost(step, plain_step, repetition, plain_repetition)


def main() -> None:
    cost = measure(*sys.argv[1:2])
    print(f"Tracker.step               {cost.step_us:8.1f} us, {cost.step_ratio:.0f}x cheaper")
    print(
        f"RepetitionSegmenter.step   {cost.repetition_us:8.1f} us, {cost.repetition_ratio:.0f}x cheaper than bytecode"
    )


if __name__ == "__main__":
    main()
