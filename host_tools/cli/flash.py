"""`rhomboid flash`: bring the device's firmware up to date."""

from pathlib import Path
from typing import Annotated

import typer

from host_tools.cli.port_option import Port


def command(
    port: Port = None,
    backup_to: Annotated[
        Path, typer.Option(help="Where a backup goes when MicroPython itself must be replaced, which may format.")
    ] = Path("."),
) -> None:
    """Install this version of the firmware; settings, calibration and logs stay as they are."""
    from host_tools.cli.progress import transfer_progress
    from host_tools.device import ports
    from host_tools.device.backup import save
    from host_tools.device.bundle import build
    from host_tools.device.connection import connected
    from host_tools.device.device_files import DeviceFiles
    from host_tools.device.flash import flash
    from host_tools.device.identity import OtherMicroPython, identify, no_micropython, waiting_drive

    if port is None and (drive := waiting_drive()) is not None and not ports.listed():
        raise no_micropython(drive)
    with connected(port) as device:
        try:
            identity = identify(device, DeviceFiles(device))
        except OtherMicroPython as error:
            kept = save(device, backup_to)
            raise OtherMicroPython(f"{error}, then `rhomboid restore {kept}`") from error
        with transfer_progress() as progress:
            done = flash(device, build(identity.architecture), lambda sent, total: progress("firmware", sent, total))
    if not done.sent and not done.copied:
        print(f"Up to date: version {done.version} in slot {done.slot}, nothing sent")
    else:
        print(f"Version {done.version} runs from slot {done.slot}: {len(done.sent)} files sent, {done.copied} kept")
