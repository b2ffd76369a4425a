"""The loop: serve the sensors as their INT lines ask, a tick every 10 ms, sleep in between. Nothing allocates."""

from time import ticks_add, ticks_diff, ticks_us

import machine
from micropython import const

PERIOD_US = const(10_000)


class Loop:
    """Calls `tick(now_us)` of the session handed in, until its `running` turns false."""

    def __init__(self, imus, attention, health):
        self._imus = tuple(imus)
        self._attention = attention
        self._health = health

    def run(self, session):
        attention = self._attention
        health = self._health
        due_us = ticks_us()
        while session.running:
            if attention[0]:
                attention[0] = 0
                for imu in self._imus:
                    if imu.waits():
                        imu.serve()
            now_us = ticks_us()
            late_us = ticks_diff(now_us, due_us)
            if late_us < 0:
                machine.idle()
                continue
            session.tick(now_us)
            health.note(now_us, ticks_us())
            # ticks that were missed are skipped, the schedule stays on its grid
            due_us = ticks_add(due_us, PERIOD_US * (late_us // PERIOD_US + 1))
