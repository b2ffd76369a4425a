"""Wall slide: forearms on the wall slide up while the shoulder blades turn upward."""

from rhomboid import features as f

EXERCISE = {
    "name": "wall_slide",
    "title": "Wall slide",
    "about": "Forearms on the wall, slide up as far as the low back stays long; slide down slowly.",
    "drive": f.HUMERAL_ELEVATION_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 3000,
    "range_cdeg": 5500,
    "tempo_ms": {"concentric": (1850, 40), "isometric": (1000, 60), "eccentric": (2500, 40)},
    "order": ("LT", "humerus"),
    "rules": [
        ("arm_before_scapula", {}),
        (
            "scapula_lost",
            {
                "own": {"upward_deficit_top": (0, -800, 400), "tilt_deficit_aligned": (-380, -1000, 700)},
            },
        ),
        ("winging", {}),
        ("control_lost", {}),
        ("shrug", {"gate": ("ut_lt_effort_q8", 300, 32767)}),
        # raising takes more upper trapezius: domain 2.4, scaption 1.28 +- 0.62
        ("ut_lt_ratio", {"own": (230, 77, 330)}),
        ("thorax_extension", {"own": (-150, -500, 400)}),
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"HUMERAL_ELEVATION_CDEG": 12000},
    "contraindications": ("acute shoulder or neck pain", "pain when the arm is raised"),
    "sources": "domain 2.4 (ratio), domain 4 (tempo); ranges and own values are engineering choices",
}
