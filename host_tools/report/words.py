"""What the log's names mean to an athlete or coach: muscles, exercises, rules, flag bits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

SITES = {
    "UT": "upper trapezius",
    "MT": "middle trapezius and rhomboid",
    "LT": "lower trapezius",
    "LAT": "latissimus",
    "SA": "serratus anterior",
}

EXERCISES = {
    "row": "Row with scapular retraction",
    "y_raise": "Y raise",
    "retraction_hold": "Scapular retraction hold",
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
FIRST_CHANNEL = 8
PARTS = {
    0: "thorax sensor",
    1: "scapula sensor",
    2: "upper-arm sensor",
    16: "upper motor",
    17: "lower motor",
    18: "fuel gauge",
    20: "storage",
    22: "board",
}
FAULTS = {
    (0, 1): "silent",
    (0, 2): "does not announce its reports (INT line)",
    (22, 2): "restarted by the watchdog",
}
FAILED = 1

TACTORS = ("upper motor", "lower motor", "both motors")


@dataclass(frozen=True)
class RuleWords:
    """`said` is the cue as an instruction, `fault` its short name, `why` explains a value of the rule's measure."""

    said: str
    fault: str
    why: Callable[[int], str]


def _degrees(cdeg: int) -> str:
    return f"{cdeg / 100:.1f}°"


def _ratio(q8: int) -> str:
    return f"{q8 / 256:.2f}"


RULES = {
    "ut_lt_ratio": RuleWords(
        "let the upper shoulder go",
        "upper trapezius too strong",
        lambda v: f"the upper trapezius worked at {_ratio(v)} times the lower trapezius",
    ),
    "scapula_lost": RuleWords(
        "keep the shoulder blade set",
        "shoulder blade lost",
        lambda v: f"the shoulder blade was {_degrees(v)} short of the turn or tilt that this arm height asks for",
    ),
    "arm_before_scapula": RuleWords(
        "set the shoulder blade first, then move",
        "arm moved first",
        lambda v: f"the arm moved {abs(v)} ms before the lower or middle trapezius was active",
    ),
}


def site(name: str) -> str:
    return f"{name} ({SITES[name]})" if name in SITES else name


def exercise(name: str) -> str:
    return EXERCISES.get(name, name.replace("_", " "))


def rule_said(name: str) -> str:
    return RULES[name].said if name in RULES else name.replace("_", " ")


def rule_fault(name: str) -> str:
    return RULES[name].fault if name in RULES else name.replace("_", " ")


def rule_why(name: str, value: int) -> str:
    return RULES[name].why(value) if name in RULES else f"measured {value} (raw value of the log)"


def fault(part: int, code: int, sites: Sequence[str]) -> tuple[str, str]:
    """Part and fault in words; the codes of a muscle are bit numbers of its quality."""
    channel = part - FIRST_CHANNEL
    if 0 <= channel < len(sites):
        return site(sites[channel]), QUALITY.get(1 << code, f"code {code}")
    what = FAULTS.get((0 if part < FIRST_CHANNEL else part, code), "failed" if code == FAILED else f"code {code}")
    return PARTS.get(part, f"part {part}"), what
