"""main.py with the heap locked from the first tick of a set to its last: any allocation is a MemoryError."""

import sys

import micropython

from rhomboid.supervision import session, start

tick = session.Session.tick
locked = bytearray(1)


def locking_tick(self, now_us):
    try:
        tick(self, now_us)
    except MemoryError as error:
        micropython.heap_unlock()
        sys.print_exception(error)
        raise
    if self.mode == session.SET:
        if not locked[0]:
            locked[0] = 1
            micropython.heap_lock()
    elif locked[0]:
        locked[0] = 0
        micropython.heap_unlock()


session.Session.tick = locking_tick
start.run()
