"""The rules, as data: what is seen, in which band, when, how long, what is said, and where the number comes from.

RULES: name -> dictionary with
    number      verdict bit and rule number in the log: never reused
    words       the fault in plain words for the report; say: the cue in plain words
    cue         a cue of haptics/patterns.py
    priority    1 = most useful now: earlier in the chain of a movement, and the more harmful (engineering choice)
    looks       list of (measure, low, high, hysteresis) in the measure's unit; None = no bound; any of them fires the rule
    phases      bits of phases in which a level is watched, or at_end_of: bits of phases at whose end it is judged once
    dwell_ms, refractory_ms, silent (flags that silence it), channels (sites whose quality must be good)
    gate        (measure, low, high) that must hold as well, or None
    source      section of domain.md, or "engineering choice" with the reason
An exercise overrides any of these. Imported while an exercise is loaded, then dropped from memory.

All bands act on change from the personal neutral pose or from the level before the repetition, never on absolute angles
(domain 1.2: absolute angles are good to 5-9 degrees).
"""

from rhomboid import features as f
from rhomboid.coaching import measure_library
from rhomboid.coaching.measure_library import CONCENTRIC, EFFORT, MOVING
from rhomboid.coaching.rules import NO_HIGH, NO_LOW, UnknownRule

_DEAD = f.FLAG_THORAX_DEAD | f.FLAG_SCAPULA_DEAD | f.FLAG_HUMERUS_DEAD
_SCAPULA = _DEAD | f.FLAG_REFERENCE_MISSING | f.FLAG_HEADING_LOST | f.FLAG_OUT_OF_RANGE
_MUSCLE = f.FLAG_THORAX_DEAD | f.FLAG_HUMERUS_DEAD
_THORAX = f.FLAG_THORAX_DEAD | f.FLAG_REFERENCE_MISSING

RULES = {
    "arm_before_scapula": {
        "number": 0,
        "words": "the arm moved before the lower or middle trapezius was active",
        "say": "set the shoulder blade first, then move",
        "cue": "set_first",
        "priority": 2,
        # 100 ms: beyond the spread of onset detection and below the fault degree of 150 ms
        "looks": [("scapula_lead_ms", -100, None, 0)],
        "phases": CONCENTRIC,
        "dwell_ms": 20,
        "silent": _MUSCLE,
        "source": "domain 2.3: onset error 40 ms with TKEO, double threshold SD 15-42 ms; 100 ms is an engineering choice",
    },
    "scapula_lost": {
        "number": 1,
        "words": "the shoulder blade tipped forward or did not turn upward with the arm",
        "say": "keep the shoulder blade set",
        "cue": "hold_blade",
        "priority": 3,
        "looks": [("upward_deficit_slow", None, 800, 250), ("tilt_deficit_slow", None, 800, 250)],
        "phases": MOVING,
        "dwell_ms": 150,
        "silent": _SCAPULA,
        "source": "domain 3: band +-8 degrees; domain 1.2: SDD95 8-9 degrees; expected values from domain 1.4",
    },
    "ut_lt_ratio": {
        "number": 2,
        "words": "the upper trapezius worked too much against the lower trapezius",
        "say": "let the upper shoulder go",
        "cue": "ease_upper",
        "priority": 4,
        # 0.8 * 256
        "looks": [("ut_lt_effort_q8", None, 205, 26)],
        "phases": EFFORT,
        "dwell_ms": 100,
        "silent": _MUSCLE,
        "source": "domain 2.4: optimal < 0.6, good 0.6-0.8, moderate 0.8-1.0",
    },
}

_DEFAULTS = {
    "phases": 0,
    "at_end_of": 0,
    "dwell_ms": 0,
    "refractory_ms": 1000,  # domain 3: >= 1 s per repetition fault
    "silent": 0,
    "channels": (),
    "gate": None,
    "repeats": 0,
}


def names():
    """Rule names by number, for the log's info messages; "" for a number that is not used."""
    result = [""] * (1 + max([r["number"] for r in RULES.values()]))
    for name in RULES:
        result[RULES[name]["number"]] = name
    return result


def build(exercise, settings):
    """Rules of an exercise for this athlete: (rule rows, measure rows, left out: list of (rule, site)), most useful first.

    exercise: a dictionary of exercises/; its "rules" is a list of (name, overrides).
    settings: needs "emg_sites"; "bands" may hold rule name -> [low, high] per look (None or missing keeps the default).
    Raises UnknownRule with the name.
    """
    sites = settings["emg_sites"]
    bands = settings.get("bands") or {}
    for name in bands:
        if name not in RULES:
            raise UnknownRule("settings bands: no rule is called %s" % name)
    rows = []
    wanted = list(exercise.get("measures", ()))
    for name, overrides in exercise["rules"]:
        if name not in RULES:
            raise UnknownRule("exercise %s: no rule is called %s" % (exercise["name"], name))
        rule = dict(_DEFAULTS)
        rule.update(RULES[name])
        rule.update(overrides)
        band = bands.get(name, ())
        for i in range(len(rule["looks"])):
            measure, low, high, hysteresis = rule["looks"][i]
            if 2 * i + 1 < len(band):
                low, high = band[2 * i], band[2 * i + 1]
            row = dict(rule)
            row.pop("looks")
            row["name"] = name
            row["rule"] = rule["number"]
            row["measure"] = measure
            row["low"] = NO_LOW if low is None else low
            row["high"] = NO_HIGH if high is None else high
            row["hysteresis"] = hysteresis
            rows.append(row)
            wanted.append(measure)
            if rule["gate"]:
                wanted.append(rule["gate"][0])
    measures, missing = measure_library.required(wanted, sites)
    have = [m[0] for m in measures]
    left_out = []
    kept = []
    for row in rows:
        gate = row["gate"]
        absent = [s for s in row["channels"] if s not in sites]
        if row["measure"] in have and (not gate or gate[0] in have) and not absent:
            row["channels"] = sum([1 << sites.index(s) for s in row["channels"]])
            kept.append(row)
        else:
            left_out.append((row["name"], absent[0] if absent else dict(missing).get(row["measure"], "")))
    kept.sort(key=lambda row: row["priority"])
    return kept, measures, left_out
