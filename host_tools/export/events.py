"""What happened in a log as a list for other programs: repetitions, cues, faults, marks, holes in the raw EMG."""

from collections.abc import Iterator
from dataclasses import dataclass

from host_tools.analysis import words
from host_tools.analysis.log_data import LogData
from host_tools.analysis.sets import repetition_span
from host_tools.export.source import Source

GAP = "BAD_gap"  # MNE takes spans whose name begins with BAD out of every analysis


@dataclass(frozen=True, order=True)
class Event:
    """start_us: device time. duration_s: None = a moment. kind: repetition, cue, fault, marker. text: what it was."""

    start_us: int
    duration_s: float | None
    kind: str
    text: str


def events(log: LogData) -> list[Event]:
    """In order of time."""
    return sorted(_events(log), key=lambda event: (event.start_us, event.kind, event.text))


def _events(log: LogData) -> Iterator[Event]:
    for row in log.rows("repetition"):
        span = repetition_span(log, row)
        name = log.name("exercises", row["exercise"])
        yield Event(row["start_us"], span.end - span.begin, "repetition", _plain(f"repetition {row['index']} {name}"))
    for row in log.rows("cue"):
        yield Event(row["decided_us"], None, "cue", _plain(f"cue {log.name('rules', row['rule'])}"))
    for row in log.rows("fault"):
        part, what = words.fault(row["part"], row["code"], log.sites)
        ended = row["ended_us"]
        duration = (ended - row["began_us"]) / 1e6 if ended >= row["began_us"] else None
        yield Event(row["began_us"], duration, "fault", _plain(f"fault {part}: {what}"))
    for row in log.rows("marker"):
        value = f" {row['value']}" if row["value"] else ""
        yield Event(row["timestamp"], None, "marker", _plain(log.name("markers", row["kind"]) + value))


def inside(source: Source, found: list[Event]) -> tuple[list[Event], int]:
    """Events that begin within the raw EMG, and how many do not."""
    runs = source.emg.runs
    begin = runs[0].start_us
    end = begin + 1000 * source.emg.span_frames
    kept = [event for event in found if begin <= event.start_us <= end]
    return kept, len(found) - len(kept)


def _plain(text: str) -> str:
    """Without control characters, which separate annotations in EDF and columns in TSV, and not endless."""
    return "".join(c if c.isprintable() else " " for c in text)[:200]
