"""Overhead press: the weight goes from the shoulders to overhead."""

from rhomboid import features as f

# What is said of the scapula and the trunk holds for an arm raised near the scapular plane, 30-45 degrees before the
# frontal one; an arm raised in front draws the scapula around the ribs (domain 7, box lift). Engineering choice.
_IN_PLANE = (f.PLANE_OF_ELEVATION_CDEG, None, 6000)

EXERCISE = {
    "name": "overhead_press",
    "title": "Overhead press",
    "about": "Press overhead while the shoulder blades turn up, ribs down; lower slowly to the shoulders.",
    "drive": f.HUMERAL_ELEVATION_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 4000,
    "range_cdeg": 8500,
    "tempo_ms": {"concentric": (1210, 40), "isometric": (500, 80), "eccentric": (2000, 40)},
    "order": ("LT", "humerus"),
    "rules": [
        (
            "scapula_lost",
            {
                "own": {"upward_deficit_top": (0, -800, 400), "tilt_deficit_aligned": (-350, -1000, 400)},
                "gate": _IN_PLANE,
            },
        ),
        ("winging", {"gate": _IN_PLANE}),
        ("control_lost", {"gate": _IN_PLANE}),
        ("ut_lt_ratio", {"own": (282, 100, 330)}),
        ("thorax_extension", {"own": (-250, -600, 400), "gate": _IN_PLANE}),
        ("thorax_lean", {"gate": _IN_PLANE}),
        ("thorax_rotation", {"gate": _IN_PLANE}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"HUMERAL_ELEVATION_CDEG": 15000, "THORAX_FLEXION_CDEG": 1000},
    "contraindications": ("acute shoulder or neck pain", "pain when the arm is raised", "shoulder instability"),
    "sources": "domain 2.4 (ratio of scaption), domain 4 (tempo); ranges and own values are engineering choices",
}
