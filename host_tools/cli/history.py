"""rhomboid history FOLDER [--out FILE.html] [--sql QUERY]"""

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Workouts: logs (.ulg), notes.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.html", help="The page [default: FOLDER/history.html].")
    ] = None,
    sql: Annotated[
        str | None, typer.Option("--sql", metavar="QUERY", help="Ask the catalogue instead; prints tab-separated rows.")
    ] = None,
) -> None:
    """Turn a folder of workouts into a catalogue and a page: progress, load, symmetry. Only new logs are read."""
    from host_tools.cli.progress import staged_progress
    from host_tools.history.catalogue import build
    from host_tools.history.page import write_page
    from host_tools.history.query import ask

    with staged_progress() as advance:
        built = build(folder, advance)
    if sql is not None:
        for line in ask(folder, sql):
            print(line)
        return
    page = out or folder / "history.html"
    write_page(folder, built, page)
    left_out = f", {len(built.skipped)} files left out (named on the page)" if built.skipped else ""
    print(f"{page}: {built.read} logs read, {built.kept} known before{left_out}")
