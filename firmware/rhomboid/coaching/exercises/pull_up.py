"""Pull-up: as the pulldown, with the body's weight."""

from rhomboid import features as f

EXERCISE = {
    "name": "pull_up",
    "title": "Pull-up",
    "about": "From a hang draw the shoulder blades down, then pull; lower yourself slowly to a long hang.",
    "drive": f.HUMERAL_ELEVATION_CDEG,
    "drive_sign": -1,
    "min_range_cdeg": 3500,
    "range_cdeg": 9000,
    "tempo_ms": {"concentric": (1370, 50), "isometric": (500, 80), "eccentric": (2500, 40)},
    "order": ("LT", "LAT", "humerus"),
    "rules": [
        ("arm_before_scapula", {}),
        (
            "scapula_lost",
            {"own": {"upward_deficit_top": (-120, -800, 400), "tilt_deficit_aligned": (-300, -1000, 400)}},
        ),
        ("ut_lt_ratio", {}),
        ("lat_dominance", {"own": (294, 200, 320)}),
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"HUMERAL_ELEVATION_CDEG": 15000},
    "contraindications": ("acute shoulder or neck pain", "pain when the arm is raised", "shoulder instability"),
    "sources": "domain 2.4 (ratio of the pulldown), domain 4 (tempo); ranges and own values are engineering choices",
}
