"""rhomboid history FOLDER [--out FILE.html] [--plan PLAN.toml] [--sql QUERY]"""

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Workouts: logs (.ulg), notes.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.html", help="The page [default: FOLDER/history.html].")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="PLAN.toml", help="Compare what was done with this plan.")
    ] = None,
    plan_begins: Annotated[
        str | None,
        typer.Option("--plan-begins", metavar="DATE", help="The plan's first day [default: first workout]."),
    ] = None,
    athlete: Annotated[str | None, typer.Option(help="Whose plan it is, when the folder holds several.")] = None,
    sql: Annotated[
        str | None, typer.Option("--sql", metavar="QUERY", help="Ask the catalogue instead; prints tab-separated rows.")
    ] = None,
) -> None:
    """Turn a folder of workouts into a catalogue and a page: progress, load, mobility, symmetry, plan.

    Only new logs are read. rhomboid history logs --sql "FROM weekly_load" asks the catalogue; its tables and views are
    in logs/catalogue/history.sql.
    """
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
    write_page(folder, built, page, plan, plan_begins, athlete)
    left_out = f", {len(built.skipped)} files left out (named on the page)" if built.skipped else ""
    print(f"{page}: {built.read} logs read, {built.kept} known before{left_out}")
