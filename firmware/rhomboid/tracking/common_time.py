"""Every sensor has its own phase and clock: bring all segments to one common time by interpolation.

The common time lags the tick by LAG_US, so that a sensor with 10 ms between reports has one on either side of it.
"""

import micropython
from micropython import const

# Two report intervals: one report may be late or lost (engineering choice; 10 ms of skew is 0.6 degrees in a lift,
# design section 5)
LAG_US = const(20_000)
# A sensor that has said nothing for this long is dead to the tracking (engineering choice: five reports)
HOLD_US = const(50_000)
# Between reports further apart than this nobody knows what happened (engineering choice)
_BRIDGE_US = const(60_000)

_HALF = const(536870912)  # half of the ticks range
_TICKS = const(1073741823)


@micropython.viper
def resample(
    t_us: int, quat_0: ptr16, time_0: ptr32, state_0: ptr32, quat_1: ptr16, time_1: ptr32, state_1: ptr32,
    quat_2: ptr16, time_2: ptr32, state_2: ptr32, sensors: ptr32, epochs: ptr32,
) -> int:  # fmt: skip
    """Orientation of three sensors at `t_us`; answers a mask of live sensors (bits 0..2) and of new epochs (bits 4..6).

    t_us     ticks_us of the common time, may be outside 0..2^30-1 by one turn
    quat_n   int16[8*4] ring of samples (w, x, y, z) in Q14; time_n int32[8] their ticks_us
    state_n  [0] samples ever written, the newest at (count - 1) & 7; [1] epoch: resets seen
    sensors  int32[12] Q15, written where live, with the sign that continues the value before
    epochs   int32[3] epochs already seen, written

    Normalised linear interpolation; a newest sample older than t_us is carried on for up to half an interval, then held
    for up to HOLD_US. A sample that is no rotation (length off by more than 15 %) counts as missing, so does a turn of
    more than 130 degrees between two samples.
    Bounds: any int16; interpolated values below 2^17, squared lengths in Q24 below 2^30, (t << 10) < 2^26.
    """
    m = 1
    m = m << 31
    h = 1 << 15
    quat = quat_0
    time = time_0
    state = state_0
    answer = 0
    i = 0
    while i < 3:
        if i == 1:
            quat = quat_1
            time = time_1
            state = state_1
        if i == 2:
            quat = quat_2
            time = time_2
            state = state_2
        count = int(state[0])
        usable = 0
        if count:
            if int(state[1]) != int(epochs[i]):
                epochs[i] = int(state[1])
                answer |= 16 << i
            newest = (count - 1) & 7
            oldest = 0
            if count > 7:
                oldest = count & 7
            after = newest
            before = newest
            since = ((t_us - int(time[newest]) + _HALF) & _TICKS) - _HALF
            until = 1
            while since < 0 and before != oldest:
                until = since
                after = before
                before = (before - 1) & 7
                since = ((t_us - int(time[before]) + _HALF) & _TICKS) - _HALF
            part = 0
            if since >= 0:
                if until < 0:
                    usable = 1
                    span = since - until
                    if span <= _BRIDGE_US:
                        part = (since << 10) // span
                    else:
                        before = after
                elif since <= HOLD_US:
                    usable = 1
                    if newest != oldest:
                        before = (newest - 1) & 7
                        span = ((int(time[newest]) - int(time[before]) + _HALF) & _TICKS) - _HALF
                        part = 1024
                        if span > 0 and span <= _BRIDGE_US:
                            part += (since << 10) // span
                            if part > 1536:
                                part = 1536
            elif since > 0 - HOLD_US:
                usable = 1
        if usable:
            k = before << 2
            aw = (int(quat[k]) ^ h) - h
            ax = (int(quat[k + 1]) ^ h) - h
            ay = (int(quat[k + 2]) ^ h) - h
            az = (int(quat[k + 3]) ^ h) - h
            if part:
                k = after << 2
                w = (int(quat[k]) ^ h) - h
                x = (int(quat[k + 1]) ^ h) - h
                y = (int(quat[k + 2]) ^ h) - h
                z = (int(quat[k + 3]) ^ h) - h
                rest = 1024 - part
                if ((aw * w) >> 2) + ((ax * x) >> 2) + ((ay * y) >> 2) + ((az * z) >> 2) < 0:
                    rest = 0 - rest
                aw = aw * rest + w * part
                ax = ax * rest + x * part
                ay = ay * rest + y * part
                az = az * rest + z * part
            else:
                aw = aw << 10
                ax = ax << 10
                ay = ay << 10
                az = az << 10
            w = aw >> 12
            x = ax >> 12
            y = ay >> 12
            z = az >> 12
            square = w * w + x * x + y * y + z * z
            if square > 12000000 and square < 22000000:
                # one Newton step of 1 / sqrt, in Q14: (3 - square) / 2
                scale = (50331648 - square) >> 11
                k = i << 2
                w = (int(sensors[k]) ^ m) - m
                x = (int(sensors[k + 1]) ^ m) - m
                y = (int(sensors[k + 2]) ^ m) - m
                z = (int(sensors[k + 3]) ^ m) - m
                aw = aw >> 9
                ax = ax >> 9
                ay = ay >> 9
                az = az >> 9
                if ((aw * w) >> 1) + ((ax * x) >> 1) + ((ay * y) >> 1) + ((az * z) >> 1) < 0:
                    scale = 0 - scale
                sensors[k] = (aw * scale + 8192) >> 14
                sensors[k + 1] = (ax * scale + 8192) >> 14
                sensors[k + 2] = (ay * scale + 8192) >> 14
                sensors[k + 3] = (az * scale + 8192) >> 14
                answer |= 1 << i
        i += 1
    return answer
