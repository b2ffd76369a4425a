"""Overhead press: the weight goes from the shoulders to overhead."""

from rhomboid import features as f

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
        ("scapula_lost", {"own": {"upward_deficit_top": (0, -800, 400), "tilt_deficit_aligned": (-350, -1000, 400)}}),
        ("winging", {}),
        ("control_lost", {}),
        ("ut_lt_ratio", {"own": (282, 100, 330)}),
        ("thorax_extension", {"own": (-250, -600, 400)}),
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"HUMERAL_ELEVATION_CDEG": 15000, "THORAX_FLEXION_CDEG": 1000},
    "contraindications": ("acute shoulder or neck pain", "pain when the arm is raised", "shoulder instability"),
    "sources": "domain 2.4 (ratio of scaption), domain 4 (tempo); ranges and own values are engineering choices",
}
