"""A whole log in numbers: exercises, their sets, their repetitions, what the cues changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from host_tools.analysis.cue_response import Cue, cues
from host_tools.analysis.fatigue import Efforts, efforts
from host_tools.analysis.log_data import LogData
from host_tools.analysis.repetitions import Repetition, repetitions
from host_tools.analysis.rhythm import Band, band
from host_tools.analysis.set_summary import SetSummary, summarise
from host_tools.analysis.sets import Span, sets


@dataclass(frozen=True)
class ExerciseDone:
    """name: of the log. band: the personal band of the rhythm, None when too few repetitions were without a fault."""

    name: str
    sets: Sequence[SetSummary]
    band: Band | None

    @property
    def repetitions(self) -> list[Repetition]:
        return [repetition for one in self.sets for repetition in one.repetitions]


@dataclass(frozen=True)
class Training:
    spans: Sequence[Span]
    repetitions: Sequence[Repetition]
    cues: Sequence[Cue]
    efforts: Efforts
    exercises: Sequence[ExerciseDone]


def training(log: LogData) -> Training:
    """Repetitions outside of every set form one of their own, without a number."""
    spans = sets(log)
    done = repetitions(log)
    given = cues(log, done)
    found = efforts(log, done)
    exercises = []
    for name in dict.fromkeys(r.exercise for r in done):
        mine = [r for r in done if r.exercise == name]
        own = band([r.rhythm for r in mine if not r.faults])
        summaries = []
        for number in dict.fromkeys(r.set_number for r in mine):
            here = [r for r in mine if r.set_number == number]
            span = Span(here[0].span.begin, here[-1].span.end) if number is None else spans[number - 1]
            felt = [cue for cue in given if number is not None and span.holds(cue.at_s)]
            summaries.append(summarise(log, number, span, here, felt, found, own))
        exercises.append(ExerciseDone(name, summaries, own))
    return Training(spans, done, given, found, exercises)
