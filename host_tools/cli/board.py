"""`rhomboid board`: the virtual board behind a serial port, for mpremote, for the device commands and for people."""

import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

_SITES = ("UT", "MT", "LT", "LAT")


def command(
    board: Annotated[str, typer.Option(help="Board file.")] = "feather_rp2350",
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="Where its flash and the port's link live; kept. Default: gone after."),
    ] = None,
    blank: Annotated[bool, typer.Option("--blank", help="MicroPython only, no firmware on it.")] = False,
    usb: Annotated[
        bool, typer.Option("--usb/--battery", help="Cable seen: the firmware hands over to the host.")
    ] = True,
    fault: Annotated[
        list[str] | None, typer.Option(help="Hardware fault, repeatable: imu:scapula:silent@0+9999")
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="As fast as this computer, not as the board.")] = False,
) -> None:
    """Plug in a virtual board; prints its port and stays until Ctrl-C."""
    from host_tools.sim.fault_spec import parse_fault
    from host_tools.twin.port import PortBoard, PortOptions
    from host_tools.twin.run import Action, Scenario

    faults = [action for spec in fault or () for action in parse_fault(spec, _SITES)]
    script = [Action(round(action.at_s * 1e6), action.words, clock="world") for action in faults]
    if usb:
        script.append(Action(0, ("usb", 1), clock="world"))
    with tempfile.TemporaryDirectory(prefix="rhomboid-board-") as temporary:
        home = folder or Path(temporary)
        home.mkdir(parents=True, exist_ok=True)
        kept = home / "flash.bin"
        image = kept.rename(home / "before.bin") if kept.exists() else home / "before.bin"
        if not image.exists():
            _factory(board, blank, image)
        scenario = Scenario(board=board, flash_image=image, script=tuple(script))
        with PortBoard(scenario, home, PortOptions(real_time=not fast, epoch_s=int(time.time()))) as plugged:
            print(f"{plugged.port}  (the same after a reset: {plugged.link})", flush=True)
            try:
                while True:
                    time.sleep(3600)
            except KeyboardInterrupt:
                print("unplugged")


def _factory(board: str, blank: bool, image: Path) -> None:
    """A flash image that never was in use."""
    from host_tools.device.bundle import build
    from host_tools.twin.factory import make_image

    # the architecture of the interpreter that plays the board, not of the board's chip
    make_image(board, {} if blank else build("x64").on_device(), image, new_storage=blank)
