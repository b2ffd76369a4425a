"""`rhomboid backup` and `rhomboid restore`: settings and logs of the device in one file, and back."""

from pathlib import Path
from typing import Annotated

import typer

from host_tools.cli.port_option import Port


def backup(
    port: Port = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the zip file.")] = Path("."),
) -> None:
    """Save settings, calibration and logs of the device into a zip file."""
    from host_tools.cli.progress import transfer_progress
    from host_tools.device.backup import save
    from host_tools.device.connection import connected

    with connected(port) as device, transfer_progress() as progress:
        print(save(device, out, progress))


def restore(
    archive: Annotated[Path, typer.Argument(metavar="FILE.zip", help="What backup wrote.", show_default=False)],
    port: Port = None,
) -> None:
    """Write the settings and logs of a backup onto the device; its own logs stay."""
    from host_tools.cli.progress import transfer_progress
    from host_tools.device import backup as backups
    from host_tools.device.connection import connected

    with connected(port) as device, transfer_progress() as progress:
        restored = backups.restore(device, archive, progress)
    print(f"{len(restored.written)} files written, {len(restored.kept)} kept")
