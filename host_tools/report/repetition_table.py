"""The table per repetition: tempo, range, muscle work and onsets, and what was wrong."""

from collections.abc import Sequence

from host_tools.analysis import words
from host_tools.analysis.fatigue import Efforts
from host_tools.analysis.log_data import LogData
from host_tools.analysis.repetitions import Repetition
from host_tools.analysis.set_summary import RATIO_FLOOR_PERCENT
from host_tools.report import quantity
from host_tools.report.table import Cell, Column, Table

AROUND_S = 1.5  # what a click on a row shows beside the repetition
NO_MVC = "no reference contraction (MVC) is set for this muscle"
NO_ONSET = "no clear onset of this muscle was found in this repetition"
NO_RANGE = "the angle that this exercise follows was not known at some time of the repetition"
NO_RATIO = "the lower trapezius worked at less than 4 % of its MVC, or a muscle is not worn or has no MVC"
NO_SPEED = "the range or the time of the way out is not known"
NO_FREQUENCY = "no median frequency: no record of the device, and no whole raw EMG with a good signal"


def movement_table(done: Sequence[Repetition]) -> Table:
    """Tempo, range, rhythm and verdict of each repetition."""
    columns = [
        Column("No.", number=False),
        Column("Set"),
        Column("Start", "min:s"),
        Column("Verdict", number=False),
        Column("Way out", "s"),
        Column("Hold", "s"),
        Column("Return", "s"),
        Column("Range", "°"),
        Column("Speed", "°/s"),
        Column("Rhythm", "arm : blade"),
    ]
    table = Table(columns, "No repetition was recognised in this log.")
    for r in done:
        table.add(
            [
                Cell(str(r.number)),
                Cell("outside" if r.set_number is None else str(r.set_number)),
                Cell(quantity.clock(r.span.begin)),
                Cell("; ".join(words.rule_fault(name) for name in r.faults) or "good"),
                Cell(f"{r.concentric_s:.1f}"),
                Cell(f"{r.isometric_s:.1f}"),
                Cell(f"{r.eccentric_s:.1f}"),
                quantity.number(r.range_deg, 1, NO_RANGE),
                quantity.number(r.speed_deg_s, 0, NO_SPEED),
                Cell(f"{r.rhythm.ratio:.1f} : 1") if r.rhythm.ratio is not None else Cell(reason=r.rhythm.reason),
            ],
            mark="fault" if r.faults else "",
            span=(round(r.span.begin - AROUND_S, 2), round(r.span.end + AROUND_S, 2)),
        )
    return table


def muscle_table(log: LogData, done: Sequence[Repetition], found: Efforts) -> Table:
    """Mean and peak of each muscle in each repetition, the upper to lower trapezius ratio, onsets, frequencies."""
    sites = list(log.sites)
    columns = [
        Column("No.", number=False),
        *(Column(site, "mean / peak, % MVC") for site in sites),
        *([Column("UT/LT", "of means")] if {"UT", "LT"} <= set(sites) else []),
        *(Column(f"{site} onset", "ms") for site in sites),
        *(Column(f"{site} median", "Hz") for site in sites if found),
    ]
    table = Table(columns, "")
    for r in done if sites else ():
        ratio = [_upper_to_lower(sites, r)] if {"UT", "LT"} <= set(sites) else []
        table.add(
            [
                Cell(str(r.number)),
                *(_mean_and_peak(r, c) for c in range(len(sites))),
                *ratio,
                *(quantity.number(ms, 0, NO_ONSET) for ms in r.onset_ms),
                *(_frequency(found, r, c) for c in range(len(sites)) if found),
            ]
        )
    return table


def _mean_and_peak(r: Repetition, channel: int) -> Cell:
    mean, peak = r.mean_percent[channel], r.peak_percent[channel]
    return Cell(reason=NO_MVC) if mean is None or peak is None else Cell(f"{mean:.0f} / {peak:.0f}")


def _frequency(found: Efforts, r: Repetition, channel: int) -> Cell:
    effort = found.get((r.number, channel))
    return Cell(reason=NO_FREQUENCY) if effort is None else Cell(f"{effort.mdf_hz:.0f}")


def _upper_to_lower(sites: list[str], r: Repetition) -> Cell:
    upper, lower = (r.mean_percent[sites.index(site)] for site in ("UT", "LT"))
    if upper is None or lower is None or lower < RATIO_FLOOR_PERCENT:
        return Cell(reason=NO_RATIO)
    return Cell(f"{upper / lower:.2f}")
