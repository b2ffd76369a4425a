"""Angle and length of plane vectors: one integer division and two short tables.

Angles here are in eighths of 1/100 degree (EIGHTHS_PER_CDEG), a full turn is 288000: sums of a few of them keep the
rounding far below the 1/100 degree of the feature vector. Error of `polar`: at most 0.006 degrees in the angle and
6e-5 of the radius (linear interpolation between 1/64 steps, tests/t0_kernels/test_tracking_kernels.py).
"""

from array import array

import micropython
from micropython import const

EIGHTHS_PER_CDEG = const(8)
HALF_TURN = const(144000)
QUARTER_TURN = const(72000)

# atan(i/64) in eighths of 1/100 degree, i = 0..64; the last entry again for the interpolation at 45 degrees
ARCTANGENT = array(
    "H",
    (0, 716, 1432, 2147, 2861, 3574, 4285, 4994, 5700, 6404, 7105, 7802, 8496, 9186, 9871, 10552, 11229, 11901, 12567,
     13228, 13883, 14533, 15176, 15814, 16445, 17069, 17688, 18299, 18904, 19501, 20092, 20676, 21252, 21821, 22384,
     22939, 23486, 24027, 24560, 25086, 25604, 26116, 26620, 27117, 27607, 28090, 28565, 29034, 29496, 29951, 30399,
     30840, 31275, 31703, 32125, 32540, 32949, 33351, 33748, 34138, 34522, 34900, 35272, 35639, 36000, 36000),
)  # fmt: skip
# (sqrt(1 + (i/64)^2) - 1) * 2^15
STRETCH = array(
    "H",
    (0, 4, 16, 36, 64, 100, 144, 195, 255, 322, 398, 480, 571, 669, 775, 888, 1008, 1136, 1271, 1414, 1563, 1719, 1882,
     2052, 2228, 2411, 2601, 2797, 2999, 3207, 3421, 3642, 3868, 4100, 4337, 4580, 4828, 5082, 5341, 5605, 5874, 6147,
     6426, 6709, 6997, 7289, 7586, 7887, 8192, 8501, 8814, 9132, 9453, 9777, 10106, 10438, 10773, 11112, 11454, 11800,
     12148, 12500, 12855, 13212, 13573, 13573),
)  # fmt: skip


@micropython.viper
def polar(pairs: ptr32, count: int, radii: int, angles: ptr32):
    """Angle of each of `count` vectors, atan2(y, x) in (-144000, 144000]; a zero vector has angle 0.

    pairs   int32[2*count] (y, x); the radii of the first `radii` vectors (even) become the last radii/2 pairs, so that
            angles between lengths come out of the same call
    angles  int32[count]

    Bounds: |y|, |x| <= 131000, so (smaller << 14) + (larger >> 1) < 2^31 and larger * STRETCH <= 2^17 * 13573 < 2^31.
    The radius is at most 2^17.5 and is used as an input only when its vector is no longer than 131000.
    """
    m = 1
    m = m << 31
    arctangent = ptr16(ARCTANGENT)
    stretch = ptr16(STRETCH)
    target = 2 * count - radii
    i = 0
    while i < count:
        y = (int(pairs[2 * i]) ^ m) - m
        x = (int(pairs[2 * i + 1]) ^ m) - m
        large = x
        if x < 0:
            large = 0 - x
        small = y
        if y < 0:
            small = 0 - y
        steep = 0
        if small > large:
            steep = large
            large = small
            small = steep
            steep = 1
        angle = 0
        if large:
            ratio = ((small << 14) + (large >> 1)) // large
            k = ratio >> 8
            part = ratio & 255
            angle = int(arctangent[k])
            angle += ((int(arctangent[k + 1]) - angle) * part + 128) >> 8
            if i < radii:
                longer = int(stretch[k])
                longer += ((int(stretch[k + 1]) - longer) * part + 128) >> 8
                pairs[target] = large + ((large * longer + 16384) >> 15)
        elif i < radii:
            pairs[target] = 0
        target += 1
        if steep:
            angle = QUARTER_TURN - angle
        if x < 0:
            angle = HALF_TURN - angle
        if y < 0:
            angle = 0 - angle
        angles[i] = angle
        i += 1
