"""Joint angles from orientations: half sums and half differences of two Euler angles are plane angles of a quaternion.

For q = Y(a) X(b) Z(c):   (a + c) / 2 = atan2(y + z, w - x)     (a - c) / 2 = atan2(y - z, w + x)
                          b / 2 + 45 deg = atan2(|(w + x, y - z)|, |(w - x, y + z)|)
For q = Y(p) X(e) Y(r):   (p + r) / 2 = atan2(y, w)             (p - r) / 2 = atan2(-z, x)
                          e / 2 = atan2(|(x, z)|, |(w, y)|)
(the method of Bernardes & Viollet 2022, PLoS ONE 17:e0276302, for these two orders). No products, and next to gimbal
lock the angles that are ill-defined one by one still compose to the right orientation.
"""

import micropython
from micropython import const

# indices into the answer of joint_pairs() after trigonometry.polar(): half angles, in eighths of 1/100 degree
SCAPULA_HALF_DIFFERENCE = const(0)
SCAPULA_HALF_SUM = const(1)
THORAX_HALF_DIFFERENCE = const(2)
THORAX_HALF_SUM = const(3)
HUMERUS_HALF_DIFFERENCE = const(4)
HUMERUS_HALF_SUM = const(5)
HUMERUS_SAGITTAL = const(6)
SCAPULA_TILTED = const(7)
THORAX_TILTED = const(8)
HUMERUS_RAISED = const(9)

PAIRS = const(10)
RADII = const(6)


@micropython.viper
def joint_pairs(segments: ptr32, pairs: ptr32):
    """Vectors whose plane angles are the joint angles; `polar(pairs, PAIRS, RADII, angles)` completes them.

    segments  int32[12] Q15, segment to laboratory: thorax, scapula, humerus; laboratory Z up
    pairs     int32[2 * PAIRS] (y, x), the first seven written: scapula in the thorax (Y-X'-Z''), thorax against
              upright facing laboratory X (Y-X'-Z''), humerus in the thorax (Y-X'-Y''), and the long axis of the
              humerus in the sagittal plane of the thorax (forward, down)

    Bounds: quaternion lengths up to 1.15; relative ones are kept in Q16 (Q30 >> 14), their pairs reach
    2^16.5 * 1.33 < 131000, the bound of `polar`; squares in Q30 stay below 1.75 * 2^30.
    """
    m = 1
    m = m << 31
    tw = (int(segments[0]) ^ m) - m
    tx = (int(segments[1]) ^ m) - m
    ty = (int(segments[2]) ^ m) - m
    tz = (int(segments[3]) ^ m) - m
    # upright is (1, 1, 0, 0) / sqrt(2); conj(upright) * thorax is (w + x, x - w, y + z, z - y) up to a factor
    pairs[4] = ty << 1
    pairs[5] = tx << 1
    pairs[6] = tz << 1
    pairs[7] = tw << 1
    w = (int(segments[4]) ^ m) - m
    x = (int(segments[5]) ^ m) - m
    y = (int(segments[6]) ^ m) - m
    z = (int(segments[7]) ^ m) - m
    rw = (tw * w + tx * x + ty * y + tz * z + 8192) >> 14
    rx = (tw * x - tx * w - ty * z + tz * y + 8192) >> 14
    ry = (tw * y - ty * w - tz * x + tx * z + 8192) >> 14
    rz = (tw * z - tz * w - tx * y + ty * x + 8192) >> 14
    pairs[0] = ry - rz
    pairs[1] = rw + rx
    pairs[2] = ry + rz
    pairs[3] = rw - rx
    w = (int(segments[8]) ^ m) - m
    x = (int(segments[9]) ^ m) - m
    y = (int(segments[10]) ^ m) - m
    z = (int(segments[11]) ^ m) - m
    rw = (tw * w + tx * x + ty * y + tz * z + 8192) >> 14
    rx = (tw * x - tx * w - ty * z + tz * y + 8192) >> 14
    ry = (tw * y - ty * w - tz * x + tx * z + 8192) >> 14
    rz = (tw * z - tz * w - tx * y + ty * x + 8192) >> 14
    # half a turn on: the plane of elevation is that of the elbow, opposite to the Y axis (up the arm)
    pairs[8] = rz
    pairs[9] = 0 - rx
    pairs[10] = ry
    pairs[11] = rw
    # Y axis of the humerus in the thorax is (2 (xy - wz), w^2 - x^2 + y^2 - z^2, ..) ; it points up the arm
    rw = rw >> 1
    rx = rx >> 1
    ry = ry >> 1
    rz = rz >> 1
    pairs[12] = (rw * rz - rx * ry + 4096) >> 13
    pairs[13] = (rw * rw + ry * ry - rx * rx - rz * rz + 8192) >> 14
