"""How a pod lies on its segment: the nominal rotation from the sensor's axes to the segment's.

Every pod is worn with its arrow (sensor Y) up and its printed face (sensor Z) away from the skin. Segment axes are
ISB's: X forward, Y up, Z to the subject's right on both sides of the body (design section 5).
"""

import math

from hardware.calculations.tables import markdown

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]

_FORWARD, _BACKWARD, _RIGHT, _LEFT = (1.0, 0.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, 0.0, -1.0)
# place -> direction out of the skin there, in segment axes, on the right and on the left side
PLACES: dict[str, tuple[Vector, Vector]] = {
    "thorax, sternum": (_FORWARD, _FORWARD),
    "thorax, T1-T3": (_BACKWARD, _BACKWARD),
    "scapula, spine": (_BACKWARD, _BACKWARD),
    "humerus, outer side": (_RIGHT, _LEFT),
    "pelvis, sacrum": (_BACKWARD, _BACKWARD),
}


def nominal(outward: Vector) -> Quaternion:
    """(w, x, y, z) with segment vector = q * sensor vector * conj(q).

    Sensor Y lies along segment Y and sensor Z along `outward`: a turn about the common Y axis, by the angle from
    segment Z to `outward`.
    """
    half = math.atan2(outward[0], outward[2]) / 2
    return (math.cos(half), 0.0, math.sin(half), 0.0)


def rotate(q: Quaternion, v: Vector) -> Vector:
    """q * v * conj(q) for a turn about Y only (x = z = 0)."""
    w, _, y, _ = q
    cosine, sine = w * w - y * y, 2 * w * y
    return cosine * v[0] + sine * v[2], v[1], cosine * v[2] - sine * v[0]


def pod_axes_q14(outward: Vector) -> tuple[int, int, int, int]:
    """Four of the twelve integers of the setting `pod_axes_q14`: the same turn from segment to sensor, in 1/16384."""
    w, _, y, _ = nominal(outward)
    return round(16384 * w), 0, -round(16384 * y), 0


def report() -> str:
    """The table for wearing.md."""
    rows = []
    for place, sides in PLACES.items():
        angles = [f"{math.degrees(math.atan2(direction[0], direction[2])):+.0f}" for direction in sides]
        axes = [" ".join(str(part) for part in pod_axes_q14(direction)) for direction in sides]
        rows.append((place, *angles, *axes))
    return markdown(("pod", "turn about Y, right side, deg", "left", "`pod_axes_q14`, right side", "left"), rows)
