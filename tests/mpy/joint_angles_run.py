"""Runs in MicroPython: Q14 orientations of three segments -> joint angles, and plane vectors -> polar coordinates.

Arguments: input file, output file. Input, int32: count of orientations, side, count of vectors; int16[count][12]
quaternions (w, x, y, z) of thorax, scapula, humerus; int32[..][2] vectors (y, x).
Output, int32: nine angles per orientation in 1/100 degree; angle in eighths of 1/100 degree and radius per vector (even
count).
"""

import sys
from array import array

from rhomboid.fixed.cardan import PAIRS, RADII, joint_pairs
from rhomboid.fixed.quaternion import normalise
from rhomboid.fixed.trigonometry import polar
from rhomboid.tracking.segments import describe


def main(source, target):
    with open(source, "rb") as file, open(target, "wb") as out:
        head = array("i", [0] * 3)
        file.readinto(head)
        quats = array("h", [0] * 12)
        given = array("i", [0] * 12)
        segments = array("i", [0] * 12)
        pairs = array("i", [0] * (2 * PAIRS))
        angles = array("i", [0] * PAIRS)
        body = array("i", [7, 7, 0, head[1]] + [0] * 8)
        features = array("i", [0] * 48)
        nine = memoryview(features)[:9]
        for _ in range(head[0]):
            file.readinto(quats)
            for i in range(12):
                given[i] = quats[i]
            for i in range(0, 12, 4):
                normalise(segments, i, given, i)
            joint_pairs(segments, pairs)
            polar(pairs, PAIRS, RADII, angles)
            describe(angles, 7, body, features)
            out.write(nine)
        vectors = array("i", [0] * 6)
        pair = memoryview(vectors)[:4]
        turned = array("i", [0] * 3)
        for _ in range(head[2] // 2):
            file.readinto(pair)
            polar(vectors, 3, 2, turned)
            out.write(array("i", [turned[0], vectors[4], turned[1], vectors[5]]))


main(sys.argv[1], sys.argv[2])
