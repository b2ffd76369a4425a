"""Measures: what a coach looks at, computed from the feature vector once per tick by one viper kernel over a table of
rows.

A measure is a row of integers (measure_library.py holds them as data): a kind of computation, its sources, the phases
in which it looks, two parameters and the cell it writes. Sources below 64 are cells of the feature vector, from 64 on
cells of `values`, so that a row may read the row before it. Adding a measure is adding a row.

Kinds (a, b, c: sources; p1, p2: parameters; every one gives UNDEFINED while a source is UNDEFINED):
    EXPECTED_GAP  p1/1000 * max(0, a - p2) - b : expected minus measured; with the arm behind the body (plane of
                  elevation c negative) only the outward part of the elevation counts: a * (1 - (c/90)^2), close to a
                  * cos c
    SMOOTH        first-order low pass of a, time constant 2**p1 ticks; frames with a flag of p2 hold the last value
    SINCE         a minus its own level before the phases began (low pass 2**p1 ticks, still followed for p2 us into
                  them)
    TOP           mean of a over the phases less p2/1000 of its own level before the repetition (low pass 2**p1 ticks);
                  without a tick of these phases, what a is when the way back begins
    ALIGNED       a less what a sensor turned about the vertical would add to it: such a turn adds to c and takes from
                  b as well, about as much together as to a; so it is the mean of c - b - (p1 - 32768) over the efforts
                  of the session (and two efforts of 0), within 0..p2. Known when the way back begins
    MEAN          mean of a (of |a| with p2 = 1) over the phases, once p1 ticks are in
    RATIO_Q8      256 * sum(a) / sum(b) over the phases once p1 ticks are in and b is at p2 or more on average;
                  frames with a bad channel of the mask c do not count
    LEAD_MS       start of the arm motion minus the earlier of the rises a and b (cells RISE_0_US.. of the features):
                  positive = muscle first, at most p1 us; without a rise yet: minus the time since the start less p2 us
                  (a rise is seen late by that); a channel of bad quality does not count
    RECORD        cell b of the segmenter's record when the repetition is complete (event 3)
    QUOTIENT      1000 * a / b, where both are positive
    FADE          like SINCE, as a share: 1000 * a / level - 1000, where the level is at least 40
Accumulated values restart with the repetition (event 1) and hold between. Frames marked by a pulse (FLAG_PULSE) add
nothing and hold what was known.

Bounds: angles within +-18000 (EXPECTED_GAP: slope <= 1000 permille), rates and permille within +-131071 (clamped),
sums of at most 4096 ticks then halved: 2**17 * 2**12 < 2**30; ratio sums are halved above 2**21, shifted by 8 < 2**30.
"""

from array import array

import micropython
from micropython import const

from rhomboid.features import UNDEFINED

EXPECTED_GAP = const(0)
SMOOTH = const(1)
SINCE = const(2)
FADE = const(3)
MEAN = const(4)
RATIO_Q8 = const(5)
LEAD_MS = const(6)
RECORD = const(7)
QUOTIENT = const(8)
TOP = const(9)
ALIGNED = const(10)
# beside the bits of the phases: the end of a complete repetition, and of what comes before the way back
COMPLETED = const(16)
EFFORT_OVER = const(32)

FIRST_VALUE = const(64)  # index of values[0] as a source or target
_ROW = const(8)  # kind, a, b, c, phases, p1, p2, target
_STATE = const(4)
_HALF = const(536870912)  # half of the ticks range
_TICKS = const(1073741823)
_LONGEST_TICK_US = const(100000)  # a stall counts as this at most
_FLAG_PULSE = const(8)
_FLAGS = const(15)
_LEAST_LEVEL = const(40)
_EFFORTS = const(10)
_ZERO = const(32768)  # so that p1 is never negative
_QUALITY = const(24)
_RISE_TO_QUALITY = const(12)  # features.RISE_0_US - features.QUALITY_0
# rail, flat, electrode off, clipping, mains, motion, settling; ECG alone does not spoil an envelope during effort
_QUALITY_BAD = const(0xBF)


@micropython.viper
def step_measures(
    f: ptr32,
    w: ptr32,
    rows: ptr32,
    state: ptr32,
    record: ptr32,
    t: int,
    event: int,
    phase: int,
):
    """One tick of all rows. state: [last t, row count, 0, 0] then 4 cells per row; record[1]: start of the arm
    motion.
    """
    start = int(record[1])
    m = 1
    m = m << 31
    none = 0 - 32768
    dt = ((t - int(state[0]) + _HALF) & _TICKS) - _HALF
    if dt < 0:
        dt = 0
    if dt > _LONGEST_TICK_US:
        dt = _LONGEST_TICK_US
    state[0] = t
    flags = int(f[_FLAGS])
    pulse = flags & _FLAG_PULSE
    count = int(state[1])
    i = 0
    while True:  # not `while i < count`: MicroPython 1.25 misencodes a Thumb-2 conditional branch over 4 KB of code
        if i >= count:
            return
        r = i * _ROW
        s = 4 + i * _STATE
        kind = int(rows[r])
        x = int(rows[r + 1])
        if x < FIRST_VALUE:
            a = (int(f[x]) ^ m) - m
        else:
            a = (int(w[x - FIRST_VALUE]) ^ m) - m
        inside = (int(rows[r + 4]) >> phase) & 1
        p1 = int(rows[r + 5])
        p2 = int(rows[r + 6])
        out = none
        write = 1
        if kind == EXPECTED_GAP:
            x = int(rows[r + 2])
            if x < FIRST_VALUE:
                b = (int(f[x]) ^ m) - m
            else:
                b = (int(w[x - FIRST_VALUE]) ^ m) - m
            if pulse:
                write = 0
            elif a != none and b != none:
                c = (int(f[int(rows[r + 3])]) ^ m) - m
                if c < 0 and c != none:
                    if c < -9000:
                        c = -9000
                    a = a * (10000 - c * c // 8100) // 10000
                a = a - p2
                if a < 0:
                    a = 0
                out = a * p1 // 1000 - b
        elif kind == SMOOTH:
            if flags & (p2 | _FLAG_PULSE):
                write = 0
            elif a == none:
                state[s] = 0
            elif int(state[s]) == 0:
                state[s] = 1
                state[s + 1] = a << p1
                out = a
            else:
                y = (int(state[s + 1]) ^ m) - m
                y = y + a - (y >> p1)
                state[s + 1] = y
                out = y >> p1
        elif kind == SINCE or kind == FADE:
            if event == 1 or inside == 0:
                state[s + 2] = 0
            if pulse:
                write = 0
            elif a == none:
                state[s] = 0
            else:
                if inside:
                    state[s + 2] = int(state[s + 2]) + dt
                if int(state[s]) == 0:
                    state[s] = 1
                    state[s + 1] = a << p1
                y = (int(state[s + 1]) ^ m) - m
                if inside and int(state[s + 2]) > p2:
                    y = y >> p1
                    if kind == SINCE:
                        out = a - y
                    elif y >= _LEAST_LEVEL and a >= 0:
                        if a > 8191:
                            a = 8191
                        out = a * 1000 // y - 1000
                    if int(state[s + 2]) > _HALF:
                        state[s + 2] = _HALF
                else:
                    state[s + 1] = y + a - (y >> p1)
        elif kind == TOP:
            if event == 1:
                state[s + 2] = 0
                state[s + 3] = 0
            elif phase or event == 3:
                write = 0
            fresh = 0
            if pulse == 0 and a != none:
                if int(state[s]) == 0:
                    state[s] = 1
                    state[s + 1] = a << p1
                y = (int(state[s + 1]) ^ m) - m
                n = int(state[s + 3])
                if inside:
                    n += 1
                    a = a + ((int(state[s + 2]) ^ m) - m)
                    if n > 4095:
                        a = a >> 1
                        n = n >> 1
                    state[s + 2] = a
                    state[s + 3] = n
                    # towards minus infinity also below zero
                    a = (a + n * 32768) // n - 32768
                    fresh = 1
                elif phase == 0:
                    state[s + 1] = y + a - (y >> p1)
                elif phase == 3 and n == 0:
                    state[s + 2] = a
                    state[s + 3] = 1
                    fresh = 1
                if fresh:
                    write = 1
                    out = a - (((y >> p1) * p2 + 32768000) // 1000 - 32768)
        elif kind == ALIGNED:
            if event == 1:
                state[s + 2] = 0
            elif phase or event == 3:
                write = 0
            if phase == 3 and int(state[s + 2]) == 0:
                b = (int(w[int(rows[r + 2]) - FIRST_VALUE]) ^ m) - m
                c = (int(w[int(rows[r + 3]) - FIRST_VALUE]) ^ m) - m
                if a != none and b != none and c != none:
                    y = ((int(state[s]) ^ m) - m) + c - b - p1 + _ZERO
                    n = int(state[s + 1]) + 1
                    state[s] = y
                    if n < _EFFORTS:
                        state[s + 1] = n
                    else:  # from then on a running mean
                        state[s] = y - y // _EFFORTS
                    state[s + 2] = 1
                    y = y // (n + 2)
                    if y > p2:
                        y = p2
                    if y < 0:
                        y = 0
                    out = a - y
                    write = 1
        elif kind == MEAN:
            if event == 1:
                state[s] = 0
                state[s + 1] = 0
            if inside and pulse == 0 and a != none:
                if p2 and a < 0:
                    a = 0 - a
                if a > 131071:
                    a = 131071
                if a < -131071:
                    a = -131071
                y = ((int(state[s]) ^ m) - m) + a
                n = int(state[s + 1]) + 1
                if n > 4095:
                    y = y >> 1
                    n = n >> 1
                state[s] = y
                state[s + 1] = n
                if n >= p1:
                    if y < 0:
                        out = 0 - (0 - y) // n
                    else:
                        out = y // n
            elif event != 1:
                write = 0
        elif kind == RATIO_Q8:
            if event == 1:
                state[s] = 0
                state[s + 1] = 0
                state[s + 2] = 0
            x = int(rows[r + 2])
            if x < FIRST_VALUE:
                b = (int(f[x]) ^ m) - m
            else:
                b = (int(w[x - FIRST_VALUE]) ^ m) - m
            x = int(rows[r + 3])
            bad = 0
            c = 0
            while c < 4:
                if (x >> c) & 1:
                    bad = bad | int(f[_QUALITY + c])
                c += 1
            if inside and pulse == 0 and (bad & _QUALITY_BAD) == 0 and a >= 0 and b >= 0:
                if a > 8191:
                    a = 8191
                if b > 8191:
                    b = 8191
                a = a + int(state[s])
                b = b + int(state[s + 1])
                n = int(state[s + 2]) + 1
                if a > 2097151 or b > 2097151:
                    a = a >> 1
                    b = b >> 1
                    n = n >> 1
                state[s] = a
                state[s + 1] = b
                state[s + 2] = n
                if n >= p1 and b >= p2 * n and b > 0:
                    out = (a << 8) // b
                    if out > 32767:
                        out = 32767
            elif event != 1:
                write = 0
        elif kind == LEAD_MS:
            if inside:
                best = 0 - _HALF
                y = int(rows[r + 2])
                bad = int(f[x - _RISE_TO_QUALITY]) & int(f[y - _RISE_TO_QUALITY])
                if a >= 0:
                    best = ((start - a + _HALF) & _TICKS) - _HALF
                y = (int(f[y]) ^ m) - m
                if y >= 0:
                    d = ((start - y + _HALF) & _TICKS) - _HALF
                    if d > best:
                        best = d
                if best > p1:
                    best = p1
                d = p2 - (((t - start + _HALF) & _TICKS) - _HALF)
                if bad & _QUALITY_BAD:
                    write = 1
                elif best >= d:
                    if best < 0:
                        out = 0 - (0 - best) // 1000
                    else:
                        out = best // 1000
                elif d < 0:
                    if d < -32000000:
                        d = 0 - 32000000
                    out = 0 - (0 - d) // 1000
            elif event != 1:
                write = 0
        elif kind == RECORD:
            if event == 3:
                out = (int(record[int(rows[r + 2])]) ^ m) - m
            elif event != 1:
                write = 0
        elif kind == QUOTIENT:
            x = int(rows[r + 2])
            if x < FIRST_VALUE:
                b = (int(f[x]) ^ m) - m
            else:
                b = (int(w[x - FIRST_VALUE]) ^ m) - m
            if a > 0 and b > 0:
                if a > 1000000:
                    a = 1000000
                out = a * 1000 // b
        if write:
            x = int(rows[r + 7])
            if x < FIRST_VALUE:
                f[x] = out
            else:
                w[x - FIRST_VALUE] = out
        i += 1


class Measures:
    """The measures that one exercise's rules need, and where to read them.

    rows: list of (name, kind, a, b, c, phases, p1, p2, target) from measure_library.required(): a source may be the
    name of a row above; target -1 takes the next cell of `values`.
    features: the feature vector; repetition_record: the segmenter's array('i'): index, start of the motion in ticks
    us, concentric, isometric, eccentric ms, range cdeg. values: array('i'), one cell per row, UNDEFINED until known;
    rows, state: for the kernel.
    """

    def __init__(self, rows, features, repetition_record):
        count = len(rows)
        self.values = array("i", [UNDEFINED] * (count + 1))
        self._features = features
        self.record = repetition_record
        self.rows = array("i", [0] * (count * _ROW + 1))
        self.state = array("i", [0] * (4 + count * _STATE))
        self.state[1] = count
        self._index = {}
        for i in range(count):
            row = rows[i]
            target = row[8] if row[8] >= 0 else FIRST_VALUE + i
            for k in range(7):
                cell = row[1 + k]
                self.rows[i * _ROW + k] = self._index[cell] if isinstance(cell, str) else cell
            self.rows[i * _ROW + 7] = target
            self._index[row[0]] = target

    def index(self, name):
        """Cell of a measure (by name) or a feature (its index) as the rules address it; KeyError when it is not
        computed.
        """
        return self._index[name] if isinstance(name, str) else name

    def forget_names(self):
        """All rules are built: index() knows no names any more."""
        self._index = {}

    def begin_set(self, t_us):
        """A new set: nothing of the last one counts, but for how the sensors sit."""
        state = self.state
        state[0] = t_us
        for i in range(4, len(state)):
            if self.rows[(i - 4) // _STATE * _ROW] != ALIGNED:
                state[i] = 0
        for i in range(len(self.values)):
            self.values[i] = UNDEFINED
        for i in range(state[1]):
            target = self.rows[i * _ROW + 7]
            if target < FIRST_VALUE:
                self._features[target] = UNDEFINED

    def step(self, t_us, event, phase):
        """Every tick, after tracking, activation and segmentation and before the rules."""
        step_measures(
            self._features,
            self.values,
            self.rows,
            self.state,
            self.record,
            t_us,
            event,
            phase,
        )
