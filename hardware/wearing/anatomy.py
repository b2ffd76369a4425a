"""Where everything sits on the back: landmarks of an adult in millimetres and the sites worked out from them.

Axes of the drawing: x towards the subject's worn side, y downwards, origin at C7, seen from behind. Landmarks are those
of a typical adult (engineering choice, for the drawing only); the rules for the sites are SENIAM's (domain 2.1).
"""

Point = tuple[float, float]

C7: Point = (0.0, 0.0)
T3: Point = (0.0, 62.0)
T5: Point = (0.0, 108.0)
T8: Point = (0.0, 190.0)
ACROMION: Point = (186.0, 36.0)
TRIGONUM: Point = (68.0, 66.0)  # medial end of the scapular spine
INFERIOR_ANGLE: Point = (82.0, 188.0)
SUPERIOR_ANGLE: Point = (60.0, 34.0)


def between(one: Point, other: Point, share: float) -> Point:
    """The point at `share` of the way from `one` to `other`."""
    return one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])


def medial_border(y: float) -> Point:
    """The medial border of the scapula at height `y`, below the trigonum."""
    share = (y - TRIGONUM[1]) / (INFERIOR_ANGLE[1] - TRIGONUM[1])
    return between(TRIGONUM, INFERIOR_ANGLE, max(0.0, share))


# site -> (middle between the electrodes, line that the pair follows, rule in words)
ELECTRODES: dict[str, tuple[Point, tuple[Point, Point], str]] = {
    "UT": (between(C7, ACROMION, 0.5), (C7, ACROMION), "half way C7 - acromion"),
    "MT": (between(T3, medial_border(T3[1]), 0.5), (T5, ACROMION), "half way T3 - medial border; line T5 - acromion"),
    "LT": (between(TRIGONUM, T8, 2 / 3), (TRIGONUM, T8), "two thirds from trigonum to T8"),
    "LAT": (
        (INFERIOR_ANGLE[0] + 14.0, INFERIOR_ANGLE[1] + 22.0),
        (INFERIOR_ANGLE, (INFERIOR_ANGLE[0] + 24.0, INFERIOR_ANGLE[1] + 56.0)),
        "1 cm lateral of the inferior angle, along the fibres",
    ),
}
SCAPULA_POD: Point = between(TRIGONUM, ACROMION, 0.60)
TACTORS: dict[str, Point] = {"upper": (40.0, 4.0), "lower": (40.0, 246.0)}
CHEST_STRAP_Y = 246.0
WAIST_STRAP_Y = 372.0
ENCLOSURE: Point = (80.0, WAIST_STRAP_Y)
HUMERUS_POD: Point = (248.0, 168.0)
TACTOR_CLEARANCE_MM = 30.0  # issue: at least 3 cm from electrodes, pods and the other tactor


def distances_mm() -> dict[tuple[str, str], float]:
    """Each tactor to everything that its pulse could disturb."""
    others = {site: centre for site, (centre, _, _) in ELECTRODES.items()} | {"scapula pod": SCAPULA_POD}
    found = {}
    for name, (x, y) in TACTORS.items():
        for other, (u, v) in {**others, **{f"tactor {n}": p for n, p in TACTORS.items() if n != name}}.items():
            found[name, other] = ((x - u) ** 2 + (y - v) ** 2) ** 0.5
    return found
