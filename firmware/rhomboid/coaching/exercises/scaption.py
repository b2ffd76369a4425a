"""Scaption: straight arms raised in the plane of the shoulder blades."""

from rhomboid import features as f

# What is said of the scapula and the trunk holds for an arm raised near the scapular plane, 30-45 degrees before the
# frontal one; an arm raised in front draws the scapula around the ribs (domain 7, box lift). Engineering choice.
_IN_PLANE = (f.PLANE_OF_ELEVATION_CDEG, None, 6000)

EXERCISE = {
    "name": "scaption",
    "title": "Scaption",
    "about": "Raise the straight arms 30 degrees in front of the side, thumbs up, to shoulder height; lower slowly.",
    "drive": f.HUMERAL_ELEVATION_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 4000,
    "range_cdeg": 8000,
    "tempo_ms": {"concentric": (1390, 40), "isometric": (600, 60), "eccentric": (2200, 40)},
    "order": ("LT", "humerus", "UT"),
    "rules": [
        ("arm_before_scapula", {}),
        (
            "scapula_lost",
            {
                "own": {"upward_deficit_top": (-90, -600, 400), "tilt_deficit_aligned": (-230, -1000, 700)},
                "gate": _IN_PLANE,
            },
        ),
        ("winging", {"own": (40, -1000, 500), "gate": _IN_PLANE}),
        ("control_lost", {"own": (100, -300, 400), "gate": _IN_PLANE}),
        ("shrug", {"gate": ("ut_lt_effort_q8", 370, 32767)}),
        # domain 2.4: scaption UT/LT 1.28 +- 0.62
        ("ut_lt_ratio", {"own": (282, 100, 330)}),
        ("ut_mt_ratio", {"own": (243, 90, 330)}),
        ("thorax_extension", {"own": (-150, -500, 400), "gate": _IN_PLANE}),
        ("thorax_lean", {"gate": _IN_PLANE}),
        ("thorax_rotation", {"gate": _IN_PLANE}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"HUMERAL_ELEVATION_CDEG": 9000},
    "contraindications": ("acute shoulder or neck pain", "pain when the arm is raised"),
    "sources": "domain 2.4 (ratio), 1.4 (scapula), 4 (tempo); ranges and own values are engineering choices",
}
