"""rhomboid reanalyse LOG"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from host_tools.analysis.log_data import LogData


def command(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="A log with raw streams.", show_default=False)],
) -> None:
    """Put a raw log through the device's own code again and through an independent one in float64; show both."""
    from host_tools.analysis.training_log import read
    from host_tools.cli.progress import staged_progress

    with staged_progress() as advance:
        data = read(log, lambda share: advance("reading", share))
        lines = _compared(log, data, advance)
    for line in lines:
        print(line)


def _compared(log: Path, data: "LogData", advance: Callable[[str, float], None]) -> list[str]:
    from host_tools.analysis import float64, reproduction
    from host_tools.analysis.raw_emg import raw_emg
    from host_tools.errors import BadInput

    if not raw_emg(data).runs and "raw_quaternion" not in data.topics:
        raise BadInput(f"{log}: holds no raw streams; record with the settings raw_emg = 1 and raw_imu = 1")
    advance("the device's own code", 0.0)
    again = reproduction.reproduce(data)
    advance("the device's own code", 1.0)
    advance("float64", 0.0)
    differences = float64.summary(float64.differences(data, again.onsets_us)) or ["nothing to compare"]
    return [
        "The device's own code on the raw data:",
        *(f"  {line}" for line in reproduction.summary(again.parts)),
        "An independent pipeline in float64 against the device:",
        *(f"  {line}" for line in differences),
    ]
