"""Per exercise, one row for each set: movement, muscles, fatigue, what the cues changed."""

from host_tools.analysis import words
from host_tools.analysis.cue_response import AGAIN, BETTER
from host_tools.analysis.fatigue import COMPARED
from host_tools.analysis.firmware_words import exercises
from host_tools.analysis.log_data import LogData
from host_tools.analysis.rhythm import NO_TURN, ratio_of
from host_tools.analysis.set_summary import SetSummary, Spread
from host_tools.analysis.training import ExerciseDone
from host_tools.report import quantity
from host_tools.report.table import Cell, Column, Table

NO_MVC = "no reference contraction (MVC) is set for this muscle, or its signal was bad"
NO_RANGE = "the angle that this exercise follows was not known in any repetition of the set"
NO_RATIO = "the second muscle worked at less than 4 % of its MVC, or a muscle of the pair has no MVC"
NO_ONSET = "no muscle had a clear onset in this set"
NO_BAND = "a band needs three repetitions without a fault, with the arm in the same range"
TOO_FEW = f"fewer than {2 * COMPARED} repetitions with a speed: first and last {COMPARED} cannot be compared"


def movement_sets(one: ExerciseDone) -> Table:
    aims = exercises()[one.name].tempo_ms if one.name in exercises() else {}

    def aim(phase: str) -> str:
        return f"s, aim {aims[phase][0] / 1000:g}" if phase in aims else "s"

    columns = [
        Column("Set", number=False),
        Column("Repetitions"),
        Column("Without fault"),
        Column("Way out", aim("concentric")),
        Column("Hold", aim("isometric")),
        Column("Return", aim("eccentric")),
        Column("Range", "°"),
        Column("Speed lost", "%"),
        Column("Rhythm", "arm : blade"),
        Column("In own band", "%"),
    ]
    table = Table(columns, "No repetition was recognised.")
    for s in one.sets:
        table.add(
            [
                Cell(set_name(s)),
                Cell(str(len(s.repetitions))),
                Cell(str(s.clean)),
                _spread(s.concentric_s, 1, ""),
                _spread(s.isometric_s, 1, ""),
                _spread(s.eccentric_s, 1, ""),
                _spread(s.range_deg, 0, NO_RANGE),
                Cell(quantity.signed(100 * s.speed_loss)) if s.speed_loss is not None else Cell(reason=TOO_FEW),
                _rhythm(s),
                Cell(f"{100 * s.in_band:.0f}") if s.in_band is not None else Cell(reason=NO_BAND),
            ],
            span=(round(s.span.begin - 2, 2), round(s.span.end + 2, 2)),
        )
    return table


def muscle_sets(log: LogData, one: ExerciseDone) -> Table:
    pairs = list(one.sets[0].ratios) if one.sets else []
    columns = [
        Column("Set", number=False),
        *(Column(site, "mean / peak, % MVC") for site in log.sites),
        *(Column(pair, "of means") for pair in pairs),
        Column("Order of onsets", "ms after the start", number=False),
    ]
    table = Table(columns, "")
    for s in one.sets if log.sites else ():
        table.add(
            [
                Cell(set_name(s)),
                *(_mean_and_peak(s.mean_percent[c], s.peak_percent[c]) for c in range(len(log.sites))),
                *(_spread(s.ratios[pair], 2, NO_RATIO) for pair in pairs),
                _order(s),
            ]
        )
    return table


def fatigue_sets(log: LogData, one: ExerciseDone) -> Table:
    columns = [
        Column("Set", number=False),
        Column("Muscle", number=False),
        Column("Median frequency", "change, %"),
        Column("Amplitude", "change, %"),
        Column("Together", number=False),
    ]
    table = Table(columns, "")
    for s in one.sets:
        for site, change in zip(log.sites, s.changes, strict=True):
            known = change.frequency is not None and change.amplitude is not None
            table.add(
                [
                    Cell(set_name(s)),
                    Cell(site),
                    Cell(quantity.signed(100 * (change.frequency or 0))) if known else Cell(reason=change.reason),
                    Cell(quantity.signed(100 * (change.amplitude or 0))) if known else Cell(reason=change.reason),
                    Cell(change.meaning) if known else Cell(reason=change.reason),
                ]
            )
    return table


def cue_sets(one: ExerciseDone) -> Table:
    columns = [
        Column("Set", number=False),
        Column("Cue", number=False),
        Column("Given"),
        Column("Next without the fault"),
        Column("Next with it again"),
        Column("Was the last"),
    ]
    table = Table(columns, "No cue was given in this exercise.")
    for s in one.sets:
        for rule in dict.fromkeys(cue.rule for cue in s.cues):
            mine = [cue.outcome for cue in s.cues if cue.rule == rule]
            better, again = mine.count(BETTER), mine.count(AGAIN)
            counts = [len(mine), better, again, len(mine) - better - again]
            table.add([Cell(set_name(s)), Cell(words.rule_said(rule)), *(Cell(str(n)) for n in counts)])
    return table


def set_name(s: SetSummary) -> str:
    return "outside" if s.number is None else str(s.number)


def _spread(value: Spread | None, digits: int, reason: str) -> Cell:
    if value is None:
        return Cell(reason=reason)
    sd = "" if value.sd is None else f" ± {value.sd:.{digits}f}"
    return Cell(f"{value.mean:.{digits}f}{sd}")


def _rhythm(s: SetSummary) -> Cell:
    if s.rhythm_slope is None:
        return Cell(reason=s.rhythm_reason)
    ratio = ratio_of(s.rhythm_slope.mean)
    return Cell(reason=NO_TURN) if ratio is None else Cell(f"{ratio:.1f} : 1")


def _mean_and_peak(mean: Spread | None, peak: Spread | None) -> Cell:
    if mean is None or peak is None:
        return Cell(reason=NO_MVC)
    return Cell(f"{mean.mean:.0f} / {peak.mean:.0f}")


def _order(s: SetSummary) -> Cell:
    known = [(value.mean, site) for site, value in s.onsets_ms.items() if value is not None]
    if not known:
        return Cell(reason=NO_ONSET)
    parts = sorted([*known, (0.0, "movement")])
    text = ", ".join(f"{site} {quantity.signed(ms)}" if site != "movement" else site for ms, site in parts)
    silent = [site for site, value in s.onsets_ms.items() if value is None]
    return Cell(text + (f" (no clear onset: {', '.join(silent)})" if silent else ""))
