"""Unit quaternions (w, x, y, z) as int32 in Q15: 32768 is one.

A sum of four products of two unit quaternions is at most 2^30 (Cauchy-Schwarz), also in every partial sum; kernels here
accept lengths up to 1.2, products then stay below 1.44 * 2^30 < 2^31.
"""

import micropython
from micropython import const

ONE = const(32768)


@micropython.viper
def multiply(out: ptr32, o: int, a: ptr32, i: int, b: ptr32, j: int, conjugate: int):
    """out[o:o+4] = a[i:i+4] * b[j:j+4]; conjugate: 1 takes conj(a), 2 takes conj(b). out may be a or b."""
    m = 1
    m = m << 31
    aw = (int(a[i]) ^ m) - m
    ax = (int(a[i + 1]) ^ m) - m
    ay = (int(a[i + 2]) ^ m) - m
    az = (int(a[i + 3]) ^ m) - m
    bw = (int(b[j]) ^ m) - m
    bx = (int(b[j + 1]) ^ m) - m
    by = (int(b[j + 2]) ^ m) - m
    bz = (int(b[j + 3]) ^ m) - m
    if conjugate == 1:
        ax = 0 - ax
        ay = 0 - ay
        az = 0 - az
    if conjugate == 2:
        bx = 0 - bx
        by = 0 - by
        bz = 0 - bz
    out[o] = (aw * bw - ax * bx - ay * by - az * bz + 16384) >> 15
    out[o + 1] = (aw * bx + ax * bw + ay * bz - az * by + 16384) >> 15
    out[o + 2] = (aw * by - ax * bz + ay * bw + az * bx + 16384) >> 15
    out[o + 3] = (aw * bz + ax * by - ay * bx + az * bw + 16384) >> 15


@micropython.viper
def normalise(out: ptr32, o: int, v: ptr32, i: int) -> int:
    """out[o:o+4] = v[i:i+4] at length one in Q15, within 1 in 4000; answers 0 and writes nothing for a zero vector.

    Bounds: any int32 above -2^31. The largest component is first shifted into 2^14..2^15, so the sum of the squared
    halves is below 2^30, its root at least 2^13, and the dividend (component << 14) below 2^29.
    """
    m = 1
    m = m << 31
    large = 0
    k = 0
    while k < 4:
        x = (int(v[i + k]) ^ m) - m
        if x < 0:
            x = 0 - x
        large |= x
        k += 1
    if large <= 0:
        return 0
    down = 0
    while large >= 32768:
        large = large >> 1
        down += 1
    up = 0
    while large < 16384:
        large = large << 1
        up += 1
    square = 0
    k = 0
    while k < 4:
        x = ((((int(v[i + k]) ^ m) - m) << up) >> down) >> 1
        square += x * x
        k += 1
    root = 0
    bit = 1 << 28
    while bit:
        if square >= root + bit:
            square -= root + bit
            root = (root >> 1) + bit
        else:
            root = root >> 1
        bit = bit >> 2
    k = 0
    while k < 4:
        x = (((int(v[i + k]) ^ m) - m) << up) >> down
        if x < 0:
            out[o + k] = 0 - (((0 - x) << 14) + (root >> 1)) // root
        else:
            out[o + k] = ((x << 14) + (root >> 1)) // root
        k += 1
    return 1


@micropython.viper
def orient(sensors: ptr32, calibration: ptr32, segments: ptr32, count: int):
    """Segment to laboratory from sensor to its own world: heading * sensor * mounting, for `count` segments.

    sensors      int32[4*count] Q15
    calibration  int32[6*count] Q15: heading turn (w, z) about the vertical, mounting turn (w, x, y, z)
    segments     int32[4*count] Q15, written
    """
    m = 1
    m = m << 31
    i = 0
    j = 0
    end = 4 * count
    while i < end:
        w = (int(sensors[i]) ^ m) - m
        x = (int(sensors[i + 1]) ^ m) - m
        y = (int(sensors[i + 2]) ^ m) - m
        z = (int(sensors[i + 3]) ^ m) - m
        hw = (int(calibration[j]) ^ m) - m
        hz = (int(calibration[j + 1]) ^ m) - m
        aw = (hw * w - hz * z + 16384) >> 15
        ax = (hw * x - hz * y + 16384) >> 15
        ay = (hw * y + hz * x + 16384) >> 15
        az = (hw * z + hz * w + 16384) >> 15
        w = (int(calibration[j + 2]) ^ m) - m
        x = (int(calibration[j + 3]) ^ m) - m
        y = (int(calibration[j + 4]) ^ m) - m
        z = (int(calibration[j + 5]) ^ m) - m
        segments[i] = (aw * w - ax * x - ay * y - az * z + 16384) >> 15
        segments[i + 1] = (aw * x + ax * w + ay * z - az * y + 16384) >> 15
        segments[i + 2] = (aw * y - ax * z + ay * w + az * x + 16384) >> 15
        segments[i + 3] = (aw * z + ax * y - ay * x + az * w + 16384) >> 15
        i += 4
        j += 6
