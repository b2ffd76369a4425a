"""The measures that rules may name, as data: name -> (kind, a, b, c, phases, p1, p2, target), see measures.py.

A source is a feature index, the name of another measure, or a muscle site ("UT": its per mille of MVC); a channel mask is
a tuple of sites. Imported while an exercise is loaded, then dropped from memory.
"""

from rhomboid import features as f
from rhomboid.coaching.measures import DURATION_MS, EXPECTED_GAP, LEAD_MS, MEAN, RATIO_Q8, SINCE, SMOOTH

CONCENTRIC = 1 << f.PHASE_CONCENTRIC
ISOMETRIC = 1 << f.PHASE_ISOMETRIC
ECCENTRIC = 1 << f.PHASE_ECCENTRIC
EFFORT = CONCENTRIC | ISOMETRIC
MOVING = CONCENTRIC | ISOMETRIC | ECCENTRIC
ALWAYS = 15

# Low pass of the angles that rules look at: 2**4 ticks = 160 ms, a fifth of the shortest phase (domain 4: 1 s);
# removes the tremor and sensor noise that a dwell would trip over. Engineering choice.
_ANGLE_TICKS_LOG2 = 4
# Level before the repetition: 2**6 ticks = 0.64 s. Engineering choice.
_BASE_TICKS_LOG2 = 6
# Ticks of effort before a ratio of muscles is believed (the 6 Hz envelope gives about 10 independent looks). Engineering choice.
_RATIO_TICKS = 60
# Denominator floor of a ratio: 4 %MVC (domain 2.4: LT >= 3-5 %MVC)
_FLOOR_PERMILLE = 40
# Expected upward rotation: 0.31 degree per degree of elevation from the personal neutral pose. Domain 1.4: table
# (34.4 - 5) / 90 = 0.33, bone pins GH:ST 2.3:1 = 0.30, adults 29.1 over 100 degrees, box lift 0.29 and 0.27.
_UPWARD_SLOPE_PERMILLE = 310
# Expected posterior tilt: 0.14 degree per degree above 37 degrees of elevation (domain 1.4: -11.2, -6.8, -2.8, +2.7 at
# 30, 60, 90, 120 degrees against -10 in the default neutral pose).
_TILT_SLOPE_PERMILLE = 140
_TILT_FROM_CDEG = 3700
# An onset this long before the arm moves still belongs to the repetition; engineering choice (domain 2.3: 42-100 ms SD).
_LEAD_WINDOW_US = 1_000_000
# An onset is reported up to this late (double threshold of 50 ms plus filters, domain 2.3); engineering choice.
_ONSET_REPORT_US = 120_000

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
        _TILT_FROM_CDEG,
        -1,
    ),
    "upward_deficit_slow": (SMOOTH, "upward_deficit", 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    "tilt_deficit_slow": (SMOOTH, "tilt_deficit", 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    "internal_rotation_slow": (SMOOTH, f.INTERNAL_ROTATION_CHANGE_CDEG, 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    "retraction_slow": (SMOOTH, f.RETRACTION_CDEG, 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    "scapula_lead_ms": (LEAD_MS, 0, ("LT", "MT"), 0, CONCENTRIC, _LEAD_WINDOW_US, _ONSET_REPORT_US, f.SCAPULA_LEAD_MS),
    # muscles against each other, over the effort so far
    "ut_lt_effort_q8": (RATIO_Q8, "UT", "LT", ("UT", "LT"), EFFORT, _RATIO_TICKS, _FLOOR_PERMILLE, -1),
    "ut_mt_effort_q8": (RATIO_Q8, "UT", "MT", ("UT", "MT"), EFFORT, _RATIO_TICKS, _FLOOR_PERMILLE, -1),
    "lat_mt_effort_q8": (RATIO_Q8, "LAT", "MT", ("LAT", "MT"), EFFORT, _RATIO_TICKS, _FLOOR_PERMILLE, -1),
    # thorax against its own posture before the repetition
    "thorax_flexion_slow": (SMOOTH, f.THORAX_FLEXION_CDEG, 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    "thorax_lateral_slow": (SMOOTH, f.THORAX_LATERAL_CDEG, 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    "thorax_rotation_slow": (SMOOTH, f.THORAX_ROTATION_CDEG, 0, 0, ALWAYS, _ANGLE_TICKS_LOG2, 0, -1),
    "thorax_flexion_since": (SINCE, "thorax_flexion_slow", 0, 0, MOVING, _BASE_TICKS_LOG2, 0, -1),
    "thorax_lateral_since": (SINCE, "thorax_lateral_slow", 0, 0, MOVING, _BASE_TICKS_LOG2, 0, -1),
    "thorax_rotation_since": (SINCE, "thorax_rotation_slow", 0, 0, MOVING, _BASE_TICKS_LOG2, 0, -1),
    # tempo and hold
    "concentric_ms": (DURATION_MS, 0, 0, 0, CONCENTRIC, 0, 0, -1),
    "isometric_ms": (DURATION_MS, 0, 0, 0, ISOMETRIC, 0, 0, -1),
    "eccentric_ms": (DURATION_MS, 0, 0, 0, ECCENTRIC, 0, 0, -1),
    "hold_drift": (SINCE, "retraction_slow", 0, 0, ISOMETRIC, 5, 500_000, -1),
    "hold_tremor_cdeg_s": (MEAN, f.SCAPULA_RATE_CDEG_S, 0, 0, ISOMETRIC, 50, 1, -1),
}


def required(names, sites):
    """Rows for the measures `names` and what they read, sources first: list of (name, kind, a, b, c, phases, p1, p2, target).

    sites: EMG sites in channel order. A measure that needs a site that is not worn is left out (for an onset, one site of
    the mask is enough). Returns (rows, left out: list of (measure, site)).
    """
    rows = []
    done = {}
    missing = []
    for name in names:
        _append(name, sites, rows, done, missing)
    return rows, missing


def _append(name, sites, rows, done, missing):
    if name in done:
        return done[name]
    spec = list(MEASURES[name])
    available = True
    for i in (1, 2, 3):
        source = spec[i]
        if isinstance(source, tuple):
            worn = [s for s in source if s in sites]
            if not worn or (i == 3 and len(worn) < len(source)):
                missing.append((name, [s for s in source if s not in sites][0]))
                available = False
            spec[i] = sum([1 << sites.index(s) for s in worn])
        elif isinstance(source, str):
            if source in MEASURES:
                available = _append(source, sites, rows, done, missing) and available
            elif source in sites:
                spec[i] = f.MVC_0_PERMILLE + sites.index(source)
            else:
                missing.append((name, source))
                available = False
    done[name] = available
    if available:
        rows.append(tuple([name] + spec))
    return available
