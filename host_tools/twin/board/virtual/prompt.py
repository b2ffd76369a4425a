"""The chip's end of the serial port: prints with CR LF, Ctrl-C, and the step from main.py to the prompt.

While the firmware runs, Ctrl-C is a byte that is looked for whenever the firmware waits (the host cannot hit a model
or the flash in the middle); at the prompt the interpreter's own handling takes over. A mark in the output, MARK and
one of the words below, tells the other end where the firmware ends.
"""

import builtins
import gc
import io
import json
import select
import sys
from collections import namedtuple

import utime
import vfs

from virtual import clock, here, proxies, stop
from virtual.heap import enter, leave

MARK = "\x1e@board "
_CTRL_C = b"\x03"
_REST_MS = 5  # a real-time board lets the host's clock come up to its own in steps of this

_stdin = sys.stdin.buffer
_stdout = sys.stdout
_poller = select.poll()
_poller.register(_stdin, select.POLLIN)
_state = {"running": True, "real_time": False, "behind_us": 0}
_INTERRUPT = KeyboardInterrupt()
_Implementation = namedtuple("implementation", ("name", "version", "_machine", "_mpy", "_build"))


def nowhere(*values, sep=" ", end="\n", file=None):
    """A print that nobody hears."""


def show(error):
    """Print the traceback."""
    text = io.StringIO()
    sys.print_exception(error, text)
    _cooked(text.getvalue())


def begin(stopped):
    """The firmware has ended: by its own reset (`stopped` says why), or the prompt is next."""
    _state["running"] = False
    _stdout.write(MARK + ("stopped" if stopped else "prompt") + "\n")


def open_port(config):
    """From here on the port has the word."""
    import time

    import machine

    port = config["port"]
    _state["real_time"] = port["real_time"]
    if port["epoch_s"] is not None:
        time.set_epoch(port["epoch_s"])
    _state["behind_us"] = utime.ticks_us() - here.world.world_us()
    clock.cancel(here.world._progress)
    here.world._dump = _dump
    sys.atexit(_left)
    builtins.print = _print
    proxies.tidy = gc.collect  # there is no room to fill when the prompt's programs have their say
    sys.modules["sys"] = _Sys(config["machine"], port["micropython"], port["mpy"])
    for module, name in ((time, "sleep_us"), (time, "sleep_ms"), (machine, "lightsleep")):
        setattr(module, name, _interruptible(getattr(module, name)))
    machine.idle = _interruptible_idle(machine.idle)
    vfs.umount("/host")


def _dump():
    """What the next boot needs; the host's files are in reach for this moment only."""
    state = here.world.save()
    state["epoch_s"] = sys.modules["time"].time()
    vfs.mount(vfs.VfsPosix("/"), "/host")
    with open("/host" + here.world.config["state_path"], "w") as f:
        json.dump(state, f)
    vfs.umount("/host")


def _left():
    """Ctrl-D, or SystemExit at the prompt: a soft reset."""
    enter()
    stop.finish("soft reset")


def _cooked(text):
    _stdout.write(text.replace("\n", "\r\n"))


def _print(*values, sep=" ", end="\n", file=None):
    text = sep.join([str(value) for value in values]) + end
    if file is None:
        _cooked(text)
    else:
        file.write(text)


def _interruptible(wait):
    def waiting(length):  # no *arguments: the firmware calls this with its heap locked
        wait(length)
        _look_out()

    return waiting


def _interruptible_idle(idle):
    def waiting():
        idle()
        _look_out()

    return waiting


def _look_out():
    depth = enter()
    try:
        interrupted = _keyboard()
    finally:
        leave(depth)
    if interrupted:
        raise _INTERRUPT


def _keyboard():
    """True when Ctrl-C has come; a real-time board waits here for the host's clock."""
    while True:
        ahead_ms = 0
        if _state["real_time"]:
            ahead_ms = (here.world.world_us() + _state["behind_us"] - utime.ticks_us()) // 1000
        if not _state["running"]:
            if ahead_ms > 0:
                utime.sleep_ms(ahead_ms)
            _state["behind_us"] = utime.ticks_us() - here.world.world_us()
            return False
        waited = _poller.poll(min(max(ahead_ms, 0), _REST_MS))
        if waited:
            key = _stdin.read(1)
            if not key:
                stop.stop("the computer has gone")
            if key == _CTRL_C:
                return True
        if not waited and ahead_ms <= _REST_MS:
            return False


class _Stdout:
    """sys.stdout of the chip: text goes out with CR LF, `buffer` as it is."""

    def __init__(self):
        self.buffer = _stdout.buffer

    def write(self, text):
        if not isinstance(text, str):
            return self.buffer.write(text)
        _cooked(text)
        return len(text)

    def flush(self):
        """Nothing is kept back."""


class _Sys:
    """The built-in, with the board's name, the chip's stdout, and the version that this board is said to run."""

    def __init__(self, machine_name, version, mpy):
        for name in dir(sys):
            if not name.startswith("__"):
                setattr(self, name, getattr(sys, name))
        self.platform = "rp2"
        self.stdout = _Stdout()
        numbers = tuple([int(number) for number in version.split(".")])
        if mpy is None:
            mpy = sys.implementation._mpy
        self.implementation = _Implementation("micropython", numbers + ("",), machine_name, mpy, "")
        self.version = "3.4.0; MicroPython v%s" % version
