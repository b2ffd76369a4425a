"""The watchdog: started in the running modes, fed in one place (the end of a tick whose stages all gave evidence).

MicroPython cannot stop it, the chip can: RP2040 data sheet 4.7.6 and RP2350 data sheet 12.9.7, CTRL bit 30, through the
atomic clear alias; the scratch registers survive a watchdog reset and carry the boot-loop count.
"""

from array import array

from machine import WDT, mem32
from micropython import const

TIMEOUT_MS = const(8000)
_BASE = {"rp2040": 0x4005_8000, "rp2350": 0x400D_8000}
_CLEAR_ALIAS = const(0x3000)
_ENABLE = 1 << 30
_REASON = const(0x08)
_REASON_TIMER = const(1)  # machine.reset() sets bit 1 instead
_SCRATCH0 = const(0x0C)
_MAGIC = const(0x5A00)  # marks a count as ours
_MOST = const(0xFF)
_HEALTHY_FEEDS = const(6_000)  # a minute of ticks: resets before it are not in a row (engineering choice)


class Watchdog:
    """Not started until start()."""

    def __init__(self, mcu):
        base = _BASE[mcu]
        self._clear_control = base + _CLEAR_ALIAS
        self._reason = base + _REASON
        self._scratch0 = base + _SCRATCH0
        self._fed = array("i", [0])
        self._wdt = None

    def start(self):
        """Start it; from here on every tick must feed."""
        if self._wdt is None:
            self._wdt = WDT(timeout=TIMEOUT_MS)

    def feed(self):
        """Called in one place only: the end of a tick, which is reached when every stage of it has come back."""
        if self._wdt is not None:
            self._wdt.feed()
            fed = self._fed
            fed[0] += 1
            if fed[0] == _HEALTHY_FEEDS:
                self.count_resets(0)

    def stop(self):
        """Stop it for SERVICE, where the host may hold the interpreter for minutes."""
        if self._wdt is not None:
            mem32[self._clear_control] = _ENABLE
            self._wdt = None

    def bitten(self):
        """True when the watchdog has ended the run before this one; a power-on or a reset asked for has not."""
        return bool(mem32[self._reason] & _REASON_TIMER)

    def resets_in_a_row(self):
        """Watchdog resets since the last healthy minute."""
        value = mem32[self._scratch0]
        return value & 0xFF if value >> 8 == _MAGIC >> 8 else 0

    def count_resets(self, n):
        """Keep the count over a reset (not over a power cut)."""
        mem32[self._scratch0] = _MAGIC | min(n, _MOST)
