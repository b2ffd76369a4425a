"""Repetitions: one drive angle, tick by tick -> start, phases, completion, and what only looked like a repetition.

The rest level and the range are the athlete's own: the level follows between repetitions, the range from one to the
next.
A movement counts once it has gone far enough (the exercise's least range, or half of the athlete's own) and has come
back; one that turns earlier is a false start. Levels and shares here are engineering choices unless a source is named;
they are tried on sets with the natural spread of people in tests/t0_kernels/test_tracking_repetitions.py.

Times in the record are measured afterwards from the trace of the movement: the ends of a phase are where a minimum jerk
movement (Flash & Hogan 1985) through its 20 % and 80 % levels begins and ends.
"""

from array import array

import micropython
from micropython import const

# events
NOTHING = const(0)
STARTED = const(1)
PHASE_CHANGED = const(2)
COMPLETED = const(3)
ABANDONED = const(4)

# phases, as in features.py: viper folds constants of its own module only
_REST = const(0)
_CONCENTRIC = const(1)
_ISOMETRIC = const(2)
_ECCENTRIC = const(3)
_UNDEFINED = const(-32768)

# cells of the record
INDEX = const(0)
START_US = const(1)
CONCENTRIC_MS = const(2)
ISOMETRIC_MS = const(3)
ECCENTRIC_MS = const(4)
RANGE_CDEG = const(5)

# cells of the state
_RUNNING = const(0)  # 0 until the first defined sample of a set
_LAST_US = const(1)
_SMOOTH = const(2)  # drive after a low pass of 2^3 ticks, Q8
_LEVEL = const(3)  # rest level, Q8
_TOP = const(4)  # highest smoothed drive of this movement
_BOTTOM = const(5)  # lowest since it began to return
_ABOVE_MS = const(6)  # time above half of the movement
_STALL_MS = const(7)  # time without getting higher
_SLOW_MS = const(8)
_LOST_MS = const(9)  # time without a defined drive
_OWN_CDEG = const(10)  # the athlete's own range, at first what the exercise expects
_TRACED = const(11)  # samples written to the trace
_TRACE_US = const(12)  # time of the newest of them
_BEGAN_MS = const(13)  # time since the movement was noticed
_QUICKEST = const(14)  # largest rate of this movement, 1/100 degree per second
_SIGN = const(15)
_LEAST_CDEG = const(16)
_HOLD_MS = const(17)  # a movement shorter above its half is none
_CELLS = const(18)

_TRACE = const(512)
_TRACE_STEP_US = const(40_000)
_HALF = const(536870912)
_TICKS = const(1073741823)

_LONGEST_TICK_US = const(100_000)
_LEAST_TRIGGER_CDEG = const(300)
_SLOW_CDEG_S = const(500)  # domain 4: isometric below 5 deg/s
_STALL_REBASES_MS = const(3000)
_LOST_ENDS_MS = const(1000)
_SETTLED_MS = const(100)
# The rest level beside a movement is looked for within this many samples of 40 ms
_NEAR = const(10)
# An exercise whose isometric phase aims at this or longer is a hold: the movement must be held for two fifths of it
_HOLD_EXERCISE_MS = const(2000)
_HOLD_PERMILLE = const(400)
_SHORT_HOLD_MS = const(1000)


@micropython.viper
def follow(c: ptr32, trace: ptr16, phase: ptr32, record: ptr32, t_us: int, drive: int) -> int:
    """One tick; answers the event.

    c, trace  private state; phase int32[1]; record int32[6], START_US and INDEX written at STARTED
    t_us      ticks_us; drive: 1/100 degree, -32767..32767, or UNDEFINED
    Bounds: angles in Q8 below 2^23, rates below 2^16 * 100 < 2^23, times in ms below 2^29.
    """
    m = 1
    m = m << 31
    dt = ((t_us - int(c[_LAST_US]) + _HALF) & _TICKS) - _HALF
    if dt < 0:
        dt = 0
    if dt > _LONGEST_TICK_US:
        dt = _LONGEST_TICK_US
    c[_LAST_US] = t_us
    dt = dt // 1000
    if drive == _UNDEFINED:
        lost = int(c[_LOST_MS]) + dt
        c[_LOST_MS] = lost
        if lost < _LOST_ENDS_MS:
            return NOTHING
        c[_LOST_MS] = _LOST_ENDS_MS
        c[_RUNNING] = 0
        if int(phase[0]) == _REST:
            return NOTHING
        phase[0] = _REST
        return ABANDONED
    c[_LOST_MS] = 0
    x = drive * ((int(c[_SIGN]) ^ m) - m)
    if int(c[_RUNNING]) == 0:
        c[_RUNNING] = 1
        c[_SMOOTH] = x << 8
        c[_LEVEL] = x << 8
        c[_TRACED] = 0
        c[_TRACE_US] = t_us
        phase[0] = _REST
    smooth = (int(c[_SMOOTH]) ^ m) - m
    lag = ((x << 8) - smooth) >> 3
    smooth += lag
    c[_SMOOTH] = smooth
    rate = (lag * 100) >> 8
    smooth = smooth >> 8

    while ((t_us - int(c[_TRACE_US]) + _HALF) & _TICKS) - _HALF >= _TRACE_STEP_US:
        k = int(c[_TRACED])
        trace[k & (_TRACE - 1)] = smooth
        c[_TRACED] = k + 1
        c[_TRACE_US] = (int(c[_TRACE_US]) + _TRACE_STEP_US) & _TICKS

    level = (int(c[_LEVEL]) ^ m) - m
    own = int(c[_OWN_CDEG])
    least = int(c[_LEAST_CDEG])
    state = int(phase[0])
    if state == _REST:
        gap = (smooth << 8) - level
        if gap < 0:
            level += gap >> 3
        else:
            level += gap >> 8
        c[_LEVEL] = level
        above = smooth - (level >> 8)
        trigger = own >> 3
        if trigger < _LEAST_TRIGGER_CDEG:
            trigger = _LEAST_TRIGGER_CDEG
        if above < trigger or rate <= 0:
            return NOTHING
        # a minimum jerk movement is 2.4 times its present (distance / rate) old at a fifth of its way
        back = above * 240 // rate
        if back > 150:
            back = 150
        phase[0] = _CONCENTRIC
        record[INDEX] = int(record[INDEX]) + 1
        record[START_US] = (t_us - 80000 - back * 10000) & _TICKS
        c[_BEGAN_MS] = 80 + back * 10
        c[_TOP] = smooth
        c[_BOTTOM] = smooth
        c[_ABOVE_MS] = 0
        c[_STALL_MS] = 0
        c[_SLOW_MS] = 0
        c[_QUICKEST] = rate
        return STARTED

    level = level >> 8
    c[_BEGAN_MS] = int(c[_BEGAN_MS]) + dt
    top = (int(c[_TOP]) ^ m) - m
    stall = int(c[_STALL_MS]) + dt
    if smooth > top:
        if smooth > top + 100 or state == _CONCENTRIC:
            stall = 0
        top = smooth
        c[_TOP] = top
    c[_STALL_MS] = stall
    way = top - level
    height = smooth - level
    enough = own >> 1
    if int(c[_HOLD_MS]):
        enough = own * 2 // 5
    if enough < least:
        enough = least
    far = 0
    if way >= enough:
        far = 1
        if height * 2 > way:
            c[_ABOVE_MS] = int(c[_ABOVE_MS]) + dt

    if far == 0:
        if height * 2 < way or stall > _STALL_REBASES_MS:
            if stall > _STALL_REBASES_MS:
                c[_LEVEL] = smooth << 8
            # an athlete who moves less far than expected is met in a few attempts, but not by two false starts
            if way >= least:
                c[_OWN_CDEG] = own - ((own - way) >> 3)
            phase[0] = _REST
            record[INDEX] = int(record[INDEX]) - 1
            return ABANDONED
        return NOTHING

    down = way >> 3
    if down < _LEAST_TRIGGER_CDEG:
        down = _LEAST_TRIGGER_CDEG
    if state == _CONCENTRIC:
        if rate > int(c[_QUICKEST]):
            c[_QUICKEST] = rate
        slow = int(c[_QUICKEST]) >> 3
        if slow < _SLOW_CDEG_S:
            slow = _SLOW_CDEG_S
        still = int(c[_SLOW_MS]) + dt
        if rate > slow:
            still = 0
        c[_SLOW_MS] = still
        if still >= _SETTLED_MS and height + down > way:
            phase[0] = _ISOMETRIC
            return PHASE_CHANGED
    if state != _ECCENTRIC:
        back = 0
        if height + down < way:
            back = 1
            # a long hold may drift: it is over when it is left twice as fast as a hold moves, or for the most part
            if int(c[_HOLD_MS]) > _SHORT_HOLD_MS and 0 - rate < 2 * _SLOW_CDEG_S and height * 4 > way:
                back = 0
        if back:
            phase[0] = _ECCENTRIC
            c[_BOTTOM] = smooth
            c[_QUICKEST] = 0
            c[_SLOW_MS] = 0
            return PHASE_CHANGED
        return NOTHING

    bottom = (int(c[_BOTTOM]) ^ m) - m
    if smooth < bottom:
        bottom = smooth
        c[_BOTTOM] = bottom
    if 0 - rate > int(c[_QUICKEST]):
        c[_QUICKEST] = 0 - rate
    if height + (down >> 1) > way:
        phase[0] = _ISOMETRIC
        return PHASE_CHANGED
    slow = int(c[_QUICKEST]) >> 3
    if slow < _SLOW_CDEG_S:
        slow = _SLOW_CDEG_S
    still = int(c[_SLOW_MS]) + dt
    if 0 - rate > slow:
        still = 0
    c[_SLOW_MS] = still
    done = 0
    if height * 3 < way and still >= _SETTLED_MS:
        done = 1
    if (bottom - level) * 2 < way and smooth > bottom + down:
        done = 1
    if done == 0:
        return NOTHING
    c[_LEVEL] = bottom << 8
    phase[0] = _REST
    if int(c[_ABOVE_MS]) < int(c[_HOLD_MS]):
        record[INDEX] = int(record[INDEX]) - 1
        return ABANDONED
    return COMPLETED


@micropython.viper
def measure(c: ptr32, trace: ptr16, record: ptr32):
    """Times and range of the movement that has just been completed, from the trace; also the athlete's own range.

    The trace reaches back 20 s; of a longer movement only that much is measured.
    Bounds: at most 512 samples of 40 ms = 20480 ms; times in 1/64 of a sample (2^15); sums of 512 angles below 2^25.
    """
    m = 1
    m = m << 31
    h = 1 << 15
    newest = int(c[_TRACED]) - 1
    long = int(c[_BEGAN_MS]) // 40 + 12
    if long > newest:
        long = newest
    if long > _TRACE - 1:
        long = _TRACE - 1
    if long < 4:
        return
    first = newest - long
    top = (int(c[_TOP]) ^ m) - m
    low = 32767
    k = first
    while k <= newest:
        x = (int(trace[k & (_TRACE - 1)]) ^ h) - h
        if x < low:
            low = x
        k += 1
    # first and last sample above half of the way; what is high before the start belongs to the stroke before
    half = (low + top) >> 1
    rise = first + 12
    while rise < newest and (int(trace[rise & (_TRACE - 1)]) ^ h) - h < half:
        rise += 1
    fall = newest
    while fall > rise and (int(trace[fall & (_TRACE - 1)]) ^ h) - h < half:
        fall -= 1
    # levels: at first the extremes, then the means of the rest before, the plateau and the rest after
    plateau = top
    before = low
    after = low
    turn = 0
    while turn < 2:
        side = 0
        while side < 2:
            base = before
            k = rise
            step = -1
            if side:
                base = after
                k = fall
                step = 1
            fifth = (plateau - base) // 5
            low = base + fifth
            high = plateau - fifth
            i = k
            x = (int(trace[k & (_TRACE - 1)]) ^ h) - h
            last = x
            while x > low and k > first and k < newest:
                last = x
                k += step
                x = (int(trace[k & (_TRACE - 1)]) ^ h) - h
            t20 = k << 6
            if last > x and x <= low:
                t20 -= step * (((low - x) << 6) // (last - x))
            k = i
            x = (int(trace[k & (_TRACE - 1)]) ^ h) - h
            last = x
            while x < high and k > first and k < newest:
                last = x
                k -= step
                x = (int(trace[k & (_TRACE - 1)]) ^ h) - h
            t80 = k << 6
            if x > last and x >= high:
                t80 += step * (((x - high) << 6) // (x - last))
            # minimum jerk: 20 % at 0.327, 80 % at 0.673 of its duration
            if side == 0:
                reach = ((t80 - t20) * 241) >> 8
                begin = t20 - reach
                end = t80 + reach
            else:
                reach = ((t20 - t80) * 241) >> 8
                hold = t80 - reach
                done = t20 + reach
            side += 1
        side = 0
        while side < 3 and turn == 0:
            k = (begin >> 6) - _NEAR
            i = begin >> 6
            if side == 1:
                k = (end >> 6) + 1
                i = hold >> 6
            if side == 2:
                k = (done >> 6) + 1
                i = k + _NEAR
            if k < first:
                k = first
            if i > newest:
                i = newest
            total = 0
            count = 0
            while k <= i:
                x = (int(trace[k & (_TRACE - 1)]) ^ h) - h
                if side == 1 or x < half:
                    total += x
                    count += 1
                k += 1
            if count > 3:
                # towards minus infinity also below zero
                total = (total + count * 32768) // count - 32768
                if side == 0:
                    before = total
                if side == 1:
                    plateau = total
                if side == 2:
                    after = total
            side += 1
        turn += 1
    if hold < end:
        end = (hold + end) >> 1
        hold = end
    # the trace is late by its low pass
    back = (((newest << 6) - begin) * 625) + 80000
    record[START_US] = (int(c[_TRACE_US]) - back) & _TICKS
    record[CONCENTRIC_MS] = ((end - begin) * 5) >> 3
    record[ISOMETRIC_MS] = ((hold - end) * 5) >> 3
    record[ECCENTRIC_MS] = ((done - hold) * 5) >> 3
    way = plateau - before
    record[RANGE_CDEG] = way
    own = int(c[_OWN_CDEG])
    if way > 0:
        c[_OWN_CDEG] = own + ((way - own) >> 2)


class RepetitionSegmenter:
    """Segments one drive feature of an exercise into repetitions.

    phase   array('i') of one cell: 0 rest, 1 concentric, 2 isometric, 3 eccentric
    record  array('i'): INDEX (from 1 in each set), START_US (from STARTED on, measured anew at COMPLETED),
            CONCENTRIC_MS, ISOMETRIC_MS, ECCENTRIC_MS, RANGE_CDEG (at COMPLETED)
    """

    def __init__(self, exercise):
        """exercise: a dictionary of coaching/exercises; drive_sign, min_range_cdeg, range_cdeg, tempo_ms are used."""
        self.phase = array("i", [0])
        self.record = array("i", [0] * 6)
        self._cells = array("i", [0] * _CELLS)
        self._trace = array("h", [0] * _TRACE)
        self._cells[_SIGN] = exercise["drive_sign"]
        self._cells[_LEAST_CDEG] = exercise["min_range_cdeg"]
        self._cells[_OWN_CDEG] = exercise["range_cdeg"]
        hold = exercise["tempo_ms"].get("isometric")
        if hold and hold[0] >= _HOLD_EXERCISE_MS:
            self._cells[_HOLD_MS] = hold[0] * _HOLD_PERMILLE // 1000

    def reset(self):
        """A new set: count from one, find the rest level anew; the athlete's own range is kept."""
        self.phase[0] = _REST
        self._cells[_RUNNING] = 0
        self._cells[_LOST_MS] = 0
        self.record[INDEX] = 0

    def step(self, t_us, drive_cdeg):
        """One tick at `t_us` with the drive in 1/100 degree or UNDEFINED; answers the event. Allocates nothing."""
        event = follow(self._cells, self._trace, self.phase, self.record, t_us, drive_cdeg)
        if event == COMPLETED:
            measure(self._cells, self._trace, self.record)
        return event
