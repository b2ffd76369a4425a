"""`rhomboid flash`: bring the device's firmware up to date."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli.port_option import Port

if TYPE_CHECKING:
    from host_tools.device.connection import Connection

NEW_STORAGE = (
    "The device's storage is new or was formatted: if the device has been in use, logs that were not pulled are gone"
)


def command(
    port: Port = None,
    uf2: Annotated[
        Path | None,
        typer.Option(help="Prepare the board for this MicroPython: check the file, back up, boot-select mode."),
    ] = None,
    backup_to: Annotated[
        Path, typer.Option(help="Where a backup goes when MicroPython itself must be replaced, which may format.")
    ] = Path("."),
) -> None:
    """Install this version of the firmware; settings, calibration and logs stay as they are."""
    from host_tools.device import ports
    from host_tools.device.connection import connected
    from host_tools.device.identity import no_micropython, waiting_drive

    if port is None and (drive := waiting_drive()) is not None and not ports.listed():
        raise no_micropython(drive)
    with connected(port) as device:
        if uf2 is not None:
            _prepare(device, uf2, backup_to)
        else:
            _flash(device, backup_to)


def _flash(device: "Connection", backup_to: Path) -> None:
    from host_tools.cli.progress import transfer_progress
    from host_tools.device.backup import save
    from host_tools.device.bundle import build
    from host_tools.device.device_files import DeviceFiles
    from host_tools.device.flash import flash
    from host_tools.device.identity import OtherMicroPython, identify

    try:
        identity = identify(device, DeviceFiles(device))
    except OtherMicroPython as error:
        kept = save(device, backup_to)
        raise OtherMicroPython(f"{error}, then `rhomboid restore {kept}`") from error
    with transfer_progress() as progress:
        done = flash(device, build(identity.architecture), lambda sent, total: progress("firmware", sent, total))
    if done.new_storage:
        print(NEW_STORAGE)
    if not done.sent and not done.copied:
        print(f"Up to date: version {done.version} in slot {done.slot}, nothing sent")
    else:
        print(f"Version {done.version} runs from slot {done.slot}: {len(done.sent)} files sent, {done.copied} kept")


def _prepare(device: "Connection", uf2: Path, backup_to: Path) -> None:
    """Back up and put the board into boot-select mode, when the file is made for it."""
    from host_tools.device.backup import save
    from host_tools.device.device_files import DeviceFiles
    from host_tools.device.identity import board_name, uf2_page
    from host_tools.device.uf2 import board_of
    from host_tools.errors import BadInput

    board = board_name(device, DeviceFiles(device))
    made_for = board_of(uf2)
    if made_for != board:
        raise BadInput(
            f"{uf2}: made for a {made_for}, this is a {board}: its storage would be formatted; "
            f"take the file from {uf2_page(board)}"
        )
    kept = save(device, backup_to)
    device.run_and_leave("import machine; machine.bootloader()")
    print(f"Backup: {kept}")
    print(
        f"The board waits as a drive: copy {uf2} onto it, wait 10 s, then `rhomboid flash`, `rhomboid restore {kept}`"
    )
