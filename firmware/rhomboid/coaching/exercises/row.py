"""Seated or bent row with scapular retraction: the shoulder blade starts, the arm follows.

Keys of an EXERCISE:
    name, title, about     for people
    drive, drive_sign      feature that the segmentation of repetitions follows; sign of its change in the concentric phase
    min_range_cdeg         a repetition moves the drive at least this far (half of it is a false start)
    hold_min_ms            stillness of this length is an isometric phase
    tempo_ms               phase -> (target, band in percent); None = free
    order                  expected order of onsets
    rules                  (rule of rule_library.py, overrides), any order
    mobility               feature -> range in cdeg needed before load
    contraindications      plain words; the person decides
    sources                where the numbers come from
"""

from rhomboid import features as f

EXERCISE = {
    "name": "row",
    "title": "Seated or bent row",
    "about": "Draw the shoulder blades back and down, then pull the elbows past the body; return slowly.",
    "drive": f.HUMERAL_FLEXION_CDEG,
    "drive_sign": -1,
    "min_range_cdeg": 3000,
    "hold_min_ms": 500,
    "tempo_ms": {"concentric": (1500, 40), "isometric": (1000, 60), "eccentric": (2000, 40)},
    "order": ("LT", "MT", "humerus"),
    "rules": [("arm_before_scapula", {}), ("scapula_lost", {}), ("ut_lt_ratio", {})],
    "mobility": {"HUMERAL_FLEXION_CDEG": 6000, "RETRACTION_CDEG": 800},
    "contraindications": ("acute shoulder or neck pain",),
    "sources": "domain 4: 1-2 s concentric, slow eccentric (ACSM); ranges are an engineering choice",
}
