"""rhomboid reanalyse LOG"""

from pathlib import Path
from typing import Annotated

import typer


def command(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="A log with raw streams.", show_default=False)],
) -> None:
    """Put a raw log through the device's own code again and through an independent one in float64; show both."""
    from host_tools.analysis import float64, reproduction
    from host_tools.analysis.raw_emg import raw_emg
    from host_tools.analysis.training_log import read
    from host_tools.errors import BadInput

    data = read(log)
    if not raw_emg(data).runs and "raw_quaternion" not in data.topics:
        raise BadInput(f"{log}: holds no raw streams; record with the settings raw_emg = 1 and raw_imu = 1")
    print("The device's own code on the raw data:")
    again = reproduction.reproduce(data)
    for line in reproduction.summary(again.parts):
        print(f"  {line}")
    print("An independent pipeline in float64 against the device:")
    for line in float64.summary(float64.differences(data, again.onsets_us)) or ["nothing to compare"]:
        print(f"  {line}")
