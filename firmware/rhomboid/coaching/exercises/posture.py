"""Posture through the day: the slow pose against the personal neutral, and retractions as the movement of a break."""

from rhomboid import features as f

EXERCISE = {
    "name": "posture",
    "title": "Posture",
    "about": "Sit and stand as you do; a word when a pose lasts, and now and then a few gentle retractions.",
    "drive": f.RETRACTION_CDEG,
    "drive_sign": 1,
    "min_range_cdeg": 600,
    "range_cdeg": 1200,
    "tempo_ms": {},
    "order": ("LT", "MT"),
    "rules": [("slouched", {}), ("leaning", {}), ("rounded", {})],
    "mobility": {"RETRACTION_CDEG": 600},
    "contraindications": ("acute shoulder or neck pain",),
    "continuous": True,
    "sources": "domain 1.5, 3 (delay); the range of a gentle retraction is an engineering choice",
}
