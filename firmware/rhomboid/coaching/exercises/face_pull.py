"""Face pull: hands drawn to the ears with high elbows."""

from rhomboid import features as f

EXERCISE = {
    "name": "face_pull",
    "title": "Face pull",
    "about": "Draw the shoulder blades together and the hands to the ears, elbows at shoulder height; return slowly.",
    "drive": f.PLANE_OF_ELEVATION_CDEG,
    "drive_sign": -1,
    "min_range_cdeg": 2500,
    "range_cdeg": 6000,
    "tempo_ms": {"concentric": (1300, 40), "isometric": (1000, 60), "eccentric": (2000, 40)},
    "order": ("LT", "MT", "humerus"),
    "rules": [
        ("arm_before_scapula", {}),
        ("scapula_lost", {}),
        ("retraction_lost", {"own": (-800, -2000, 0)}),
        ("shrug", {}),
        # arms at shoulder height: domain 2.4, prone T 0.86 +- 0.33
        ("ut_lt_ratio", {"own": (200, 77, 230)}),
        ("ut_mt_ratio", {"own": (150, 64, 205)}),
        ("lat_dominance", {"own": (128, 50, 294)}),
        ("thorax_extension", {}),
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"RETRACTION_CDEG": 800, "HUMERAL_ELEVATION_CDEG": 8000},
    "contraindications": ("acute shoulder or neck pain", "pain when the arm is raised"),
    "sources": "domain 2.4 (ratio), domain 4 (tempo); ranges and own values are engineering choices",
}
