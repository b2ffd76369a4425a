"""Rowing on the ergometer or the water, a continuous activity: every stroke is a repetition."""

from rhomboid import features as f

EXERCISE = {
    "name": "rowing",
    "title": "Rowing",
    "about": "Legs, trunk, shoulder blades, arms; and back in the opposite order. Cues come between strokes.",
    "drive": f.HUMERAL_FLEXION_CDEG,
    "drive_sign": -1,
    "min_range_cdeg": 3000,
    "range_cdeg": 8000,
    "continuous": True,
    "tempo_ms": {"concentric": (900, 50), "eccentric": (1400, 50)},
    "order": ("LT", "MT", "LAT", "humerus"),
    "rules": [
        ("arm_before_scapula", {}),
        ("retraction_lost", {"own": (-1000, -2200, 0)}),
        ("shrug", {}),
        ("ut_lt_ratio", {"spread": 370}),
        ("lat_dominance", {"own": (269, 128, 320)}),
        # the trunk swings with every stroke, sideways it should not
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("range_reduced", {"spread": 350}),
    ],
    "mobility": {"HUMERAL_FLEXION_CDEG": 7000, "THORAX_FLEXION_CDEG": 2000},
    "contraindications": ("acute shoulder or neck pain", "acute low back pain"),
    "sources": "domain 2.4 (ratio); stroke times for 24 to 28 per minute and own values are engineering choices",
}
