"""What the log's names mean to an athlete or coach: muscles, exercises, rules, flag bits."""

from collections.abc import Sequence

from host_tools.analysis.firmware_words import exercises, rules

SITES = {
    "UT": "upper trapezius",
    "MT": "middle trapezius and rhomboid",
    "LT": "lower trapezius",
    "LAT": "latissimus",
    "SA": "serratus anterior",
}

# bits of flags and quality as in firmware/rhomboid/features.py
FLAGS = {
    1: "no neutral pose was taken",
    2: "a sensor lost its heading and no new neutral pose was taken",
    4: "the arm was above the range in which a skin sensor follows the shoulder blade (100°)",
    8: "a vibration pulse was ringing",
    16: "the thorax sensor did not answer",
    32: "the scapula sensor did not answer",
    64: "the upper-arm sensor did not answer",
}
FLAG_PULSE = 8

QUALITY = {
    1: "stuck at a supply rail",
    2: "flat line",
    4: "electrode off",
    8: "clipping",
    16: "mains hum",
    32: "movement artefact",
    64: "heartbeat visible",
    128: "settling after a gap",
}

# parts and codes of the topic `fault`, as in firmware/rhomboid/supervision/faults.py
FIRST_BUS = 4
FIRST_CHANNEL = 8
PARTS = {
    0: "thorax sensor",
    1: "scapula sensor",
    2: "upper-arm sensor",
    4: "sensor cable 0",
    5: "sensor cable 1",
    16: "upper motor",
    17: "lower motor",
    18: "fuel gauge",
    20: "storage",
    21: "battery",
    22: "board",
}
FAULTS = {
    (0, 1): "silent",
    (0, 2): "does not announce its reports (INT line)",
    (0, 3): "sends nonsense",
    (0, 4): "lost or repeated reports",
    (0, 5): "sends unknown reports",
    (0, 6): "restarted by itself",
    (0, 7): "does not answer",
    (0, 8): "sent reports at another rate than asked for",
    (0, 9): "kept the same orientation while other sensors moved",
    (4, 1): "blocked (I2C bus held)",
    (20, 4): "full",
    (21, 5): "low",
    (21, 6): "flat: the device switched itself off",
    (22, 2): "restarted by the watchdog",
    (22, 4): "converter overrun: it was started again, up to 50 ms of EMG before are mixed up",
}
FAILED = 1

TACTORS = ("upper motor", "lower motor", "both motors")


# rules in the two or three words that a table has room for; a rule that is not here is told in the firmware's words
SHORT_FAULTS = {
    "arm_before_scapula": "arm moved first",
    "scapula_lost": "shoulder blade lost",
    "winging": "shoulder blade wings",
    "shrug": "shrug",
    "ut_lt_ratio": "upper trapezius over lower",
    "ut_mt_ratio": "upper trapezius over middle",
    "lat_dominance": "latissimus over middle back",
    "thorax_extension": "trunk leaned back",
    "thorax_lean": "trunk leaned sideways",
    "thorax_rotation": "trunk turned",
    "pelvis_tips": "low back moved",
    "head_forward": "head forward",
    "eccentric_fast": "return too fast",
    "concentric_fast": "way out too fast",
    "range_reduced": "short of own range",
    "hold_short": "hold too short",
    "hold_drift": "hold drifted",
    "hold_tremor": "hold trembled",
    "hold_fade": "hold faded",
}

# what a measure's value means, where its unit alone does not say it
MEASURES = {
    "scapula_lead_ms": lambda v: f"{abs(v)} ms {'before' if v < 0 else 'after'}",
    "upward_deficit_slow": lambda v: f"{_degrees(v)} off what this arm height asks for",
    "tilt_deficit_slow": lambda v: f"{_degrees(v)} off what this arm height asks for",
    "internal_rotation_slow": lambda v: f"{_degrees(v)} from the neutral pose",
    "ut_lt_effort_q8": lambda v: f"{v / 256:.2f} times the lower trapezius",
    "ut_mt_effort_q8": lambda v: f"{v / 256:.2f} times the middle trapezius",
    "lat_mt_effort_q8": lambda v: f"{v / 256:.2f} times the middle trapezius",
    "thorax_flexion_since": lambda v: f"{_degrees(v)} since the repetition began",
    "thorax_lateral_since": lambda v: f"{_degrees(v)} since the repetition began",
    "thorax_rotation_since": lambda v: f"{_degrees(v)} since the repetition began",
    "pelvis_flexion_since": lambda v: f"{_degrees(v)} since the repetition began",
    "head_flexion_since": lambda v: f"{_degrees(v)} since the repetition began",
    "lt_fade": lambda v: f"{v / 10:.0f} % since the hold began",
    "mt_fade": lambda v: f"{v / 10:.0f} % since the hold began",
}


def _degrees(cdeg: int) -> str:
    return f"{abs(cdeg) / 100:.1f}°"


def measured(measures: Sequence[str], value: int) -> str:
    """A rule's value in words and units; "" when its measures leave open what it is a value of."""
    said = {_measured(measure, value) for measure in measures}
    return said.pop() if len(said) == 1 else ""


def _measured(measure: str, value: int) -> str:
    if measure in MEASURES:
        return MEASURES[measure](value)
    if measure.endswith("_q8"):
        return f"{value / 256:.2f}"
    if measure.endswith("_ms"):
        return f"{value / 1000:.1f} s"
    if measure.endswith("_cdeg_s"):
        return f"{value / 100:.1f}° per second"
    if measure.endswith("_share"):
        return f"{value / 10:.0f} %"
    return _degrees(value)


def site(name: str) -> str:
    return f"{name} ({SITES[name]})" if name in SITES else name


def exercise(name: str) -> str:
    known = exercises().get(name)
    return known.title if known else name.replace("_", " ")


def rule_said(name: str) -> str:
    """The cue of a rule as an instruction."""
    return rules()[name].say if name in rules() else name.replace("_", " ")


def rule_fault(name: str) -> str:
    """A rule's fault, short."""
    return SHORT_FAULTS.get(name) or (rules()[name].words if name in rules() else name.replace("_", " "))


def rule_why(name: str, value: int) -> str:
    """Why a cue was given: the rule's fault in a sentence, and what was measured."""
    if name not in rules():
        return f"{name.replace('_', ' ')}: {value} (raw value of the log)"
    value_text = measured(rules()[name].measures, value)
    return f"{rules()[name].words} ({value_text})" if value_text else rules()[name].words


def fault(part: int, code: int, sites: Sequence[str]) -> tuple[str, str]:
    """Part and fault in words; the codes of a muscle are bit numbers of its quality."""
    channel = part - FIRST_CHANNEL
    if 0 <= channel < len(sites):
        return site(sites[channel]), QUALITY.get(1 << code, f"code {code}")
    kind = part if part >= FIRST_CHANNEL else 0 if part < FIRST_BUS else FIRST_BUS
    what = FAULTS.get((kind, code), "failed" if code == FAILED else f"code {code}")
    return PARTS.get(part, f"part {part}"), what
