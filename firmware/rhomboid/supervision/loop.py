"""The loop: a tick every 10 ms, sensors served in between as their INT lines ask, else sleep. Nothing allocates."""

from time import sleep_us, ticks_add, ticks_diff, ticks_us

import machine
from micropython import const

PERIOD_US = const(10_000)
# one report read and parsed: not begun when the next tick is due sooner, so that the tick is on time
_SERVE_US = const(800)
# machine.idle() sleeps up to 1 ms; less than this before a tick is waited for exactly
_IDLE_US = const(1_100)


class Loop:
    """Calls `tick(now_us)` of the session handed in until its `running` turns false; its `timed` ticks go to health."""

    def __init__(self, imus, attention, health):
        self._imus = tuple(imus)
        self._attention = attention
        self._health = health
        self._next = 0

    def run(self, session):
        attention = self._attention
        health = self._health
        owed = 0  # sensors to serve before the next tick, however late that is
        due_us = ticks_us()
        while session.running:
            now_us = ticks_us()
            late_us = ticks_diff(now_us, due_us)
            if not attention[0]:
                owed = 0
            if late_us >= 0 and not owed:
                try:
                    session.tick(now_us)
                except MemoryError:
                    session.allocation_failed(now_us)
                if session.timed:
                    health.note(now_us, ticks_us())
                # ticks that were missed are skipped, the schedule stays on its grid
                due_us = ticks_add(due_us, PERIOD_US * (late_us // PERIOD_US + 1))
                owed = len(self._imus)
            elif attention[0] and (owed or late_us < -_SERVE_US):
                self._serve_one()
                if owed:
                    owed -= 1
            elif late_us < -_IDLE_US:
                machine.idle()
            else:
                sleep_us(-late_us)

    def _serve_one(self):
        """Serve the next sensor in turn that waits; attention stays set until none does."""
        imus = self._imus
        for _ in range(len(imus)):
            imu = imus[self._next]
            self._next += 1
            if self._next == len(imus):
                self._next = 0
            if imu.waits():
                imu.serve()
                return
        self._attention[0] = 0
        for imu in imus:
            if imu.waits():  # its edge came between the look and the line above
                self._attention[0] = 1
