"""Which serial port the device is at, and in plain words why one cannot be used."""

import errno
import os

import serial
from serial.tools import list_ports

from host_tools.errors import BadInput, Failed

AUTO = "auto"


def find(given: str | None) -> str:
    """The device path of `given`: any connect string of mpremote (auto, id:SERIAL, port:PATH, a0, u1, PATH), or None.

    Raises Failed when there is no device, or more than one to choose from.
    """
    if given is None or given == AUTO:
        return _only_one()
    if given.startswith("id:"):
        for port in list_ports.comports():
            if port.serial_number == given[3:]:
                return port.device
        raise Failed(f"no device with serial number {given[3:]}; plug it in, or see `mpremote connect list`")
    if len(given) == 2 and given[0] in "auc" and given[1].isdigit():
        return {"a": "/dev/ttyACM", "u": "/dev/ttyUSB", "c": "COM"}[given[0]] + given[1]
    path = given.removeprefix("port:")
    if not path:
        raise BadInput("--port: empty; name a port or leave the option out")
    return path


def listed() -> list[str]:
    """Ports of everything plugged in that speaks USB."""
    return sorted(port.device for port in list_ports.comports() if port.vid is not None and port.pid is not None)


def _only_one() -> str:
    found = listed()
    if not found:
        raise Failed("no device found; plug it in with a USB cable that carries data, wait 3 s, try again")
    if len(found) > 1:
        raise Failed(f"{len(found)} devices are plugged in: {', '.join(found)}; choose one with --port")
    return found[0]


def why_not(port: str) -> Failed:
    """What keeps `port` from being opened, with the remedy."""
    try:
        serial.serial_for_url(port, exclusive=True).close()
    except serial.SerialException as error:
        number = error.errno
        if number is None and isinstance(error.__context__, OSError):
            number = error.__context__.errno
        return Failed(_remedy(port, number, error))
    except (OSError, ValueError) as error:
        return Failed(_remedy(port, getattr(error, "errno", None), error))
    return Failed(f"{port}: could not be opened just now; try again")


def _remedy(port: str, number: int | None, error: Exception) -> str:
    if number in (errno.EACCES, errno.EPERM):
        return (
            f"{port}: permission denied; add yourself to the port's group "
            f"(sudo usermod -aG {_group(port)} $USER) and log in again"
        )
    if number in (errno.EBUSY, errno.EAGAIN):
        return f"{port}: busy; close the other program that has it open (an editor, a terminal, mpremote)"
    if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
        return f"{port}: no such port; plug the device in, or leave --port out to find it"
    return f"{port}: cannot be opened ({error}); unplug the device, plug it in again"


def _group(port: str) -> str:
    try:
        import grp

        return grp.getgrgid(os.stat(port).st_gid).gr_name
    except (ImportError, OSError, KeyError):
        return "dialout"
