"""Shrug, the counter-example: what the upper trapezius does alone, to learn how it feels."""

from rhomboid import features as f

EXERCISE = {
    "name": "shrug",
    "title": "Shrug (counter-example)",
    "about": "Lift the shoulders to the ears and let them down again: the feeling that the other exercises do without.",
    "drive": f.UPWARD_ROTATION_CHANGE_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 600,
    "range_cdeg": 1700,
    "tempo_ms": {"concentric": (1000, 60), "isometric": (1000, 80), "eccentric": (1200, 60)},
    "order": ("UT",),
    "rules": [
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        # a short way, measured less well
        ("eccentric_fast", {"spread": 450}),
    ],
    "mobility": {"UPWARD_ROTATION_CHANGE_CDEG": 600},
    "contraindications": ("acute shoulder or neck pain",),
    "sources": "domain 1.4: a shrug turns the scapula 16-19 degrees upward; tempo is an engineering choice",
}
