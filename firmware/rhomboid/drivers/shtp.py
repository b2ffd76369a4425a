"""SHTP cargo parser for the BNO08x: bytes of one I2C read -> Q14 quaternions with sensor time, without objects.

Sources: CEVA "Sensor Hub Transport Protocol" and "SH-2 Reference Manual" (report ids, time base), BNO080 data sheet
section 1.3.1 (header, continuation: the length of a continued cargo is updated on the next read).
"""

import micropython
from micropython import const

HEADER_BYTES = const(4)
# one cargo with a time base (5 bytes) and one game rotation vector (12 bytes)
REPORT_CARGO_BYTES = const(21)
RING = const(8)  # samples kept per sensor

# cells of the state array
COUNT = const(0)  # samples ever written; the newest stands at (COUNT - 1) & 7
EPOCH = const(1)  # resets seen: the heading of another epoch is another heading
SEQUENCE = const(2)  # last channel 3 sequence number + 1, 0 = none yet
LOST = const(3)  # cargoes missing between two sequence numbers
UNKNOWN = const(4)  # reports that the parser does not know
BAD = const(5)  # impossible headers
REMAINING = const(6)  # bytes of this cargo that the next read will bring
BASE_100US = const(7)  # time base of a cargo that is continued
DROPPED = const(8)  # samples refused: no rotation, time not after the sample before, or ahead of the edge
EDGE_US = const(9)  # ticks of the INT edge that announced the cargo
STAGE = const(10)  # of the supervision (drivers/bno08x.py); 0 = LIVE
SINCE_US = const(11)  # when that stage was entered; in LIVE the edge of the newest sample
ASKED = const(12)
CARGO_EDGE_US = const(13)  # EDGE_US of a cargo that is continued
BACK_US = const(14)  # edge of the sample that made the sensor LIVE again
STATE_CELLS = const(24)  # the rest belongs to drivers/bno08x.py

# bits of the answer of parse()
SAMPLE = const(1)
RESET = const(2)
REJECTED = const(4)
FEATURE_SET = const(8)
STRANGE = const(16)  # a report that the parser does not know
GAP = const(32)  # cargoes missing before this one, or it came before

_MAX_CARGO = const(1024)  # the advertisement has about 280 bytes; more is noise on the wire (engineering choice)
# 10 s: a flash that erases three worn blocks stops the processor for 1.2 s; older is not believed (engineering choice)
_MAX_AGE_100US = const(100000)
_MAX_AHEAD_100US = const(200)  # a sample is older than the edge that announces it; 20 ms for rounding and repeats


@micropython.viper
def parse(buf: ptr8, n: int, quat: ptr16, time_us: ptr32, state: ptr32) -> int:
    """Parse `n` bytes read from the sensor; answer bits SAMPLE, RESET, REJECTED, FEATURE_SET, STRANGE, GAP.

    buf      one I2C read beginning with the SHTP header, n >= 4
    quat     int16[8*4] ring, written (w, x, y, z) in Q14; the wire order is (i, j, k, real)
    time_us  int32[8] ring of sample times, ticks_us domain
    state    int32[STATE_CELLS], all cells >= 0; EDGE_US 0..2^30-1 is read, a sample makes the sensor LIVE

    Bounds: lengths < 2^15, delays < 2^14 and time bases < 2^17, both * 100 us < 2^24, so all sums stay below 2^31;
    halves of a quaternion's parts are within 2^14, so the sum of their squares stays within 2^30.
    """
    length = buf[0] | (buf[1] << 8)
    if length == 0xFFFF or (length & 0x7FFF) > int(_MAX_CARGO):
        state[BAD] += 1
        state[REMAINING] = 0
        return REJECTED
    continued = length >> 15
    length &= 0x7FFF
    if length < 4:
        state[REMAINING] = 0
        if length != 0:
            state[BAD] += 1
            return REJECTED
        return 0
    end = length
    if end > n:
        end = n
    state[REMAINING] = length - end
    channel = buf[2]
    answer = 0
    if channel == 1:
        if end > 4 and buf[4] == 1 and continued == 0:
            state[EPOCH] += 1
            state[SEQUENCE] = 0
            answer = RESET
        return answer
    if channel == 2:
        if end >= 6 and buf[4] == 0xFC and buf[5] == 0x08:
            answer = FEATURE_SET
        return answer
    if channel != 3:
        if channel > 5:
            state[BAD] += 1
            state[REMAINING] = 0
            return REJECTED
        return 0
    sequence = buf[3]
    if state[SEQUENCE] != 0:
        missing = (sequence - state[SEQUENCE]) & 255
        if missing:
            answer = GAP
            if missing >= 128:  # a number that was there before: a cargo that came twice
                state[SEQUENCE] = sequence + 1
                return GAP
            state[LOST] += missing
    state[SEQUENCE] = sequence + 1
    base = 0
    if continued:
        base = state[BASE_100US]
    else:
        state[CARGO_EDGE_US] = state[EDGE_US]
    i = 4
    while i < end:
        report = buf[i]
        if report == 0xFB or report == 0xFA:
            if i + 5 > end:
                break
            delta = buf[i + 1] | (buf[i + 2] << 8)
            high = buf[i + 3] | (buf[i + 4] << 8)
            if report == 0xFB:
                base = int(_MAX_AGE_100US)
                if high < 2:
                    base = delta | (high << 16)
                    if base > int(_MAX_AGE_100US):
                        base = int(_MAX_AGE_100US)
            elif high == 0:
                base -= delta
            i += 5
        elif report == 0x08:
            if i + 12 > end:
                break
            delay = ((buf[i + 2] >> 2) << 8) | buf[i + 3]
            t = (int(state[CARGO_EDGE_US]) + (delay - base) * 100) & 0x3FFFFFFF
            count = state[COUNT]
            known = 1
            if delay - base > int(_MAX_AHEAD_100US) or base == int(_MAX_AGE_100US):
                known = 0
                answer |= REJECTED
            if count:
                ahead = ((t - time_us[(count - 1) & 7] + (1 << 29)) & 0x3FFFFFFF) - (1 << 29)
                # after a long silence the difference may have wrapped
                if ahead <= 0 and (ahead > -1000000 or state[STAGE] == 0):
                    known = 0
            x = buf[i + 4] | (buf[i + 5] << 8)
            y = buf[i + 6] | (buf[i + 7] << 8)
            z = buf[i + 8] | (buf[i + 9] << 8)
            w = buf[i + 10] | (buf[i + 11] << 8)
            a = ((w ^ 0x8000) - 0x8000) >> 1
            norm = a * a
            a = ((x ^ 0x8000) - 0x8000) >> 1
            norm += a * a
            a = ((y ^ 0x8000) - 0x8000) >> 1
            norm += a * a
            a = ((z ^ 0x8000) - 0x8000) >> 1
            # a rotation has the norm 1, here 2^26; within a sixteenth, so that rounding does not count
            norm = (norm + a * a) >> 22
            if norm != 15 and norm != 16:
                known = 0
                if w | x | y | z:  # zeros come from a fusion that has just begun
                    answer |= REJECTED
            if known:
                k = count & 7
                time_us[k] = t
                k <<= 2
                quat[k] = w
                quat[k + 1] = x
                quat[k + 2] = y
                quat[k + 3] = z
                state[COUNT] = (count + 1) & 0x1FFFFFFF
                if state[STAGE] != 0:
                    state[BACK_US] = state[EDGE_US]
                    state[STAGE] = 0
                state[ASKED] = 0
                state[SINCE_US] = state[EDGE_US]
                answer |= SAMPLE
            else:
                state[DROPPED] += 1
            i += 12
        else:
            state[UNKNOWN] += 1
            answer |= STRANGE
            break
    if base < 0:
        base = 0
    state[BASE_100US] = base
    return answer
