"""T raise: leaning forward, straight arms lifted to the sides."""

from rhomboid import features as f

EXERCISE = {
    "name": "t_raise",
    "title": "T raise",
    "about": "Lean forward, lift the hanging arms to the sides as the shoulder blades come together; lower slowly.",
    "drive": f.HUMERAL_ABDUCTION_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 3500,
    "range_cdeg": 7500,
    "tempo_ms": {"concentric": (1350, 40), "isometric": (800, 60), "eccentric": (2000, 40)},
    "order": ("MT", "LT", "humerus"),
    "rules": [
        ("arm_before_scapula", {}),
        (
            "scapula_lost",
            {"own": {"upward_deficit_top": (-320, -800, 400), "tilt_deficit_aligned": (-600, -1200, 400)}},
        ),
        ("retraction_lost", {"own": (-1300, -2400, -400)}),
        ("shrug", {"gate": ("ut_lt_effort_q8", 240, 32767), "own": (-250, -600, 600)}),
        # domain 2.4: prone T 0.86 +- 0.33
        ("ut_lt_ratio", {"own": (200, 77, 230)}),
        ("ut_mt_ratio", {"own": (158, 64, 205)}),
        ("thorax_extension", {"own": (-250, -600, 400)}),
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"RETRACTION_CDEG": 800},
    "contraindications": ("acute shoulder or neck pain", "acute low back pain"),
    "sources": "domain 2.4 (ratio), domain 4 (tempo); ranges and own values are engineering choices",
}
