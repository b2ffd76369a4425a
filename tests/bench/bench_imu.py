"""Cost of one IMU report, bus excluded: our reader against the Adafruit package's reading path, in one run.

python -m tests.bench.bench_imu [x64|i386|armhf]...
"""

import importlib.util
import sys
from pathlib import Path

from tests.interpreters import FIRMWARE, InterpreterMissing, run_micropython

HERE = Path(__file__).parent


def main() -> None:
    spec = importlib.util.find_spec("adafruit_bno08x")
    if spec is None or spec.origin is None:
        sys.exit("adafruit_bno08x is not installed: run `make test` once")
    site = Path(spec.origin).parent.parent
    for name in sys.argv[1:] or ["x64", "i386"]:
        try:
            lines = run_micropython(
                name, HERE / "imu_report.py", 3000, path=(FIRMWARE, HERE, site), heap="64m"
            ).splitlines()
        except InterpreterMissing as missing:
            print(missing)
            continue
        ours_us, theirs_us = map(float, lines[0].split())
        ours_bytes, theirs_bytes = map(int, lines[1].split())
        print(
            f"{name}: one report {ours_us:.1f} us, Adafruit package {theirs_us:.1f} us: {theirs_us / ours_us:.0f}x; "
            f"garbage {ours_bytes} B against {theirs_bytes} B"
        )


if __name__ == "__main__":
    main()
