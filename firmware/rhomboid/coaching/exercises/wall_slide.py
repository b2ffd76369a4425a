"""Wall slide: forearms on the wall slide up while the shoulder blades turn upward."""

from rhomboid import features as f

# What is said of the scapula and the trunk holds for an arm raised near the scapular plane, 30-45 degrees before the
# frontal one; an arm raised in front draws the scapula around the ribs (domain 7, box lift). Engineering choice.
_IN_PLANE = (f.PLANE_OF_ELEVATION_CDEG, None, 6000)

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
                "gate": _IN_PLANE,
            },
        ),
        ("winging", {"gate": _IN_PLANE}),
        ("control_lost", {"gate": _IN_PLANE}),
        ("shrug", {"gate": ("ut_lt_effort_q8", 300, 32767)}),
        # raising takes more upper trapezius: domain 2.4, scaption 1.28 +- 0.62
        ("ut_lt_ratio", {"own": (230, 77, 330)}),
        ("thorax_extension", {"own": (-150, -500, 400), "gate": _IN_PLANE}),
        ("thorax_lean", {"gate": _IN_PLANE}),
        ("thorax_rotation", {"gate": _IN_PLANE}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"HUMERAL_ELEVATION_CDEG": 12000},
    "contraindications": ("acute shoulder or neck pain", "pain when the arm is raised"),
    "sources": "domain 2.4 (ratio), domain 4 (tempo); ranges and own values are engineering choices",
}
