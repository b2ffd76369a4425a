"""What the chip's `gc`, `micropython` and `os` have and the unix interpreter's have not, or do at no cost.

Only through `sys.modules` can these built-ins be replaced; whoever imports them afterwards gets these.
"""

import os
import sys
from collections import namedtuple

import micropython
import uctypes

from virtual import clock, here
from virtual.heap import enter, leave, tidy


class _Gc:
    """A collection takes the time it takes on the chip; the models' garbage does not show in the free heap."""

    def __init__(self, free_bytes):
        self._free_bytes = free_bytes
        self._enabled = True
        self._threshold = -1
        self.collections = 0

    def collect(self):
        """Collect, at the price of the chip."""
        self.collections += 1
        depth = enter()
        try:
            if not here.world.aligning:
                clock.spend(clock.COSTS["gc"])
            tidy()
        finally:
            leave(depth)
        return 0

    def mem_free(self):
        """A figure of the board (the real heap here holds the models too, and moves with the addresses)."""
        return self._free_bytes

    def mem_alloc(self):
        """See mem_free."""
        return 0

    def enable(self):
        """Automatic collection on."""
        self._enabled = True

    def disable(self):
        """Automatic collection off, for the firmware; the models still need it."""
        self._enabled = False

    def isenabled(self):
        """As set."""
        return self._enabled

    def threshold(self, *value):
        """As set."""
        if value:
            self._threshold = value[0]
            return None
        return self._threshold


class _Uctypes:
    """How often the firmware collects until its ring is aligned hangs on this interpreter's addresses: one of those
    collections takes time, so that every interpreter boots alike.
    """

    def addressof(self, buffer):
        """The real one."""
        here.world.aligning = True
        return uctypes.addressof(buffer)


class _Micropython:
    """The built-in, and what only the chip has."""

    def __init__(self):
        for name in dir(micropython):
            if not name.startswith("__"):
                setattr(self, name, getattr(micropython, name))

    def alloc_emergency_exception_buf(self, size):
        """Nothing to do here."""


_Uname = namedtuple("uname", ("sysname", "nodename", "release", "version", "machine"))


class _Os:
    """The built-in, and the `uname` of the board."""

    def __init__(self, machine):
        for name in dir(os):
            if not name.startswith("__"):
                setattr(self, name, getattr(os, name))
        self._machine = machine

    def uname(self):
        """As the rp2 port answers."""
        return _Uname("rp2", "rp2", "1.29.0", "v1.29.0", self._machine)


def install(machine):
    """From here on `import gc`, `import micropython` and `import os` get these."""
    sys.modules["os"] = _Os(machine)
    sys.modules["uctypes"] = _Uctypes()
    sys.modules["gc"] = _Gc(clock.COSTS["free_bytes"])
    sys.modules["micropython"] = _Micropython()
