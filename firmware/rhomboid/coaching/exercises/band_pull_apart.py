"""Band pull-apart: straight arms in front of the shoulders, the band is drawn apart to the sides."""

from rhomboid import features as f

EXERCISE = {
    "name": "band_pull_apart",
    "title": "Band pull-apart",
    "about": "Arms straight in front, draw the shoulder blades together and the band apart; return slowly.",
    "drive": f.PLANE_OF_ELEVATION_CDEG,
    "drive_sign": -1,
    "min_range_cdeg": 3000,
    "range_cdeg": 6500,
    "tempo_ms": {"concentric": (1280, 40), "isometric": (800, 60), "eccentric": (2000, 40)},
    "order": ("MT", "LT", "humerus"),
    "rules": [
        ("arm_before_scapula", {}),
        (
            "scapula_lost",
            {"own": {"upward_deficit_top": (-300, -800, 400), "tilt_deficit_aligned": (-450, -1000, 400)}},
        ),
        # from reaching forward to drawn together
        ("retraction_lost", {"own": (-1400, -2400, -400)}),
        ("shrug", {"gate": ("ut_lt_effort_q8", 240, 32767), "own": (-200, -600, 600)}),
        # arms at shoulder height: domain 2.4, prone T 0.86 +- 0.33
        ("ut_lt_ratio", {"own": (200, 77, 230)}),
        ("ut_mt_ratio", {"own": (158, 64, 205)}),
        ("thorax_extension", {"own": (-250, -600, 400)}),
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"RETRACTION_CDEG": 800, "HUMERAL_ELEVATION_CDEG": 8000},
    "contraindications": ("acute shoulder or neck pain",),
    "sources": "domain 2.4 (ratio), domain 4 (tempo); ranges and own values are engineering choices",
}
