"""Isometric scapular retraction hold: draw the shoulder blades together, hold still, let go slowly."""

from rhomboid import features as f

EXERCISE = {
    "name": "retraction_hold",
    "title": "Scapular retraction hold",
    "about": "Arms at the sides, draw the shoulder blades back and down, hold them still for five seconds, let go slowly.",
    "drive": f.RETRACTION_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 600,
    "hold_min_ms": 1000,
    "tempo_ms": {"concentric": (1000, 60), "isometric": (5000, 40), "eccentric": (1500, 40)},
    "order": ("LT", "MT"),
    "rules": [("scapula_lost", {}), ("ut_lt_ratio", {})],
    "mobility": {"RETRACTION_CDEG": 600},
    "contraindications": ("acute shoulder or neck pain",),
    "sources": "domain 4: hold = rate under 5 deg/s for 1 s or more; range and duration are engineering choices",
}
