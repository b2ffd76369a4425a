"""Y raise: arms up and out in line with the lower trapezius, within the range a skin sensor can follow."""

from rhomboid import features as f

# What is said of the scapula and the trunk holds for an arm raised near the scapular plane, 30-45 degrees before the
# frontal one; an arm raised in front draws the scapula around the ribs (domain 7, box lift). Engineering choice.
_IN_PLANE = (f.PLANE_OF_ELEVATION_CDEG, None, 6000)

EXERCISE = {
    "name": "y_raise",
    "title": "Y raise",
    "about": "Raise the straight arms up and slightly out, shoulder blades turning up and tipping back; lower slowly.",
    "drive": f.HUMERAL_ELEVATION_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 4000,
    "range_cdeg": 8000,
    "tempo_ms": {"concentric": (1480, 40), "isometric": (800, 60), "eccentric": (2200, 40)},
    "order": ("LT", "humerus", "UT"),
    "rules": [
        ("arm_before_scapula", {}),
        # with the shoulder blades drawn in and tipped back at the top
        (
            "scapula_lost",
            {
                "looks": [("upward_deficit_top", None, 770, 350), ("tilt_deficit_aligned", None, 770, 350)],
                "own": {"upward_deficit_top": (-60, -600, 500), "tilt_deficit_aligned": (-540, -1300, 300)},
                "gate": _IN_PLANE,
            },
        ),
        (
            "winging",
            {
                "looks": [("internal_rotation_top", None, 770, 350)],
                "own": (-485, -1000, 200),
                "gate": _IN_PLANE,
            },
        ),
        ("control_lost", {"gate": _IN_PLANE}),
        ("shrug", {}),
        ("ut_lt_ratio", {}),
        # raising takes more upper trapezius than pulling
        ("ut_mt_ratio", {"own": (166, 90, 205)}),
        ("thorax_extension", {"own": (-350, -700, 300), "gate": _IN_PLANE}),
        ("thorax_lean", {"gate": _IN_PLANE}),
        ("thorax_rotation", {"gate": _IN_PLANE}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"HUMERAL_ELEVATION_CDEG": 9000},
    "contraindications": ("acute shoulder or neck pain", "pain when the arm is raised"),
    "sources": "domain 4 (tempo), 1.4 (scapula over elevation); ranges and own values are engineering choices",
}
