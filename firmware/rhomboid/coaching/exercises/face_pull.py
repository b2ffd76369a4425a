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
    "tempo_ms": {"concentric": (1280, 40), "isometric": (1000, 60), "eccentric": (2000, 40)},
    "order": ("LT", "MT", "humerus"),
    "rules": [
        ("arm_before_scapula", {}),
        (
            "scapula_lost",
            {"own": {"upward_deficit_top": (-200, -800, 400), "tilt_deficit_aligned": (-550, -1100, 400)}},
        ),
        ("retraction_lost", {"own": (-1300, -2400, -400)}),
        ("shrug", {"gate": ("ut_lt_effort_q8", 240, 32767), "own": (-200, -600, 600)}),
        # arms at shoulder height: domain 2.4, prone T 0.86 +- 0.33
        ("ut_lt_ratio", {"own": (200, 77, 230)}),
        ("ut_mt_ratio", {"own": (165, 64, 220)}),
        ("lat_dominance", {"own": (128, 50, 294)}),
        ("thorax_extension", {"own": (-350, -700, 400)}),
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
