"""Y raise: arms up and out in line with the lower trapezius, within the range a skin sensor can follow."""

from rhomboid import features as f

EXERCISE = {
    "name": "y_raise",
    "title": "Y raise",
    "about": "Raise the straight arms up and slightly out, shoulder blades turning up and tipping back; lower slowly.",
    "drive": f.HUMERAL_ELEVATION_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 4000,
    "hold_min_ms": 500,
    "tempo_ms": {"concentric": (1500, 40), "isometric": (1000, 60), "eccentric": (2000, 40)},
    "order": ("LT", "humerus", "UT"),
    # Raising takes more upper trapezius than pulling: scaption UT/LT 1.28 +- 0.62, prone T 0.86 +- 0.33 (domain 2.4)
    "rules": [
        ("arm_before_scapula", {}),
        ("scapula_lost", {}),
        ("ut_lt_ratio", {"looks": [("ut_lt_effort_q8", None, 282, 26)]}),
    ],
    "mobility": {"HUMERAL_ELEVATION_CDEG": 9000},
    "contraindications": ("acute shoulder or neck pain", "pain when the arm is raised"),
    "sources": "domain 2.4 (ratio 1.1 of scaption and prone T), domain 4 (tempo); ranges are an engineering choice",
}
