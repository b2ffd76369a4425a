"""One log as the page shows it: a summary in sentences, the tables, the charts, the settings."""

import json
from collections import Counter
from dataclasses import dataclass

from host_tools.analysis import words
from host_tools.analysis.log_data import LogData
from host_tools.analysis.sets import Span, repetition_span, sets
from host_tools.report import quantity
from host_tools.report.charts import Chart
from host_tools.report.cue_table import cue_label, cue_table
from host_tools.report.curves import charts
from host_tools.report.quality_tables import angle_limits, device_sentences, emg_quality, fault_table, motion_quality
from host_tools.report.repetition_table import fault_names, movement_table, muscle_table
from host_tools.report.table import Table

# a share of the time in sets; less is told with the signal quality (engineering choice)
WORTH_A_WARNING = 0.05
SIDES = {"right": "right shoulder", "left": "left shoulder"}
# texts and settings that a reader of the report asks for, in this order
FACTS = (
    ("ver_sw", "Firmware"),
    ("ver_hw", "Board"),
    ("emg_sites", "Muscles measured"),
    ("mains_hz", "Mains frequency (0 = found by itself), Hz"),
    ("highpass_hz", "High-pass of the muscle signals, Hz"),
    ("feature_hz", "Curves recorded per second in a set"),
    ("cues", "Cues (1 = on, 0 = off)"),
    ("haptic_strength_percent", "Strength of the motors, %"),
    ("mvc_method", "How the MVC references were found"),
)


@dataclass(frozen=True)
class Tile:
    value: str
    label: str


@dataclass(frozen=True)
class SessionView:
    file: str
    heading: str
    tiles: list[Tile]
    sentences: list[str]
    warnings: list[str]
    cues: Table
    movement: Table
    muscles: Table
    charts: list[Chart]
    emg_quality: Table
    motion_quality: Table
    device_sentences: list[str]
    faults: Table
    facts: list[tuple[str, str]]
    chart_json: str


def view(log: LogData) -> SessionView:
    spans = sets(log)
    drawn = charts(log)
    return SessionView(
        file=log.file,
        heading=_heading(log),
        tiles=_tiles(log, spans),
        sentences=_sentences(log, spans),
        warnings=_warnings(log, spans),
        cues=cue_table(log),
        movement=movement_table(log, spans),
        muscles=muscle_table(log),
        charts=drawn,
        emg_quality=emg_quality(log, spans),
        motion_quality=motion_quality(log, spans),
        device_sentences=device_sentences(log, spans),
        faults=fault_table(log),
        facts=_facts(log),
        chart_json=_chart_json(log, spans, drawn),
    )


def exercises(log: LogData) -> list[str]:
    """Names of the exercises done in the log, in order; the one that was set when there is no repetition."""
    if not log.names.get("exercises"):
        return [log.info["exercise"]] if log.info.get("exercise") else []
    done = [log.name("exercises", row["exercise"]) for row in log.rows("repetition")]
    return list(dict.fromkeys(done)) or [log.info.get("exercise", "")]


def _heading(log: LogData) -> str:
    what = ", ".join(words.exercise(name) for name in exercises(log)) or "Training"
    side = log.info.get("side", "")
    return f"{what}, {SIDES.get(side, side)}" if side else what


def _tiles(log: LogData, spans: list[Span]) -> list[Tile]:
    rows = log.rows("repetition")
    good = sum(not fault_names(log, row) for row in rows)
    cues = len(log.rows("cue"))
    return [
        Tile(str(len(rows)), f"repetition{_s(len(rows))} in {len(spans)} set{_s(len(spans))}"),
        Tile(f"{good} of {len(rows)}" if rows else "–", "repetitions without a fault"),
        Tile(str(cues), f"cue{_s(cues)} given"),
        Tile(quantity.duration(log.duration_s), "recorded"),
    ]


def _sentences(log: LogData, spans: list[Span]) -> list[str]:
    found = []
    faults = Counter(name for row in log.rows("repetition") for name in fault_names(log, row))
    for name, times in faults.most_common():
        found.append(f"{words.rule_fault(name).capitalize()}: in {times} repetition{_s(times)}.")
    given = Counter(words.rule_said(log.name("rules", row["rule"])) for row in log.rows("cue"))
    if given:
        said = ", ".join(f"“{text}” ({times}×)" for text, times in given.most_common())
        found.append(f"The device said: {said}.")
    if not log.rows("repetition") and not spans:
        found.append("No set was begun while this log was recorded.")
    return found


def _warnings(log: LogData, spans: list[Span]) -> list[str]:
    found = list(log.damage)
    for part, cause in angle_limits(log, spans):
        if part >= WORTH_A_WARNING and cause != words.FLAGS[words.FLAG_PULSE]:
            found.append(f"Angles are less certain in {quantity.share(part)} of the time in sets: {cause}.")
    if log.sites and not any(log.mvc_uv_q4):
        found.append(
            "No reference contraction (MVC) is set: muscle activity is in microvolts and ratios are not known."
        )
    return found


def _facts(log: LogData) -> list[tuple[str, str]]:
    found = []
    for key, label in FACTS:
        if key == "emg_sites":
            found.append((label, ", ".join(words.site(name) for name in log.sites) or "none"))
        elif key in log.info:
            found.append((label, log.info[key] or "not known"))
        elif key in log.settings:
            found.append((label, f"{log.settings[key]:g}"))
    return found


def _chart_json(log: LogData, spans: list[Span], drawn: list[Chart]) -> str:
    """What templates/charts.js draws; "<" is escaped, so that no text of a log can end the script element."""
    repetitions = [repetition_span(log, row) for row in log.rows("repetition")]
    zooms = [{"label": "whole log", "from": 0.0, "to": log.duration_s}]
    zooms += [
        {"label": f"set {n}", "from": max(0.0, span.begin - 2), "to": span.end + 2} for n, span in enumerate(spans, 1)
    ]
    data = {
        "charts": [chart.payload(i) for i, chart in enumerate(drawn) if not chart.missing],
        "repetitions": [{"from": s.begin, "to": s.end, "label": str(n)} for n, s in enumerate(repetitions, 1)],
        "cues": [
            {"at": log.seconds(row["decided_us"]), "label": cue_label(n)} for n, row in enumerate(log.rows("cue"), 1)
        ],
        "spans": zooms,
    }
    return json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _s(count: int) -> str:
    return "" if count == 1 else "s"
