"""The option --port, the same for every command that talks to a device."""

from typing import Annotated

import typer

Port = Annotated[
    str | None,
    typer.Option(
        help="Any connect string of mpremote: /dev/ttyACM0, COM3, id:SERIAL, auto. Default: the one device plugged in."
    ),
]
