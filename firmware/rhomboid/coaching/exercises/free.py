"""Free mode: any arm movement is counted; only what no movement should show is said."""

from rhomboid import features as f

EXERCISE = {
    "name": "free",
    "title": "Free movement",
    "about": "Move as you like; raising the arm is counted, the shoulder blade is watched within wide bands.",
    "drive": f.HUMERAL_ELEVATION_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 3000,
    "range_cdeg": 6000,
    "tempo_ms": {},
    "order": ("humerus",),
    "rules": [
        # reaching forward draws the scapula around the ribs by 15 degrees (domain 7, box lift)
        ("winging", {"looks": [("internal_rotation_top", None, 1200, 300)], "own": (900, -400, 1200)}),
        (
            "scapula_lost",
            {"looks": [("upward_deficit_top", None, 1200, 300), ("tilt_deficit_aligned", None, 1200, 300)]},
        ),
    ],
    "mobility": {"HUMERAL_ELEVATION_CDEG": 0},
    "contraindications": ("pain",),
    "sources": "domain 7 (box lift), 3; the wider bands are an engineering choice",
}
