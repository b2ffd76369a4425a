"""Numbers of the log as text for people; the sentinel of what is not known is never shown as a number."""

from collections.abc import Sequence

from host_tools.analysis.log_data import UNDEFINED
from host_tools.report.table import Cell


def number(value: float | None, digits: int, reason: str) -> Cell:
    return Cell(reason=reason) if value is None else Cell(signed(value, digits) if value < 0 else f"{value:.{digits}f}")


def signed(value: float, digits: int = 0) -> str:
    """With its sign, a true minus; nothing is "+0"."""
    text = f"{value:+.{digits}f}".replace("-", "−")
    return text[1:] if not text.strip("+−0.") else text


def numbers(values: Sequence[int]) -> str:
    """1, 2, 3, 5 -> "1 to 3, 5"."""
    runs: list[list[int]] = []
    for value in values:
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def milliseconds(microseconds: int | None, reason: str) -> Cell:
    known = microseconds is not None and microseconds != UNDEFINED
    return number(microseconds / 1000 if known and microseconds is not None else None, 0, reason)


def clock(seconds_: float) -> str:
    """Minutes and seconds of the log: 83.25 -> "1:23.3"."""
    tenths = round(abs(seconds_) * 10)
    return f"{'-' if seconds_ < 0 and tenths else ''}{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"


def duration(seconds_: float) -> str:
    """A length of time in words: 95 -> "1 min 35 s"."""
    whole = round(seconds_)
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


def share(part: float) -> str:
    """A fraction as percent; a little is not nothing: 0.0004 -> "< 1 %"."""
    if 0 < part < 0.01:
        return "< 1 %"
    if 0.99 < part < 1:
        return "> 99 %"
    return f"{part * 100:.0f} %"
