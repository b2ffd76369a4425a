"""`rhomboid pull`: the logs of the device, and what it cannot know about the workout."""

from pathlib import Path
from typing import Annotated

import typer

from host_tools.cli.port_option import Port


def command(
    port: Port = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the logs.")] = Path("logs"),
    free: Annotated[
        bool, typer.Option("--free", help="Then remove from the device what is proved to be here.")
    ] = False,
    ask: Annotated[bool, typer.Option("--ask/--no-ask", help="Ask about the workout (on a terminal).")] = True,
) -> int:
    """Bring the new logs here; goes on where it was interrupted, proves every log by its hash."""
    from host_tools.cli.flash import NEW_STORAGE
    from host_tools.cli.note import add_beginning, ask_about
    from host_tools.cli.progress import transfer_progress
    from host_tools.device.connection import connected
    from host_tools.device.pull import pull

    with connected(port) as device, transfer_progress() as progress:
        pulled = pull(device, out, free, progress)
    if pulled.new_storage:
        print(NEW_STORAGE)
    for path in pulled.logs:
        if path in pulled.closed_utc:
            add_beginning(path, pulled.closed_utc[path])
        print(path)
    known = f", {pulled.known} known" if pulled.known else ""
    freed = f", {pulled.freed // 1024} KB freed on the device" if free else ""
    print(f"{len(pulled.logs)} new{known}{freed}")
    for reason in pulled.refused:
        print(f"refused: {reason}")
    if ask and pulled.logs:
        ask_about(pulled.logs[-1])
    return 1 if pulled.refused else 0
