"""The watchdog: started in the running modes, fed in one place (the end of a tick whose stages all gave evidence).

MicroPython cannot stop it, the chip can: RP2040 data sheet 4.7.6 and RP2350 data sheet 12.9.7, CTRL bit 30, through the
atomic clear alias; the scratch registers survive a watchdog reset and carry the boot-loop count, and the clock:
MicroPython sets the calendar to 2021 at every reset (ports/rp2/main.c).
"""

import time
from array import array

from machine import RTC, WDT, mem32
from micropython import const

TIMEOUT_MS = const(8000)
_BASE = {"rp2040": 0x4005_8000, "rp2350": 0x400D_8000}
_CLEAR_ALIAS = const(0x3000)
_ENABLE = 1 << 30
_REASON = const(0x08)
_REASON_TIMER = const(1)  # machine.reset() sets bit 1 instead
_SCRATCH0 = const(0x0C)
_SCRATCH1 = const(0x10)
_SCRATCH2 = const(0x14)
_2021_S = 1_609_459_200  # of the calendar at a reset
_SET_FROM_S = const(110_000_000)  # since then: the middle of 2024, before this program was written
_CHECK = const(0x2A5A_5A5A)  # tells a clock of ours from chance
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
        self._scratch1 = base + _SCRATCH1
        self._scratch2 = base + _SCRATCH2
        self._fed = array("i", [0])
        self._clock_s = array("i", [0])  # seconds since 2021, 0 = the calendar was not set
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

    def keep_clock(self, in_set):
        """Once a second: what the calendar says, for the boot after a reset. In a set the seconds are counted, because
        the calendar's would allocate.
        """
        kept = self._clock_s
        if not in_set:
            seconds = time.time() - _2021_S
            kept[0] = seconds if seconds > _SET_FROM_S else 0
        elif kept[0]:
            kept[0] += 1
        mem32[self._scratch1] = kept[0]
        mem32[self._scratch2] = kept[0] ^ _CHECK

    def clock_seconds(self):
        """Seconds since 1970, 0 when the calendar was not set. Allocates."""
        seconds = time.time()
        return seconds if seconds - _2021_S > _SET_FROM_S else 0

    def restore_clock(self):
        """After a reset that was no power-on: the calendar goes on, some seconds late at most."""
        seconds = mem32[self._scratch1]
        if _SET_FROM_S < seconds == mem32[self._scratch2] ^ _CHECK and time.time() - _2021_S < _SET_FROM_S:
            t = time.gmtime(seconds + _2021_S)
            RTC().datetime((t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0))
