"""`rhomboid doctor`: is everything on the device as it should be?"""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from host_tools.cli.port_option import Port

_MARKS = {"ok": "ok     ", "warning": "warning", "fault": "FAULT  "}


def command(
    port: Port = None,
    felt: Annotated[bool, typer.Option("--felt", help="Also play each tactor and ask whether it was felt.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Look at every part; electrodes off the body, sensors lying still. Exit code 1 when something is at fault."""
    from host_tools.device.connection import connected
    from host_tools.device.doctor import FAULT, examine

    with connected(port) as device:
        lines = examine(device)
        if felt:
            lines += [_felt(device, name) for name in ("upper", "lower")]
    faults = sum(line.verdict == FAULT for line in lines)
    if as_json:
        print(json.dumps({"faults": faults, "lines": [asdict(line) for line in lines]}, indent=1))
    else:
        for line in lines:
            remedy = f"\n{'':26}-> {line.remedy}" if line.remedy else ""
            print(f"{_MARKS[line.verdict]}  {line.part:15}  {line.text}{remedy}")
        print("all is well" if not faults else f"{faults} fault{'' if faults == 1 else 's'}")
    return 1 if faults else 0


def _felt(device, name: str):  # type: ignore[no-untyped-def]
    from host_tools.device.doctor import FAULT, OK, Line, feel

    part = f"{name} tactor felt"
    if not feel(device, name):
        return Line(part, FAULT, "its driver did not take the pattern", "see the line of that tactor")
    if not sys.stdin.isatty():
        return Line(part, OK, "played; nobody there to ask")
    if input(f"Two buzzes on the {name} tactor: felt? [y/n] ").strip().lower().startswith("y"):
        return Line(part, OK, "felt")
    return Line(
        part, FAULT, "not felt", "check the motor's two wires, then replace it; is it the other tactor that buzzed?"
    )
