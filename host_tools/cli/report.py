"""rhomboid report LOG... --out FILE.html"""

from pathlib import Path
from typing import Annotated

import typer


def command(
    logs: Annotated[list[Path], typer.Argument(metavar="LOG...", help="Logs of the device.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.html", help="The page to write.", show_default=False)],
    page: Annotated[str, typer.Option(metavar="athlete|coach", help="Which page opens first.")] = "athlete",
) -> None:
    """Turn logs into one HTML page that opens in any browser, without a network.

    Both the athlete's and the coach's page are in the file. A left and a right log of one workout are also compared
    with each other: rhomboid report left.ulg right.ulg --out both.html
    """
    from host_tools.cli.progress import staged_progress
    from host_tools.report.write import write_report

    with staged_progress() as advance:
        write_report(logs, out, page, advance)
    print(f"{out}: report of {len(logs)} log{'' if len(logs) == 1 else 's'}")
