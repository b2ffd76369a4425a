"""rhomboid report LOG... --out FILE.html"""

from pathlib import Path
from typing import Annotated

import typer


def command(
    logs: Annotated[list[Path], typer.Argument(metavar="LOG...", help="Logs of the device.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.html", help="The page to write.", show_default=False)],
) -> None:
    """Turn logs into one HTML page that opens in any browser, without a network."""
    from host_tools.report.write import write_report

    write_report(logs, out)
    print(f"{out}: report of {len(logs)} log{'' if len(logs) == 1 else 's'}")
