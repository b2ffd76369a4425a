"""Plyometric push-up: lower under control, push off, land soft. The way out is the lowering."""

from rhomboid import features as f

EXERCISE = {
    "name": "push_up",
    "title": "Plyometric push-up",
    "about": "Lower with the shoulder blades gliding together, push off fast, spread the shoulder blades at the top.",
    "drive": f.HUMERAL_FLEXION_CDEG,
    "drive_sign": -1,
    "min_range_cdeg": 2500,
    "range_cdeg": 5000,
    "tempo_ms": {"concentric": (1000, 50)},
    "order": ("SA", "humerus"),
    "rules": [
        # the lowering is the way out of this exercise, its push is meant to be fast: no tempo of the way back
        ("winging", {"looks": [("internal_rotation_moved", None, 800, 350)], "own": (-1300, -2000, 0)}),
        ("ut_lt_ratio", {"own": (128, 50, 256)}),
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("range_reduced", {"spread": 370}),
    ],
    "mobility": {"HUMERAL_FLEXION_CDEG": 8000},
    "contraindications": ("acute shoulder or neck pain", "wrist pain", "shoulder instability"),
    "sources": "domain 1.4, 2.4; ranges, own values and the wider band of a landing are engineering choices",
}
