"""The rules, as data: what is seen, in which band, when, how long, what is said, and where the number comes from.

RULES: name -> dictionary with
    number      verdict bit and rule number in the log: never reused
    cue         a cue of haptics/language.py
    priority    1 = most useful now: earlier in the chain of a movement, and the more harmful (engineering choice)
    looks       list of (measure, low, high, hysteresis): distances from the athlete's own value in the measure's unit;
                None = no bound; any of them fires the rule
    own         (start, least, most) of the athlete's own value, for all looks or as measure -> that; most = least: not
                learned; ("target", least, most): the exercise's target for this measure, least and most in per mille
                of it
    spread      per mille of the own value that the band is wider on both sides (ratios)
    phases      bits of phases in which a level is watched, or at_end_of: bits of phases at whose end it is judged once
    dwell_ms, refractory_ms, silent (flags that silence it), channels (sites whose quality must be good)
    gate        (measure or feature, low, high) that must hold as well, or None; a bound may be ("target", per mille)
An exercise overrides any of these. Imported while an exercise is loaded, then dropped from memory; in words, and with
the source of every number, they stand in rule_words.py.

All bands act on change from the personal neutral pose or from the level before the repetition, never on absolute angles
(domain 1.2: absolute angles are good to 5-9 degrees).
"""

from rhomboid import features as f
from rhomboid.coaching import measure_library
from rhomboid.coaching.measure_library import ALWAYS, CONCENTRIC, ECCENTRIC, ISOMETRIC, MOVING
from rhomboid.coaching.measures import COMPLETED, EFFORT_OVER
from rhomboid.coaching.rules import NO_HIGH, NO_LOW, UnknownRule

_DEAD = f.FLAG_THORAX_DEAD | f.FLAG_SCAPULA_DEAD | f.FLAG_HUMERUS_DEAD
# beyond the valid range the measures of the scapula hold their last valid value
_SCAPULA = _DEAD | f.FLAG_REFERENCE_MISSING | f.FLAG_HEADING_LOST
_MUSCLE = f.FLAG_THORAX_DEAD | f.FLAG_HUMERUS_DEAD
_THORAX = f.FLAG_THORAX_DEAD | f.FLAG_REFERENCE_MISSING

RULES: dict = {
    # the order of a movement
    "arm_before_scapula": {
        "number": 0,
        "cue": "set_first",
        "priority": 2,
        "looks": [("scapula_lead_ms", 0, None, 30)],
        # not earlier: a false start looks like an arm that leads
        "at_end_of": CONCENTRIC,
        "silent": _MUSCLE,
    },
    # the shoulder blade
    "scapula_lost": {
        "number": 1,
        "cue": "hold_blade",
        "priority": 4,
        "looks": [("upward_deficit_top", None, 800, 350), ("tilt_deficit_aligned", None, 800, 350)],
        "own": {"upward_deficit_top": (0, -600, 400), "tilt_deficit_aligned": (0, -1000, 400)},
        "at_end_of": EFFORT_OVER,
        "silent": _SCAPULA,
    },
    "winging": {
        "number": 6,
        "cue": "hold_blade",
        "priority": 5,
        "looks": [("internal_rotation_top", None, 800, 350)],
        "own": (0, -1000, 400),
        "at_end_of": EFFORT_OVER,
        "silent": _SCAPULA,
    },
    "control_lost": {
        "number": 23,
        "cue": "hold_blade",
        "priority": 5,
        "looks": [("internal_rotation_since", None, 650, 200)],
        "own": (0, -300, 300),
        "phases": ECCENTRIC,
        "dwell_ms": 150,
        "silent": _SCAPULA,
    },
    "retraction_lost": {
        "number": 7,
        "cue": "hold_blade",
        "priority": 5,
        "looks": [("internal_rotation_top", None, 800, 350)],
        "own": (-1570, -2400, -700),
        "at_end_of": EFFORT_OVER,
        "silent": _SCAPULA,
    },
    "shrug": {
        "number": 5,
        "cue": "drop_shoulder",
        "priority": 3,
        "looks": [("upward_deficit_top", -800, None, 300)],
        "own": (0, -400, 600),
        "at_end_of": EFFORT_OVER,
        "silent": _SCAPULA,
        # above the optimal 0.6
        "gate": ("ut_lt_effort_q8", 154, 32767),
    },
    # muscles against each other
    "ut_lt_ratio": {
        "number": 2,
        "cue": "ease_upper",
        "priority": 6,
        "looks": [("ut_lt_effort_q8", None, 0, 26)],
        # own ratio 0.5, learned within 0.3..0.6
        "own": (128, 77, 154),
        "spread": 330,
        "at_end_of": EFFORT_OVER,
        "silent": _MUSCLE,
    },
    "ut_mt_ratio": {
        "number": 3,
        "cue": "ease_upper",
        "priority": 7,
        "looks": [("ut_mt_effort_q8", None, 0, 26)],
        "own": (128, 64, 179),
        "spread": 330,
        "at_end_of": EFFORT_OVER,
        "silent": _MUSCLE,
    },
    "lat_dominance": {
        "number": 4,
        "cue": "ease_arm",
        "priority": 10,
        "looks": [("lat_mt_effort_q8", None, 0, 40)],
        # own ratio 1.05, learned within 0.5..1.15
        "own": (269, 128, 294),
        "spread": 330,
        "at_end_of": EFFORT_OVER,
        "silent": _MUSCLE,
    },
    # the trunk against its own posture before the repetition
    "thorax_extension": {
        "number": 8,
        "cue": "trunk_still",
        "priority": 8,
        "looks": [("thorax_flexion_since", -800, None, 300)],
        "own": (0, -500, 400),
        "phases": MOVING,
        "dwell_ms": 150,
        "silent": _THORAX,
    },
    "thorax_lean": {
        "number": 9,
        "cue": "trunk_still",
        "priority": 8,
        "looks": [("thorax_lateral_top", -800, 800, 300)],
        "own": (0, -300, 300),
        "at_end_of": EFFORT_OVER,
        "silent": _THORAX,
    },
    "thorax_rotation": {
        "number": 10,
        "cue": "trunk_still",
        "priority": 8,
        "looks": [("thorax_rotation_top", -800, 800, 300)],
        "own": (0, -300, 300),
        "at_end_of": EFFORT_OVER,
        "silent": _THORAX,
    },
    "pelvis_tips": {
        "number": 18,
        "cue": "trunk_still",
        "priority": 8,
        "looks": [("pelvis_flexion_since", -800, 800, 300)],
        "own": (0, -300, 300),
        "phases": MOVING,
        "dwell_ms": 150,
        "silent": _DEAD,
    },
    "head_forward": {
        "number": 19,
        "cue": "trunk_still",
        "priority": 9,
        "looks": [("head_flexion_since", None, 1000, 250)],
        "own": (0, -300, 300),
        "phases": MOVING,
        "dwell_ms": 150,
        "silent": _DEAD,
    },
    # tempo, range
    "eccentric_fast": {
        "number": 11,
        "cue": "slower",
        "priority": 11,
        # against the same repetition's way out, so that a slow or quick day does not count
        "looks": [("eccentric_share", 0, None, 120)],
        "own": ("target", 850, 1200),
        "spread": 280,
        "at_end_of": COMPLETED,
        "gate": ("eccentric_ms", None, ("target", 850)),
        "silent": _MUSCLE,
    },
    "concentric_fast": {
        "number": 12,
        "cue": "slower",
        "priority": 12,
        "looks": [("eccentric_share", None, 0, 160)],
        "own": ("target", 850, 1200),
        "spread": 390,
        "at_end_of": COMPLETED,
        "gate": ("concentric_ms", None, ("target", 850)),
        "silent": _MUSCLE,
    },
    "range_reduced": {
        "number": 17,
        "cue": "whole_range",
        "priority": 13,
        "looks": [("range_cdeg", 0, None, 400)],
        "own": ("target", 500, 1500),
        "spread": 310,
        "at_end_of": COMPLETED,
        "silent": _MUSCLE,
    },
    # posture through the day
    "slouched": {
        "number": 20,
        "cue": "grow_tall",
        "priority": 20,
        "looks": [("slouch", None, 2000, 500)],
        "phases": ALWAYS,
        "dwell_ms": 5000,
        "refractory_ms": 60_000,
        "repeats": 1,
        "silent": _THORAX,
    },
    "leaning": {
        "number": 21,
        "cue": "grow_tall",
        "priority": 21,
        "looks": [("lean", -1500, 1500, 400)],
        "phases": ALWAYS,
        "dwell_ms": 10_000,
        "refractory_ms": 60_000,
        "repeats": 1,
        "silent": _THORAX,
    },
    "rounded": {
        "number": 22,
        "cue": "open_up",
        "priority": 22,
        "looks": [("rounding", -1000, None, 300)],
        "phases": ALWAYS,
        "dwell_ms": 10_000,
        "refractory_ms": 120_000,
        "repeats": 1,
        "silent": _SCAPULA & ~f.FLAG_HEADING_LOST,
    },
    # holds
    "hold_short": {
        "number": 13,
        "cue": "hold_longer",
        "priority": 9,
        "looks": [("isometric_ms", 0, None, 150)],
        "own": ("target", 800, 1200),
        "spread": 440,
        "at_end_of": COMPLETED,
        "silent": _MUSCLE,
    },
    "hold_drift": {
        "number": 14,
        "cue": "hold_longer",
        "priority": 9,
        "looks": [("hold_drift", -700, None, 200)],
        # where the hold ends and the way back begins is seen late by that much
        "own": (-150, -400, 0),
        "phases": ISOMETRIC,
        "dwell_ms": 300,
        "silent": _SCAPULA,
    },
    "hold_tremor": {
        "number": 15,
        "cue": "hold_longer",
        "priority": 9,
        "looks": [("hold_tremor_cdeg_s", None, 500, 50)],
        "at_end_of": ISOMETRIC,
        "silent": _SCAPULA,
    },
    "hold_fade": {
        "number": 16,
        "cue": "hold_longer",
        "priority": 9,
        "looks": [("lt_fade", -450, None, 50), ("mt_fade", -450, None, 50)],
        "phases": ISOMETRIC,
        "dwell_ms": 500,
        "silent": _MUSCLE,
    },
}

_DEFAULTS: dict = {
    "phases": 0,
    "at_end_of": 0,
    "dwell_ms": 0,
    "refractory_ms": 1000,  # domain 3: >= 1 s per repetition fault
    "silent": 0,
    "channels": (),
    "gate": None,
    "repeats": 0,
    "own": (0, 0, 0),
    "spread": 0,
}


def names():
    """Rule names by number, for the log's info messages; "" for a number that is not used."""
    result = [""] * (1 + max([r["number"] for r in RULES.values()]))
    for name in RULES:
        result[RULES[name]["number"]] = name
    return result


def targets(exercise):
    """What the exercise asks for, by measure name: tempo in ms, shares in per mille, range in cdeg."""
    tempo = exercise["tempo_ms"]
    result = {}
    for phase in tempo:
        result[phase + "_ms"] = tempo[phase][0]
    if "concentric" in tempo and "eccentric" in tempo:
        result["eccentric_share"] = 1000 * tempo["eccentric"][0] // tempo["concentric"][0]
    result["range_cdeg"] = exercise["range_cdeg"]
    return result


def build(exercise, settings):
    """Rules of an exercise for this athlete: (rule rows, measure rows, left out: list of (rule, reason)), most useful
    first.

    exercise: a dictionary of exercises/; its "rules" is a list of (name, overrides). A rule whose target the exercise
    does not set (a free tempo) is left out.
    settings: needs "emg_sites"; "bands" may hold rule name -> [low, high] per look, "own" what RuleEngine.learned()
    gave in an earlier set of this exercise (None or missing keeps the default).
    Raises UnknownRule with the name.
    """
    sites = settings["emg_sites"]
    bands = settings.get("bands") or {}
    for name in bands:
        if name not in RULES:
            raise UnknownRule("settings bands: no rule is called %s" % name)
    own = settings.get("own") or {}
    aims = targets(exercise)
    rows = []
    wanted = []
    left_out = []
    for name, overrides in exercise["rules"]:
        if name not in RULES:
            raise UnknownRule("exercise %s: no rule is called %s" % (exercise["name"], name))
        rule = dict(_DEFAULTS)
        rule.update(RULES[name])
        rule.update(overrides)
        looks = rule.pop("looks")
        band = bands.get(name, ())
        for i in range(len(looks)):
            row = dict(rule)
            row["name"] = name
            row["look"] = i
            row["rule"] = rule["number"]
            row["measure"], low, high, row["hysteresis"] = looks[i]
            if 2 * i + 1 < len(band):
                low = low if band[2 * i] is None else band[2 * i]
                high = high if band[2 * i + 1] is None else band[2 * i + 1]
            if isinstance(row["own"], dict):
                row["own"] = row["own"].get(row["measure"], (0, 0, 0))
            row["low"] = NO_LOW if low is None else low
            row["high"] = NO_HIGH if high is None else high
            if _aim(row, aims):
                known = own.get(name, ())
                if i < len(known) and known[i] is not None and row["own"][1] < row["own"][2]:
                    row["own"] = (max(row["own"][1], min(row["own"][2], known[i])), row["own"][1], row["own"][2])
                rows.append(row)
                wanted.append(row["measure"])
                if row["gate"] and isinstance(row["gate"][0], str):
                    wanted.append(row["gate"][0])
            else:
                left_out.append((name, "free " + row["measure"]))
    measures, missing = measure_library.required(wanted, sites)
    _centre(rows, measures)
    have = [m[0] for m in measures]
    kept = []
    for row in rows:
        gate = row["gate"]
        absent = [s for s in row["channels"] if s not in sites]
        if row["measure"] in have and (not gate or gate[0] in have or not isinstance(gate[0], str)) and not absent:
            row["channels"] = sum([1 << sites.index(s) for s in row["channels"]])
            kept.append(row)
        else:
            lacking = dict(missing)
            left_out.append((row["name"], absent[0] if absent else lacking.get(row["measure"]) or lacking[gate[0]]))
    # MicroPython's sort is not stable
    kept.sort(key=lambda row: 100 * row["priority"] + row["rule"])
    return kept, measures, left_out


def _centre(rows, measures):
    """What the aligned tilt expects of the other two angles is what the exercise expects of them; without both it is
    not corrected.
    """
    start = dict([(row["measure"], row["own"][0]) for row in rows])
    known = "internal_rotation_top" in start and "upward_deficit_top" in start
    for i in range(len(measures)):
        m = measures[i]
        if m[0] == "tilt_deficit_aligned":
            centre = (32768, 0)
            if known:
                centre = (start["internal_rotation_top"] - start["upward_deficit_top"] + 32768, m[7])
            measures[i] = m[:6] + centre + m[8:]


def _aim(row, aims):
    """Put the exercise's targets into a row; False when it has none for it."""
    own = row["own"]
    if own[0] == "target":
        aim = aims.get(row["measure"])
        if not aim:
            return False
        row["own"] = (aim, aim * own[1] // 1000, aim * own[2] // 1000)
    gate = row["gate"]
    if gate:
        bounds = []
        for bound in gate[1:]:
            if isinstance(bound, tuple):
                if not aims.get(gate[0]):
                    return False
                bound = aims[gate[0]] * bound[1] // 1000
            bounds.append(bound)
        row["gate"] = (
            gate[0],
            NO_LOW if bounds[0] is None else bounds[0],
            NO_HIGH if bounds[1] is None else bounds[1],
        )
    return True
