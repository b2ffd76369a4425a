"""W raise: bent elbows drawn back and down with the shoulder blades."""

from rhomboid import features as f

EXERCISE = {
    "name": "w_raise",
    "title": "W raise",
    "about": "Elbows bent beside the ribs, draw shoulder blades and elbows back and down, hold; return slowly.",
    "drive": f.RETRACTION_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 600,
    "range_cdeg": 1500,
    "tempo_ms": {"concentric": (1200, 60), "isometric": (2000, 50), "eccentric": (1500, 60)},
    "order": ("LT", "MT"),
    "rules": [
        ("scapula_lost", {"own": {"upward_deficit_top": (200, -600, 500), "tilt_deficit_aligned": (-400, -1000, 200)}}),
        ("shrug", {}),
        ("ut_lt_ratio", {}),
        ("ut_mt_ratio", {"own": (105, 60, 154)}),
        ("thorax_extension", {"own": (-150, -500, 400)}),
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("hold_short", {}),
        ("hold_tremor", {}),
        ("eccentric_fast", {}),
        ("range_reduced", {"spread": 450}),
    ],
    "mobility": {"RETRACTION_CDEG": 600},
    "contraindications": ("acute shoulder or neck pain",),
    "sources": "domain 4 (tempo); ranges and own values are engineering choices",
}
