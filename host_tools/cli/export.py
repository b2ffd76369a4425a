"""rhomboid export LOG --to csv|parquet|edf|bdf|bids|sto --out PATH"""

from pathlib import Path
from typing import Annotated

import typer


def command(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="A log of the device.", show_default=False)],
    to: Annotated[
        str, typer.Option("--to", metavar="csv|parquet|edf|bdf|bids|sto", help="The form to write.", show_default=False)
    ],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="PATH", help="A folder (csv, parquet, bids) or a file.", show_default=False),
    ],
) -> None:
    """Hand a log to other programs; a sidecar (JSON) says what was done to the data.

    csv and parquet: every topic. edf, bdf: raw EMG. sto: orientations for OpenSim. bids: EMG-BIDS and Motion-BIDS.
    rhomboid export session.ulg --to edf --out session.edf
    """
    from host_tools.cli.progress import staged_progress
    from host_tools.export.write import export

    with staged_progress() as advance:
        beside = export(log, to, out, advance)
    print(f"{out}: {to} of {log.name}; what was done stands in {beside}")
