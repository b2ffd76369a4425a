"""The door between the firmware and the models.

Models share the interpreter with the firmware and may allocate; the firmware under `heap_lock()` may not. A model
that is entered from the firmware opens the heap whatever its depth of lock, and closes it as deep again when it
returns.
"""

import gc

import uctypes
from micropython import const, heap_lock, heap_unlock

# an integer of this size is an object of its own on a 32-bit chip
BIG = 1 << 30


def enter():
    """Open the heap; returns the depth at which it was locked, for `leave`."""
    heap_lock()  # heap_unlock() at depth 0 would underflow
    depth = 0
    while heap_unlock():
        depth += 1
    return depth


def leave(depth):
    """Lock the heap `depth` times."""
    while depth:
        heap_lock()
        depth -= 1


def boxed(value, depth):
    """The integer `value` as the chip returns it: with the heap locked (`depth` > 0) an integer beyond 30 bits is an
    error."""
    if depth and not -BIG <= value < BIG:
        raise MemoryError("an integer of %d allocates on the chip, heap is locked" % value)
    return value


_ROOM = const(8 << 20)  # half of the heap that run.py asks for lies in one piece behind everything that lives
_filling = [None]


def tidy():
    """Collect, then fill the holes between what lives. Heap open.

    The allocator searches from the first hole on: with some ten thousand of them behind the firmware's data, whatever
    needs two blocks (call frames do) costs more than the models themselves. Nothing of this takes virtual time.
    """
    _filling[0] = None
    gc.collect()
    try:
        edge = uctypes.addressof(bytearray(_ROOM))
    except MemoryError:
        return  # a fuller heap than was thought: slow, but sound
    filling = None
    while True:
        filling = (filling, None)
        if id(filling) > edge:
            break
    _filling[0] = filling
