"""Seated or bent row with scapular retraction: the shoulder blade starts, the arm follows.

Keys of an EXERCISE:
    name, title, about     for people
    drive, drive_sign      feature that the segmentation of repetitions follows; sign of its change on the way out
    min_range_cdeg         a repetition moves the drive at least this far (half of it is a false start)
    range_cdeg             usual range; the athlete's own takes over
    tempo_ms               phase -> (target, band in percent); a phase that is left out is free. "concentric" is the way
                           out from rest, "eccentric" the way back
    continuous             True for an activity without pauses between repetitions
    order                  expected order of onsets
    rules                  (rule of rule_library.py, overrides)
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
    "range_cdeg": 7000,
    "tempo_ms": {"concentric": (1250, 40), "isometric": (600, 60), "eccentric": (2000, 40)},
    "order": ("LT", "MT", "humerus"),
    "rules": [
        ("arm_before_scapula", {}),
        # the retracted scapula turns a little downward and tips back at the end of the pull
        ("scapula_lost", {"own": {"upward_deficit_top": (170, -600, 500), "tilt_deficit_aligned": (-385, -1000, 300)}}),
        ("retraction_lost", {}),
        ("shrug", {"own": (200, -400, 600)}),
        ("ut_lt_ratio", {}),
        ("ut_mt_ratio", {"own": (105, 60, 154)}),
        ("lat_dominance", {}),
        # from a slight lean forward to upright belongs to the pull
        ("thorax_extension", {"own": (-500, -900, 200)}),
        ("thorax_lean", {}),
        ("thorax_rotation", {}),
        ("eccentric_fast", {}),
        ("concentric_fast", {}),
        ("range_reduced", {}),
    ],
    "mobility": {"HUMERAL_FLEXION_CDEG": 6000, "RETRACTION_CDEG": 800},
    "contraindications": ("acute shoulder or neck pain",),
    "sources": "domain 4: 1-2 s concentric, slow eccentric (ACSM); ranges and own values are engineering choices",
}
