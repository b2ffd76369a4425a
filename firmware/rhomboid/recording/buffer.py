"""The log's memory during a set: a ring of whole ULog records, and what happens when it fills.

Ring: feature, raw and event records in the order they came. When it is full the oldest goes; if that is an event, it
moves to the kept area behind the ring instead (100 bytes for a repetition with its cue). Flash is written at rest
only, so memory must hold a set: features cost 1.7 KB/s at 20 Hz and a quarter of it at 5 Hz.
"""

from array import array

import micropython
from micropython import const

# what may happen to a record when memory is short
FEATURE = const(0)  # thinned from 20 to 5 Hz, then the oldest go
EVENT = const(1)  # never given up for another record
RAW = const(2)  # refused first

# cells
OPEN = const(0)  # records are taken
SIZE = const(1)  # bytes of the ring
TAIL = const(2)  # oldest record
USED = const(3)
KEPT_SIZE = const(4)
KEPT_FIRST = const(5)  # of the kept area, relative to its beginning
KEPT_END = const(6)
THIN = const(7)  # 1 while features are thinned
THIN_FACTOR = const(8)  # of so many feature records one stays
THINNED = const(9)
FEATURES_DROPPED = const(10)
RAW_DROPPED = const(11)
EVENTS_DROPPED = const(12)
RAW_OFF = const(13)  # 1: storage has no room for raw records
_KIND_0 = const(14)  # FEATURE, EVENT or RAW of each topic

# how a plan's operation writes a cell of the source
_U8 = const(0)
_I16 = const(1)
_U16 = const(2)
_WORD = const(3)  # 32 bits as they are
_STAMP = const(4)  # 64-bit time of a ticks cell
_WIDE = const(5)  # two 32-bit cells, low first
OPERATION = {"uint8_t": _U8, "int16_t": _I16, "uint16_t": _U16, "int32_t": _WORD, "uint32_t": _WORD, "uint64_t": _STAMP}
WIDE = _WIDE

# a plan, array('h'): length of the record, kind, msg_id, records left out since the last one, number of operations,
# then (operation, cell) of each
PLAN_HEADER = const(5)
RECORD_HEADER_BYTES = const(13)  # size, 'D', msg_id, timestamp
_DATA = const(0x44)


@micropython.viper
def append(plan: ptr16, source: ptr32, clock: ptr32, cells: ptr32, ring: ptr8, t_us: int) -> int:
    """Write one record: header, timestamp of `t_us`, and source[cell] of each operation of the plan. 1 when taken.

    int16 fields saturate at -32767..32767 (-32768 passes: it is UNDEFINED), uint8 at 0..255, uint16 at 0..65535.
    Bounds: all cells below 2^30; `t_us` and ticks as clock64.stamp wants them; a record is shorter than the ring.
    """
    if int(cells[OPEN]) == 0:
        return 0
    length = int(plan[0])
    kind = int(plan[1])
    size = int(cells[SIZE])
    used = int(cells[USED])
    if kind == RAW:
        if int(cells[RAW_OFF]) != 0 or used > (size >> 3) * 3:
            cells[RAW_DROPPED] += 1
            return 0
    elif kind == FEATURE:
        if used > (size >> 2) * 3:
            cells[THIN] = 1
        if int(cells[THIN]) != 0:
            left_out = int(plan[3]) + 1
            if left_out < int(cells[THIN_FACTOR]):
                plan[3] = left_out
                cells[THINNED] += 1
                return 0
            plan[3] = 0
    tail = int(cells[TAIL])
    while used + length > size:
        p = tail + 1
        if p >= size:
            p -= size
        old = (int(ring[tail]) | (int(ring[p]) << 8)) + 3
        p = tail + 3
        if p >= size:
            p -= size
        old_kind = int(cells[_KIND_0 + int(ring[p])])
        if old_kind == EVENT:
            kept = int(cells[KEPT_END])
            if kept + old > int(cells[KEPT_SIZE]):
                if kind == EVENT:
                    cells[EVENTS_DROPPED] += 1
                elif kind == FEATURE:
                    cells[FEATURES_DROPPED] += 1
                else:
                    cells[RAW_DROPPED] += 1
                cells[TAIL] = tail
                cells[USED] = used
                return 0
            p = tail
            for k in range(old):
                ring[size + kept + k] = ring[p]
                p += 1
                if p == size:
                    p = 0
            cells[KEPT_END] = kept + old
        elif old_kind == FEATURE:
            cells[FEATURES_DROPPED] += 1
        else:
            cells[RAW_DROPPED] += 1
        tail += old
        if tail >= size:
            tail -= size
        used -= old
    cells[TAIL] = tail
    cells[USED] = used + length

    p = tail + used
    if p >= size:
        p -= size
    sign = 1
    sign = sign << 31
    operations = int(plan[4])
    k = 0
    while k < operations + 3:
        high = 0
        if k == 0:  # size of the message and its type
            value = (length - 3) | (_DATA << 16)
            count = 3
        elif k == 1:
            value = int(plan[2])
            count = 2
        else:
            if k == 2:
                operation = _STAMP
                value = t_us
                cell = 0
            else:
                operation = int(plan[PLAN_HEADER + 2 * (k - 3)])
                cell = int(plan[PLAN_HEADER + 2 * (k - 3) + 1])
                value = (int(source[cell]) ^ sign) - sign
            if operation == _STAMP:
                step = ((value - int(clock[2]) + 0x2000_0000) & 0x3FFF_FFFF) - 0x2000_0000
                value = int(clock[0])
                half = (value & 0xFFFF) + (step & 0xFFFF)
                value = ((value >> 16) & 0xFFFF) + ((step >> 16) & 0xFFFF) + (half >> 16)
                high = int(clock[1]) + (value >> 16)
                if step < 0:
                    high -= 1
                value = ((value & 0xFFFF) << 16) | (half & 0xFFFF)
                count = 8
            elif operation == _WIDE:
                high = int(source[cell + 1])
                count = 8
            elif operation == _WORD:
                count = 4
            elif operation == _I16:
                if value > 32767:
                    value = 32767
                elif value < -32767:
                    if value != -32768:
                        value = -32767
                count = 2
            else:
                most = 65535
                count = 2
                if operation == _U8:
                    most = 255
                    count = 1
                if value < 0:
                    value = 0
                elif value > most:
                    value = most
        while count > 0:
            ring[p] = value & 255
            p += 1
            if p == size:
                p = 0
            value >>= 8
            count -= 1
            if count == 4:
                value = high
        k += 1
    return 1


@micropython.viper
def take(cells: ptr32, ring: ptr8, target: ptr8, room: int) -> int:
    """Move whole records, oldest first, to the beginning of `target`, at most `room` bytes. Returns the bytes moved."""
    size = int(cells[SIZE])
    kept = int(cells[KEPT_FIRST])
    kept_end = int(cells[KEPT_END])
    n = 0
    more = 1
    while kept < kept_end:
        p = size + kept
        length = (int(ring[p]) | (int(ring[p + 1]) << 8)) + 3
        if n + length > room:
            break
        for k in range(length):
            target[n + k] = ring[p + k]
        n += length
        kept += length
    if kept < kept_end:
        cells[KEPT_FIRST] = kept
        return n
    cells[KEPT_FIRST] = 0
    cells[KEPT_END] = 0
    tail = int(cells[TAIL])
    used = int(cells[USED])
    while more == 1:
        p = tail + 1
        if p >= size:
            p -= size
        length = (int(ring[tail]) | (int(ring[p]) << 8)) + 3
        if used == 0:
            more = 0
        elif n + length > room:
            more = 0
        else:
            p = tail
            for k in range(length):
                target[n + k] = ring[p]
                p += 1
                if p == size:
                    p = 0
            n += length
            tail = p
            used -= length
    cells[TAIL] = tail
    cells[USED] = used
    if used < (size >> 1):
        cells[THIN] = 0
    return n


class Buffer:
    """Ring of size_bytes, a quarter of it the kept area, for topics of these kinds (by msg_id).

    `cells` and `memory` are for the kernels above.
    """

    def __init__(self, size_bytes, kinds):
        self.cells = array("i", [0] * (_KIND_0 + len(kinds)))
        for k in range(len(kinds)):
            self.cells[_KIND_0 + k] = kinds[k]
        self.resize(size_bytes)

    def resize(self, size_bytes):
        """Take other memory; what waits in the old one is forgotten. Raises MemoryError; then the old one stays."""
        self.memory = bytearray(size_bytes)
        self.cells[SIZE] = size_bytes - (size_bytes >> 2)
        self.cells[KEPT_SIZE] = size_bytes >> 2

    def clear(self, thin_factor):
        """Forget all records and counts; of `thin_factor` feature records one stays when memory gets short."""
        cells = self.cells
        for cell in (OPEN, TAIL, USED, KEPT_FIRST, KEPT_END, THIN, THINNED):
            cells[cell] = 0
        for cell in (FEATURES_DROPPED, RAW_DROPPED, EVENTS_DROPPED, RAW_OFF):
            cells[cell] = 0
        cells[THIN_FACTOR] = thin_factor

    def waiting(self):
        """Bytes that wait to be written."""
        return self.cells[USED] + self.cells[KEPT_END] - self.cells[KEPT_FIRST]
