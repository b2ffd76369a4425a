"""Virtual time: one clock in integer microseconds, and one table of what is due.

Device time runs from 0 at every reset of the board. It is kept as an epoch (a multiple of 2^29 us) and a time within
it, so that what runs every tick stays within the small integers of a 32-bit interpreter; `now_us` gives the whole of
it.

Every source of events has one slot with one pending time. Whatever moves the clock (CPU work, a wait, a bus transfer, a
flash stall) goes through `spend` or `wait_until`: events due on the way fire in the order of their times, ties in the
order of their slots. Interrupt handlers of the firmware run with the heap locked and never nest (one priority on the
chip).
"""

from array import array

import micropython
from micropython import const

from virtual.heap import enter, leave

_WRAP = const(1 << 29)
NEVER = (1 << 30) - 1  # the largest small integer of a 32-bit interpreter

# cells: time within the epoch; earliest pending time; ticks phase (epoch parity * 2^29); epochs passed; inside a
# handler; interrupts disabled (depth); handlers run so far; time spent in handlers (modulo 2^24); the event register
# of WFE; board dead
_T = const(0)
_NEXT = const(1)
_PHASE = const(2)
_EPOCH = const(3)
_IN_HANDLER = const(4)
_DISABLED = const(5)
_HANDLED = const(6)
_STOLEN = const(7)
_EVENT = const(8)
_DEAD = const(9)
cells = array("i", [0, _WRAP, 0, 0, 0, 0, 0, 0, 0, 0])

_SLOTS = const(40)
_due = array("i", [NEVER] * _SLOTS)
_due[0] = _WRAP
_actions = [None] * _SLOTS
_far = {}  # slot: time beyond this epoch and the next
_names = []
_pending = []  # handlers that wait for the end of another one, or for interrupts to be enabled

COSTS = {}  # set by the world: operation class -> us on this board


class BoardStopped(SystemExit):
    """Raised through the firmware when its board is no more (reset, watchdog, power cut, end of the scenario)."""


def die():
    """From here on whatever wants time gets `BoardStopped`: firmware that catches everything gets no further."""
    cells[_DEAD] = 1
    cells[_NEXT] = 0


def slot(action, name):
    """A new slot whose event calls `action()`."""
    _names.append(name)
    index = len(_names)
    _actions[index] = action
    return index


def now_us():
    """Device time in microseconds, unbounded."""
    return cells[_EPOCH] * _WRAP + cells[_T]


def at(index, time_us):
    """Slot `index` fires at device time `time_us` (at once when that has passed)."""
    relative = time_us - cells[_EPOCH] * _WRAP
    if relative < 0:
        relative = 0
    if relative >= NEVER:
        _far[index] = time_us
        relative = NEVER
    elif index in _far:
        del _far[index]
    _due[index] = relative
    cells[_NEXT] = _earliest_time(_due, _SLOTS)


def cancel(index):
    """Slot `index` has nothing pending."""
    if index in _far:
        del _far[index]
    _due[index] = NEVER
    cells[_NEXT] = _earliest_time(_due, _SLOTS)


@micropython.viper
def _earliest_time(due: ptr32, n: int) -> int:
    least = int(due[0])
    for i in range(1, n):
        t = int(due[i])
        if t < least:
            least = t
    return least


@micropython.viper
def _take(due: ptr32, cells: ptr32, n: int, target: int) -> int:
    """The slot that is due first, not after `target`, with the clock moved to it; -1 when there is none."""
    least = int(cells[1])
    if least > target:
        return -1
    index = -1
    following = 0x3FFFFFFF  # NEVER
    for i in range(n):
        t = int(due[i])
        if index < 0 and t == least:
            index = i
        elif t < following:
            following = t
    due[index] = 0x3FFFFFFF
    cells[1] = following
    if least > int(cells[0]):
        cells[0] = least
    return index


def _new_epoch():
    for i in range(1, _SLOTS):
        t = _due[i]
        if t != NEVER:
            _due[i] = t - _WRAP if t > _WRAP else 0
    _due[0] = _WRAP
    cells[_T] -= _WRAP
    cells[_EPOCH] += 1
    cells[_PHASE] ^= _WRAP
    cells[_NEXT] = _earliest_time(_due, _SLOTS)
    for index, time_us in list(_far.items()):
        at(index, time_us)


def _run(target, cpu, stop_when_handled):
    """Run events up to `target` (within the epoch); CPU work is prolonged by the handlers that interrupt it."""
    if cells[_DEAD]:
        raise BoardStopped
    epoch = cells[_EPOCH]
    handled = cells[_HANDLED]
    while True:
        index = _take(_due, cells, _SLOTS, target)
        if index < 0:
            break
        if index == 0:
            _new_epoch()
        elif cpu:
            before = cells[_STOLEN]
            _actions[index]()
            target += (cells[_STOLEN] - before) & 0xFFFFFF
        else:
            _actions[index]()
        if cells[_EPOCH] != epoch:
            target -= (cells[_EPOCH] - epoch) * _WRAP
            epoch = cells[_EPOCH]
        if stop_when_handled and cells[_HANDLED] != handled:
            return
    if target > cells[_T]:
        cells[_T] = target


def stall(us):
    """The CPU stands still with interrupts off for `us` microseconds (flash); handlers run after it."""
    cells[_DISABLED] += 1
    _run(cells[_T] + us, False, False)
    cells[_DISABLED] -= 1
    cells[_STOLEN] = (cells[_STOLEN] + us) & 0xFFFFFF  # where it interrupts CPU work, that takes so much longer
    run_pending()


def _spend_slow(us):
    depth = enter()
    try:
        _run(cells[_T] + us, True, False)
    finally:
        leave(depth)


@micropython.viper
def spend(us: int):
    """CPU work of `us` microseconds (< 2^28); handlers that interrupt it make it longer."""
    c = ptr32(cells)
    t = int(c[0]) + us
    if t < int(c[1]):
        c[0] = t
    else:
        _spend_slow(us)


@micropython.viper
def ticks(us: int) -> int:
    """Spend `us`, then the time modulo 2^30."""
    c = ptr32(cells)
    t = int(c[0]) + us
    if t < int(c[1]):
        c[0] = t
    else:
        _spend_slow(us)
    return int(c[0]) | int(c[2])


def _wait_slow(us):
    depth = enter()
    try:
        _run(cells[_T] + us, False, False)
    finally:
        leave(depth)


@micropython.viper
def wait(us: int):
    """Hardware takes `us` microseconds (< 2^28); handlers run meanwhile."""
    c = ptr32(cells)
    t = int(c[0]) + us
    if t < int(c[1]):
        c[0] = t
    else:
        _wait_slow(us)


def _idle_slow(us):
    depth = enter()
    try:
        _run(cells[_T] + us, False, True)
        cells[_EVENT] = 0
    finally:
        leave(depth)


@micropython.viper
def idle(us: int):
    """WFE with a timeout of `us` microseconds: until a handler has run, at once if one ran since the last time."""
    c = ptr32(cells)
    if int(c[8]) != 0:  # _EVENT
        c[8] = 0
        return
    t = int(c[0]) + us
    if t < int(c[1]):
        c[0] = t
    else:
        _idle_slow(us)


def interrupt(handler, argument, hard):
    """The hardware calls `handler(argument)`: now, or when interrupts are possible again. Heap open on entry."""
    if cells[_IN_HANDLER] or cells[_DISABLED]:
        # the hardware remembers that there was an edge, not how many
        for waiting in _pending:
            if waiting[1] is argument:
                return
        _pending.append((handler, argument, hard))
        return
    _handle(handler, argument, hard)
    run_pending()


def _handle(handler, argument, hard):
    before = cells[_T]
    epoch = cells[_EPOCH]
    stolen = cells[_STOLEN]
    cells[_IN_HANDLER] = 1
    depth = 1 if hard else 0
    try:
        _run(before + COSTS["handler"], False, False)
        leave(depth)
        handler(argument)
    finally:
        enter()
        cells[_IN_HANDLER] = 0
        cells[_HANDLED] += 1
        cells[_EVENT] = 1
        cells[_STOLEN] = (stolen + cells[_T] - before + (cells[_EPOCH] - epoch) * _WRAP) & 0xFFFFFF


def run_pending():
    """Handlers that had to wait."""
    while _pending and not cells[_IN_HANDLER] and not cells[_DISABLED]:
        handler, argument, hard = _pending.pop(0)
        _handle(handler, argument, hard)


def disable():
    """Interrupts off; returns the state before, for `enable`."""
    state = cells[_DISABLED]
    cells[_DISABLED] = state + 1
    return state


def enable(state):
    """Interrupts as they were when `disable` returned `state`."""
    cells[_DISABLED] = state
    if _pending:
        depth = enter()
        try:
            run_pending()
        finally:
            leave(depth)
