"""The measures that rules may name, as data: name -> (kind, a, b, c, phases, p1, p2, target), see measures.py.

A source is a feature index, the name of another measure, a muscle site ("UT": its per mille of MVC) or its rise ("rise
UT"); a tuple as first source names rises of which one is enough (the second source becomes the last of them), as third
a mask of sites. Imported while an exercise is loaded, then dropped from memory.
"""

from rhomboid import features as f
from rhomboid.coaching.measures import (
    ALIGNED,
    EXPECTED_GAP,
    FADE,
    LEAD_MS,
    MEAN,
    QUOTIENT,
    RATIO_Q8,
    RECORD,
    SINCE,
    SMOOTH,
    TOP,
)

REST = 1 << f.PHASE_REST
CONCENTRIC = 1 << f.PHASE_CONCENTRIC
ISOMETRIC = 1 << f.PHASE_ISOMETRIC
ECCENTRIC = 1 << f.PHASE_ECCENTRIC
EFFORT = CONCENTRIC | ISOMETRIC
MOVING = CONCENTRIC | ISOMETRIC | ECCENTRIC
ALWAYS = 15

# Low pass of the angles that rules look at: 2**4 ticks = 160 ms, a fifth of the shortest phase (domain 4: 1 s);
# removes the tremor and sensor noise that a dwell would trip over. Engineering choice.
_ANGLE_TICKS_LOG2 = 4
# Beyond the range in which a skin sensor follows the scapula (domain 1.2) its last valid value stands
_VALID = f.FLAG_OUT_OF_RANGE
# Posture: 2**7 ticks = 1.3 s, so that a glance or a reach is not a posture. Engineering choice.
_POSTURE_TICKS_LOG2 = 7
# Level before the repetition: 2**7 ticks = 1.3 s. Engineering choice.
_BASE_TICKS_LOG2 = 7
# The level before a repetition shares the slow errors of the sensors and of the neutral pose with the top, and adds its
# own spread: with half of it taken off what is left varies least in the synthetic athlete. Engineering choice.
_BASE_PERMILLE = 500
# A mounting turned by 12 degrees about the vertical, which a neutral pose does not show, looks like half of that in
# tilt when the scapula turns up by 30. Engineering choice.
_MOST_ASKEW_CDEG = 600
# Ticks of effort before a ratio of muscles is believed (the 6 Hz envelope gives about 6 independent looks).
# Engineering choice.
_RATIO_TICKS = 50
# Denominator floor of a ratio: 4 %MVC (domain 2.4: LT >= 3-5 %MVC)
_FLOOR_PERMILLE = 40
# Expected upward rotation: 0.31 degree per degree of elevation from the personal neutral pose. Domain 1.4: table
# (34.4 - 5) / 90 = 0.33, bone pins GH:ST 2.3:1 = 0.30, adults 29.1 over 100 degrees, box lift 0.29 and 0.27.
_UPWARD_SLOPE_PERMILLE = 310
# Expected posterior tilt: 0.12 degree per degree of elevation. Domain 1.4: 0.15 (bone pins) and 0.13 (fluoroscopy)
# above 30 degrees, a personal neutral of -10 against -11.2 at 30; box lift 0.10 in the frontal, 0 in the sagittal
# plane.
_TILT_SLOPE_PERMILLE = 120
# From a muscle's rise to when it is known: it must last 50 ms (150 ms where the heart is seen), and half of a ramp of
# 50-150 ms. Engineering choice.
_RISE_DELAY_US = 200_000
# A lead longer than this counts as this; engineering choice.
_LEAD_WINDOW_US = 1_000_000

MEASURES = {
    # scapula against the humerus
    "upward_deficit": (
        EXPECTED_GAP,
        f.HUMERAL_ELEVATION_CDEG,
        f.UPWARD_ROTATION_CHANGE_CDEG,
        f.PLANE_OF_ELEVATION_CDEG,
        ALWAYS,
        _UPWARD_SLOPE_PERMILLE,
        0,
        f.UPWARD_DEFICIT_CDEG,
    ),
    "tilt_deficit": (
        EXPECTED_GAP,
        f.HUMERAL_ELEVATION_CDEG,
        f.POSTERIOR_TILT_CHANGE_CDEG,
        f.PLANE_OF_ELEVATION_CDEG,
        ALWAYS,
        _TILT_SLOPE_PERMILLE,
        0,
        -1,
    ),
    "upward_deficit_slow": (SMOOTH, "upward_deficit", 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, _VALID, -1),
    "tilt_deficit_slow": (SMOOTH, "tilt_deficit", 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, _VALID, -1),
    "internal_rotation_slow": (SMOOTH, f.INTERNAL_ROTATION_CHANGE_CDEG, 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, _VALID, -1),
    # at the end of the effort, where they matter; half of what was there before the repetition is taken off
    "upward_deficit_top": (TOP, "upward_deficit_slow", 0, 0, ISOMETRIC, _BASE_TICKS_LOG2, _BASE_PERMILLE, -1),
    "tilt_deficit_top": (TOP, "tilt_deficit_slow", 0, 0, ISOMETRIC, _BASE_TICKS_LOG2, _BASE_PERMILLE, -1),
    "internal_rotation_top": (TOP, "internal_rotation_slow", 0, 0, ISOMETRIC, _BASE_TICKS_LOG2, _BASE_PERMILLE, -1),
    # p1: what internal rotation less upward deficit is expected to be, put in by rule_library.build for the exercise
    "tilt_deficit_aligned": (
        ALIGNED,
        "tilt_deficit_top",
        "upward_deficit_top",
        "internal_rotation_top",
        ALWAYS,
        0,
        _MOST_ASKEW_CDEG,
        -1,
    ),
    # with the trunk level the mounting shows in full: all of the level before is taken off
    "internal_rotation_moved": (TOP, "internal_rotation_slow", 0, 0, ISOMETRIC, _BASE_TICKS_LOG2, 1000, -1),
    "internal_rotation_since": (SINCE, "internal_rotation_slow", 0, 0, MOVING, _BASE_TICKS_LOG2, 0, -1),
    "retraction_slow": (SMOOTH, f.RETRACTION_CDEG, 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    # of LT and MT the earlier, or the one that is worn
    "scapula_lead_ms": (
        LEAD_MS,
        ("rise LT", "rise MT"),
        0,
        0,
        CONCENTRIC,
        _LEAD_WINDOW_US,
        _RISE_DELAY_US,
        f.SCAPULA_LEAD_MS,
    ),
    # muscles against each other, over the effort so far
    "ut_lt_effort_q8": (RATIO_Q8, "UT", "LT", ("UT", "LT"), EFFORT, _RATIO_TICKS, _FLOOR_PERMILLE, -1),
    "ut_mt_effort_q8": (RATIO_Q8, "UT", "MT", ("UT", "MT"), EFFORT, _RATIO_TICKS, _FLOOR_PERMILLE, -1),
    "lat_mt_effort_q8": (RATIO_Q8, "LAT", "MT", ("LAT", "MT"), EFFORT, _RATIO_TICKS, _FLOOR_PERMILLE, -1),
    # thorax against its own posture before the repetition
    "thorax_flexion_slow": (SMOOTH, f.THORAX_FLEXION_CDEG, 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    "thorax_lateral_slow": (SMOOTH, f.THORAX_LATERAL_CDEG, 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    "thorax_rotation_slow": (SMOOTH, f.THORAX_ROTATION_CDEG, 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    "thorax_flexion_since": (SINCE, "thorax_flexion_slow", 0, 0, MOVING, _BASE_TICKS_LOG2, 0, -1),
    "thorax_lateral_top": (TOP, "thorax_lateral_slow", 0, 0, ISOMETRIC, _BASE_TICKS_LOG2, 1000, -1),
    "thorax_rotation_top": (TOP, "thorax_rotation_slow", 0, 0, ISOMETRIC, _BASE_TICKS_LOG2, 1000, -1),
    # tempo and range as the segmentation found them
    "concentric_ms": (RECORD, 0, 2, 0, ALWAYS, 0, 0, -1),
    "isometric_ms": (RECORD, 0, 3, 0, ALWAYS, 0, 0, -1),
    "eccentric_ms": (RECORD, 0, 4, 0, ALWAYS, 0, 0, -1),
    "range_cdeg": (RECORD, 0, 5, 0, ALWAYS, 0, 0, -1),
    "eccentric_share": (QUOTIENT, "eccentric_ms", "concentric_ms", 0, ALWAYS, 0, 0, -1),
    # hold: after half a second of settling; muscles against their own first second
    "hold_drift": (SINCE, "retraction_slow", 0, 0, ISOMETRIC, 4, 500_000, -1),
    "hold_tremor_cdeg_s": (MEAN, f.SCAPULA_RATE_CDEG_S, 0, 0, ISOMETRIC, 100, 1, -1),
    "lt_slow": (SMOOTH, "LT", 0, 0, ALWAYS, 6, 0, -1),
    "mt_slow": (SMOOTH, "MT", 0, 0, ALWAYS, 6, 0, -1),
    "lt_fade": (FADE, "lt_slow", 0, 0, ISOMETRIC, 5, 1_000_000, -1),
    "mt_fade": (FADE, "mt_slow", 0, 0, ISOMETRIC, 5, 1_000_000, -1),
    # posture through the day: slow, and by gravity only (a heading drifts half a degree a minute, domain 1.3)
    "slouch": (SMOOTH, f.THORAX_FLEXION_CDEG, 0, 0, ALWAYS, _POSTURE_TICKS_LOG2, 0, -1),
    "lean": (SMOOTH, f.THORAX_LATERAL_CDEG, 0, 0, ALWAYS, _POSTURE_TICKS_LOG2, 0, -1),
    "rounding": (SMOOTH, f.POSTERIOR_TILT_CHANGE_CDEG, 0, 0, ALWAYS, _POSTURE_TICKS_LOG2, _VALID, -1),
    # optional sensors
    "pelvis_flexion_slow": (SMOOTH, f.PELVIS_FLEXION_CDEG, 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    "pelvis_flexion_since": (SINCE, "pelvis_flexion_slow", 0, 0, MOVING, _BASE_TICKS_LOG2, 0, -1),
    "head_flexion_slow": (SMOOTH, f.HEAD_FLEXION_CDEG, 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    "head_flexion_since": (SINCE, "head_flexion_slow", 0, 0, MOVING, _BASE_TICKS_LOG2, 0, -1),
}


def required(names, sites):
    """Rows for the measures `names` and what they read, sources first: list of (name, kind, a, b, c, phases, p1, p2,
    target).

    sites: EMG sites in channel order. A measure that needs a site that is not worn is left out (for an onset, one
    site of the mask is enough). Returns (rows, left out: list of (measure, site)).
    """
    rows = []
    done = {}
    missing = []
    for name in names:
        _append(name, sites, rows, done, missing)
    return rows, missing


def _append(name, sites, rows, done, missing):
    """Append the row of one measure after those it reads; answers the site it lacks, or ""."""
    if name in done:
        return done[name]
    spec = list(MEASURES[name])
    lacking = ""
    for i in (1, 2, 3):
        source = spec[i]
        if isinstance(source, tuple) and i == 1:
            worn = [f.RISE_0_US + sites.index(rise[5:]) for rise in source if rise[5:] in sites]
            lacking = lacking if worn else source[0][5:]
            spec[1] = worn[0] if worn else 0
            spec[2] = worn[-1] if worn else 0
        elif isinstance(source, tuple):
            absent = [s for s in source if s not in sites]
            lacking = absent[0] if absent else lacking
            spec[i] = sum([1 << sites.index(s) for s in source if s in sites])
        elif isinstance(source, str):
            if source in MEASURES:
                lacking = _append(source, sites, rows, done, missing) or lacking
            elif source in sites:
                spec[i] = f.MVC_0_PERMILLE + sites.index(source)
            else:
                lacking = source
    done[name] = lacking
    if lacking:
        missing.append((name, lacking))
    else:
        rows.append(tuple([name] + spec))
    return lacking
