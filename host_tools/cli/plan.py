"""`rhomboid plan check|show|send|remove`: training plans in TOML, and the one on the device."""

from pathlib import Path
from typing import Annotated

import typer

from host_tools.cli.port_option import Port

app = typer.Typer(no_args_is_help=True, help="Check, show and send training plans.")
PlanFile = Annotated[Path, typer.Argument(help="Plan in TOML.", show_default=False)]
NoMvc = Annotated[bool, typer.Option("--no-mvc", help="As for an athlete whose MVC is not measured.")]


@app.command()
def check(plan: PlanFile, no_mvc: NoMvc = False) -> None:
    """Say whether the plan can be used; every mistake with its line."""
    from host_tools.plan import toml_form

    read = toml_form.read(plan, not no_mvc)
    print(f"{plan}: good, {len(read['blocks'])} blocks, {sum(block[1] for block in read['blocks'])} sessions")


@app.command()
def show(
    plan: Annotated[Path | None, typer.Argument(help="Plan in TOML; without it, the one on the device.")] = None,
    port: Port = None,
) -> None:
    """Print a plan in words, with remarks, and for the one on the device how far it is."""
    from host_tools.plan import toml_form, words

    if plan is not None:
        print(words.shown(toml_form.read(plan)))
        return
    from host_tools.device import device_plan
    from host_tools.device.connection import connected

    with connected(port) as device:
        read, place = device_plan.fetch(device)
    print(words.shown(read))
    print(words.place(read, place))


@app.command()
def send(plan: PlanFile, port: Port = None) -> None:
    """Put the plan on the device. With a mistake nothing is sent, and the plan that is there stays."""
    from host_tools.device import device_plan
    from host_tools.device.connection import connected

    with connected(port) as device:
        sent = device_plan.send(device, plan)
    print(f"sent: {sent['name']}, {sum(block[1] for block in sent['blocks'])} sessions; it begins with the next set")


@app.command()
def remove(port: Port = None) -> None:
    """Take the plan off the device: it trains the exercise of its settings again."""
    from host_tools.device import device_plan
    from host_tools.device.connection import connected

    with connected(port) as device:
        device_plan.remove(device)
    print("no plan on the device")
