"""One log as the page shows it: the first screen, exercises and their sets, traces, signal quality, settings."""

import json
from dataclasses import dataclass

from host_tools.analysis import words
from host_tools.analysis.log_data import LogData
from host_tools.analysis.note import Note
from host_tools.analysis.set_summary import SetSummary
from host_tools.analysis.training import ExerciseDone, Training, training
from host_tools.analysis.wall_clock import WallClock
from host_tools.report import quantity
from host_tools.report.charts import Figure, Trace
from host_tools.report.cue_table import cue_label, cue_table
from host_tools.report.curves import traces
from host_tools.report.device_words import device_words
from host_tools.report.figures import JointView, figures, joint_view
from host_tools.report.overview import Overview, overview
from host_tools.report.quality_tables import device_sentences, emg_quality, fault_table, motion_quality
from host_tools.report.repetition_table import movement_table, muscle_table
from host_tools.report.set_tables import cue_sets, fatigue_sets, movement_sets, muscle_sets, set_name
from host_tools.report.table import Table

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
class RepetitionChip:
    """One repetition in the athlete's row of a set."""

    number: int
    good: bool
    says: str


@dataclass(frozen=True)
class SetView:
    """A set in plain words."""

    name: str
    chips: list[RepetitionChip]
    sentences: list[str]


@dataclass(frozen=True)
class ExerciseView:
    title: str
    sets: list[SetView]
    movement: Table
    muscles: Table
    fatigue: Table
    joint: JointView
    cues: Table
    figures: list[tuple[int, Figure]]  # with their place on the page


@dataclass(frozen=True)
class SessionView:
    file: str
    heading: str
    when: str
    note: list[tuple[str, str]]
    tiles: list[Tile]
    overview: Overview
    nothing: str  # why there is nothing to work on when no repetition was recognised
    exercises: list[ExerciseView]
    cues: Table
    noted: Table
    movement: Table
    muscles: Table
    traces: list[Trace]
    emg_quality: Table
    motion_quality: Table
    device_sentences: list[str]
    faults: Table
    facts: list[tuple[str, str]]
    chart_json: str


def view(log: LogData, note: Note | None = None, clock: WallClock | None = None) -> SessionView:
    done = training(log)
    spans = list(done.spans)
    drawn = traces(log)
    places = iter(range(3 * len(done.exercises)))
    shown = [_exercise(log, done, one, [next(places) for _ in range(3)]) for one in done.exercises]
    return SessionView(
        file=log.file,
        heading=_heading(log, done),
        when=(clock.text(log.start_us)[:16].replace("T", " ") if clock else "") or "date not known",
        note=_note(note or Note()),
        tiles=_tiles(log, done),
        overview=overview(log, done),
        nothing="no repetition was recognised." if done.spans else "no set was begun while this log was recorded.",
        exercises=shown,
        cues=cue_table(done),
        noted=device_words(log),
        movement=movement_table(done.repetitions),
        muscles=muscle_table(log, done.repetitions, done.efforts),
        traces=drawn,
        emg_quality=emg_quality(log, spans),
        motion_quality=motion_quality(log, spans),
        device_sentences=device_sentences(log, spans),
        faults=fault_table(log),
        facts=_facts(log),
        chart_json=_chart_json(log, done, drawn, [item for one in shown for item in one.figures]),
    )


def exercise_names(log: LogData, done: Training) -> list[str]:
    """Exercises done in the log, in order; the one that was set when there is no repetition."""
    names = [one.name for one in done.exercises]
    return names or [log.info["exercise"]] if names or log.info.get("exercise") else []


def _heading(log: LogData, done: Training) -> str:
    what = ", ".join(words.exercise(name) for name in exercise_names(log, done)) or "Training"
    side = log.info.get("side", "")
    return f"{what}, {SIDES.get(side, side)}" if side else what


def _note(note: Note) -> list[tuple[str, str]]:
    told = []
    if note.athlete:
        told.append(("Athlete", note.athlete))
    if note.rpe is not None:
        told.append(("How hard (0 to 10)", f"{note.rpe:g}"))
    if note.external_load_kg is not None:
        told.append(("External load", f"{note.external_load_kg:g} kg"))
    if note.remarks:
        told.append(("Remarks", note.remarks))
    return told


def _tiles(log: LogData, done: Training) -> list[Tile]:
    total, sets = len(done.repetitions), len(done.spans)
    good = sum(not r.faults for r in done.repetitions)
    cues = len(done.cues)
    return [
        Tile(str(total), f"repetition{_s(total)} in {sets} set{_s(sets)}"),
        Tile(f"{good} of {total}" if total else "–", "repetitions without a fault"),
        Tile(str(cues), f"cue{_s(cues)} given"),
        Tile(quantity.duration(log.duration_s), "recorded"),
    ]


def _exercise(log: LogData, done: Training, one: ExerciseDone, places: list[int]) -> ExerciseView:
    return ExerciseView(
        title=words.exercise(one.name),
        sets=[_set(one, s) for s in one.sets],
        movement=movement_sets(one),
        muscles=muscle_sets(log, one),
        fatigue=fatigue_sets(log, one),
        joint=joint_view(log, one),
        cues=cue_sets(one),
        figures=list(zip(places, figures(log, one, done.efforts), strict=True)),
    )


def _set(one: ExerciseDone, s: SetSummary) -> SetView:
    chips = []
    for place, r in enumerate(s.repetitions, 1):
        says = "; ".join(words.rule_fault(name) for name in r.faults) or "good"
        chips.append(RepetitionChip(place, not r.faults, f"repetition {place}: {says}"))
    total = len(s.repetitions)
    sentences = [f"{total} repetition{_s(total)}, {s.clean} without a fault."]
    if s.speed_loss is not None and abs(s.speed_loss) >= 0.05:
        way = "slower" if s.speed_loss > 0 else "faster"
        sentences.append(f"At the end {abs(100 * s.speed_loss):.0f} % {way} than at the beginning.")
    for rule in dict.fromkeys(cue.rule for cue in s.cues):
        outcomes = [cue for cue in s.cues if cue.rule == rule and cue.following is not None]
        better = sum(rule not in _faults_of(one, cue.following) for cue in outcomes)
        text = f"Felt: “{words.rule_said(rule)}”."
        if outcomes:
            text += f" Gone in the next repetition: {better} of {len(outcomes)} times."
        sentences.append(text)
    return SetView(f"Set {set_name(s)}" if s.number is not None else "Outside of sets", chips, sentences)


def _faults_of(one: ExerciseDone, number: int | None) -> list[str]:
    return [fault for r in one.repetitions if r.number == number for fault in r.faults]


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


def _chart_json(log: LogData, done: Training, drawn: list[Trace], figures: list[tuple[int, Figure]]) -> str:
    """What templates/charts.js draws; "<" is escaped, so that no text of a log can end the script element."""
    shown = [(i, trace) for i, trace in enumerate(drawn) if not trace.missing]
    zooms = [{"label": "whole log", "from": 0.0, "to": log.duration_s}]
    zooms += [
        {"label": f"set {n}", "from": max(0.0, span.begin - 2), "to": span.end + 2}
        for n, span in enumerate(done.spans, 1)
    ]
    data = {
        "times": {trace.topic: trace.packed_times() for _, trace in shown},
        "traces": [trace.payload(i) for i, trace in shown],
        "figures": [figure.payload(place) for place, figure in figures if not figure.missing],
        "repetitions": [{"from": r.span.begin, "to": r.span.end, "label": str(r.number)} for r in done.repetitions],
        "cues": [{"at": cue.at_s, "label": cue_label(cue.number)} for cue in done.cues],
        "spans": zooms,
    }
    return json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _s(count: int) -> str:
    return "" if count == 1 else "s"
