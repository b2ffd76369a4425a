"""Isometric scapular retraction hold: draw the shoulder blades together, hold still, let go slowly."""

from rhomboid import features as f

EXERCISE = {
    "name": "retraction_hold",
    "title": "Scapular retraction hold",
    "about": "Arms at the sides, draw the shoulder blades back and down, hold still for five seconds, let go slowly.",
    "drive": f.RETRACTION_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 600,
    "range_cdeg": 1800,
    "tempo_ms": {"concentric": (1100, 60), "isometric": (5000, 40), "eccentric": (1300, 60)},
    "order": ("LT", "MT"),
    "rules": [
        ("scapula_lost", {"own": {"upward_deficit_top": (100, -600, 500), "tilt_deficit_aligned": (-400, -1000, 200)}}),
        ("shrug", {}),
        # with the arms hanging the upper trapezius has little to do
        ("ut_lt_ratio", {"own": (112, 64, 154), "spread": 380}),
        ("ut_mt_ratio", {"own": (88, 50, 140)}),
        ("thorax_extension", {"own": (-150, -500, 400)}),
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("hold_short", {}),
        ("hold_drift", {}),
        ("hold_tremor", {}),
        ("hold_fade", {}),
        ("eccentric_fast", {}),
        ("range_reduced", {"spread": 450}),
    ],
    "mobility": {"RETRACTION_CDEG": 600},
    "contraindications": ("acute shoulder or neck pain",),
    "sources": "domain 4: hold = rate under 5 deg/s for 1 s or more; range and duration are engineering choices",
}
