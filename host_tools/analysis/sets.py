"""When the athlete trained: spans of the log between the marks that begin and end a set."""

from dataclasses import dataclass

from host_tools.analysis.log_data import LogData

SET_BEGIN, SET_END = "set_begin", "set_end"
# Without marks: a count that starts again, or a pause as long as this, begins another set (engineering choice)
PAUSE_S = 30.0


@dataclass(frozen=True)
class Span:
    """Seconds of the log."""

    begin: float
    end: float

    def holds(self, t: float) -> bool:
        return self.begin <= t <= self.end


def sets(log: LogData) -> list[Span]:
    """The sets in order; from the marks, else from the repetitions."""
    return _marked(log) or _grouped(log)


def repetition_span(log: LogData, row: dict[str, int]) -> Span:
    begin = log.seconds(row["start_us"])
    return Span(begin, begin + (row["concentric_ms"] + row["isometric_ms"] + row["eccentric_ms"]) / 1000)


def _marked(log: LogData) -> list[Span]:
    found: list[Span] = []
    begun: float | None = None
    for row in log.rows("marker"):
        kind, t = log.name("markers", row["kind"]), log.seconds(row["timestamp"])
        if kind == SET_BEGIN:
            begun = t
        elif kind == SET_END and begun is not None:
            found.append(Span(begun, t))
            begun = None
    if begun is not None:
        found.append(Span(begun, log.duration_s))
    return found


def _grouped(log: LogData) -> list[Span]:
    found: list[Span] = []
    last_index = 0
    for row in log.rows("repetition"):
        span = repetition_span(log, row)
        if found and row["index"] > last_index and span.begin - found[-1].end < PAUSE_S:
            found[-1] = Span(found[-1].begin, span.end)
        else:
            found.append(span)
        last_index = row["index"]
    return found
