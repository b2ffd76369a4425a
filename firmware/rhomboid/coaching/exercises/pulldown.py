"""Pulldown: the bar comes to the collar bones, the shoulder blades first."""

from rhomboid import features as f

EXERCISE = {
    "name": "pulldown",
    "title": "Pulldown",
    "about": "Draw the shoulder blades down, then the elbows to the ribs; let the bar rise slowly.",
    "drive": f.HUMERAL_ELEVATION_CDEG,
    "drive_sign": -1,
    "min_range_cdeg": 3500,
    "range_cdeg": 8000,
    "tempo_ms": {"concentric": (1280, 40), "isometric": (600, 60), "eccentric": (2200, 40)},
    "order": ("LT", "LAT", "humerus"),
    "rules": [
        ("arm_before_scapula", {}),
        (
            "scapula_lost",
            {"own": {"upward_deficit_top": (-130, -800, 400), "tilt_deficit_aligned": (-300, -1000, 400)}},
        ),
        ("ut_lt_ratio", {}),
        # the latissimus leads here: domain 2.4, 1.15 in pulldowns
        ("lat_dominance", {"own": (294, 200, 320)}),
        ("thorax_extension", {"own": (-400, -800, 200)}),
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"HUMERAL_ELEVATION_CDEG": 13000},
    "contraindications": ("acute shoulder or neck pain", "pain when the arm is raised"),
    "sources": "domain 2.4 (ratio), domain 4 (tempo); ranges and own values are engineering choices",
}
