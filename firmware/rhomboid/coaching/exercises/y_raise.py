"""Y raise: arms up and out in line with the lower trapezius, within the range a skin sensor can follow."""

from rhomboid import features as f

EXERCISE = {
    "name": "y_raise",
    "title": "Y raise",
    "about": "Raise the straight arms up and slightly out, shoulder blades turning up and tipping back; lower slowly.",
    "drive": f.HUMERAL_ELEVATION_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 4000,
    "range_cdeg": 8000,
    "tempo_ms": {"concentric": (1450, 40), "isometric": (800, 60), "eccentric": (2200, 40)},
    "order": ("LT", "humerus", "UT"),
    "rules": [
        ("arm_before_scapula", {}),
        # with the shoulder blades drawn in and tipped back at the top, where the tilt differs most between people
        (
            "scapula_lost",
            {
                "looks": [("upward_deficit_slow", None, 800, 300), ("tilt_deficit_slow", None, 900, 300)],
                "own": {"upward_deficit_slow": (0, -600, 400), "tilt_deficit_slow": (-500, -1200, 100)},
            },
        ),
        ("winging", {"own": (-450, -1000, 200)}),
        ("shrug", {}),
        ("ut_lt_ratio", {"spread": 400}),
        # raising takes more upper trapezius than pulling
        ("ut_mt_ratio", {"own": (166, 90, 205)}),
        ("thorax_extension", {"own": (-200, -600, 400)}),
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"HUMERAL_ELEVATION_CDEG": 9000},
    "contraindications": ("acute shoulder or neck pain", "pain when the arm is raised"),
    "sources": "domain 4 (tempo), 1.4 (scapula over elevation); ranges and own values are engineering choices",
}
