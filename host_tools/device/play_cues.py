"""The patterns of the tactors on a device, one after another."""

import time
from collections.abc import Callable, Iterable

from host_tools.device.connection import Connection, DeviceError
from host_tools.errors import Failed

_PLAYING_S = 30.0  # the first one brings the drivers up
_BETWEEN_S = 1.2  # to read the next line and to tell it from the one before


def play(
    device: Connection,
    names: Iterable[str],
    announce: Callable[[str], None],
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Announce and play each cue. Raises Failed when a tactor does not take a pattern that asks for it."""
    for name in names:
        announce(name)
        try:
            taken, length_ms = device.ask(f"from rhomboid.service import cues; cues.play({name!r})", _PLAYING_S)
        except DeviceError as error:
            raise Failed(f"{device.port}: {error.last_line}; run `rhomboid doctor`") from error
        if not taken:
            raise Failed(f"{device.port}: no tactor took {name}; run `rhomboid doctor`")
        wait(length_ms / 1000 + _BETWEEN_S)
