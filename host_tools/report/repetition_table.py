"""The table per repetition: tempo, range, muscle work and onsets, and what was wrong."""

from host_tools.analysis import words
from host_tools.analysis.log_data import LogData
from host_tools.analysis.sets import Span, repetition_span
from host_tools.report import quantity
from host_tools.report.table import Cell, Column, Table

RATIO_FLOOR_PERMILLE = 40  # a ratio over less than 4 % MVC is not believed (domain 2.4)
AROUND_S = 1.5  # what a click on a row shows beside the repetition
NO_MVC = "no reference contraction (MVC) is set for this muscle"
NO_ONSET = "no clear onset of this muscle was found in this repetition"
NO_RANGE = "the angle that this exercise follows was not known at some time of the repetition"
NO_RATIO = "the lower trapezius worked at less than 4 % of its MVC, or a muscle is not worn or has no MVC"


def movement_table(log: LogData, spans: list[Span]) -> Table:
    """Tempo, range and verdict of each repetition."""
    columns = [
        Column("No.", number=False),
        Column("Set"),
        Column("Start", "min:s"),
        Column("Verdict", number=False),
        Column("Pull or lift", "s"),
        Column("Hold", "s"),
        Column("Return", "s"),
        Column("Range", "°"),
    ]
    table = Table(columns, "No repetition was recognised in this log.")
    for number, row in enumerate(log.rows("repetition"), 1):
        span = repetition_span(log, row)
        faults = fault_names(log, row)
        table.add(
            [
                Cell(str(number)),
                Cell(_set_number(span, spans)),
                Cell(quantity.clock(span.begin)),
                Cell("; ".join(words.rule_fault(name) for name in faults) or "good"),
                Cell(f"{row['concentric_ms'] / 1000:.1f}"),
                Cell(f"{row['isometric_ms'] / 1000:.1f}"),
                Cell(f"{row['eccentric_ms'] / 1000:.1f}"),
                quantity.degrees(row["range_cdeg"], NO_RANGE),
            ],
            mark="fault" if faults else "",
            span=(round(span.begin - AROUND_S, 2), round(span.end + AROUND_S, 2)),
        )
    return table


def muscle_table(log: LogData) -> Table:
    """Mean and peak of each muscle in each repetition, the upper to lower trapezius ratio, and the onsets."""
    columns = [
        Column("No.", number=False),
        *(Column(site, "mean / peak, % MVC") for site in log.sites),
        Column("UT/LT", "of means"),
        *(Column(f"{site} onset", "ms") for site in log.sites),
    ]
    table = Table(columns, "")
    channels = range(len(log.sites))
    for number, row in enumerate(log.rows("repetition") if log.sites else (), 1):
        table.add(
            [
                Cell(str(number)),
                *(_mean_and_peak(row, c) for c in channels),
                _upper_to_lower(log, row),
                *(quantity.milliseconds(row.get(f"onset_us[{c}]"), NO_ONSET) for c in channels),
            ]
        )
    return table


def fault_names(log: LogData, row: dict[str, int]) -> list[str]:
    """Names of the rules whose bit stands in a repetition's verdict."""
    return [log.name("rules", bit) for bit in range(32) if row["verdict"] >> bit & 1]


def _set_number(span: Span, spans: list[Span]) -> str:
    for number, one in enumerate(spans, 1):
        if one.begin - 0.5 <= span.begin <= one.end:
            return str(number)
    return "outside"


def _mean_and_peak(row: dict[str, int], channel: int) -> Cell:
    mean = quantity.percent(row.get(f"mean_permille[{channel}]"), NO_MVC)
    peak = quantity.percent(row.get(f"peak_permille[{channel}]"), NO_MVC)
    return mean if mean.reason else peak if peak.reason else Cell(f"{mean.text} / {peak.text}")


def _upper_to_lower(log: LogData, row: dict[str, int]) -> Cell:
    sites = list(log.sites)
    if "UT" not in sites or "LT" not in sites:
        return Cell(reason=NO_RATIO)
    upper = row.get(f"mean_permille[{sites.index('UT')}]", quantity.UNDEFINED)
    lower = row.get(f"mean_permille[{sites.index('LT')}]", quantity.UNDEFINED)
    if quantity.UNDEFINED in (upper, lower) or lower < RATIO_FLOOR_PERMILLE:
        return Cell(reason=NO_RATIO)
    return Cell(f"{upper / lower:.2f}")
