"""`rhomboid plan check|show`: training plans in TOML."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Check and show training plans.")
PlanFile = Annotated[Path, typer.Argument(help="Plan in TOML.", show_default=False)]
NoMvc = Annotated[bool, typer.Option("--no-mvc", help="As for an athlete whose MVC is not measured.")]


@app.command()
def check(plan: PlanFile, no_mvc: NoMvc = False) -> None:
    """Say whether the plan can be used; every mistake with its line."""
    from host_tools.plan import toml_form

    read = toml_form.read(plan, not no_mvc)
    print(f"{plan}: good, {len(read['blocks'])} blocks, {sum(block[1] for block in read['blocks'])} sessions")


@app.command()
def show(plan: PlanFile) -> None:
    """Print the plan in words, with remarks."""
    from host_tools.plan import toml_form, words

    print(words.shown(toml_form.read(plan)))
