"""The loop: a tick every 10 ms, sensors served in between as their INT lines ask, else sleep. Nothing allocates."""

from time import sleep_us, ticks_add, ticks_diff, ticks_us

import machine
from micropython import const

from rhomboid.drivers.bno08x import BLIND
from rhomboid.supervision.health import note

PERIOD_US = const(10_000)
# one report read and parsed: not begun when the next tick is due sooner, so that the tick is on time
_SERVE_US = const(800)
# machine.idle() sleeps up to 1 ms; less than this before a tick is waited for exactly
_IDLE_US = const(1_100)
# as in drivers/bno08x.py
_QUEUE_MASK = const(15)
_BLIND_COUNT = const(18)


def run(session, imus, queue, health):
    """Call `session.tick(now_us)` every 10 ms until session.running turns false.

    imus: sensors by the number that they write into `queue` (EdgeQueue.cells). Ticks while session.timed count in
    health.
    """
    serve = tuple([imu.serve for imu in imus])
    read_blind = _read_blind
    tick = session.tick
    count = note
    now = ticks_us
    since = ticks_diff
    idle = machine.idle
    cells = health.cells
    bins = health.bins
    owed = 0  # sensors to serve before the next tick, however late that is
    due_us = ticks_us()
    while session.running:
        now_us = now()
        late_us = since(now_us, due_us)
        waiting = queue[0] != queue[1]
        if late_us >= 0 and not (owed and waiting):
            try:
                tick(now_us)
            except MemoryError:
                session.allocation_failed(now_us)
            if session.timed:
                count(cells, bins, now_us, now())
            # ticks that were missed are skipped, the schedule stays on its grid
            due_us = ticks_add(due_us, PERIOD_US * (late_us // PERIOD_US + 1))
            owed = 3 if late_us < PERIOD_US else 2  # a tick that catches up is long itself
            if queue[_BLIND_COUNT]:
                read_blind(imus)
        elif waiting and (owed or late_us < -_SERVE_US):
            owed -= owed > 0
            read = queue[1]
            queue[1] = (read + 1) & _QUEUE_MASK
            serve[queue[2 + read]]()
        elif late_us < -_IDLE_US:
            owed = 0  # all were served in time
            idle()
        else:
            sleep_us(-late_us)


def _read_blind(imus):
    for imu in imus:
        if imu.state[BLIND]:
            imu.look()
