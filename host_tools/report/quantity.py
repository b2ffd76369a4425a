"""Numbers of the log as text for people; the sentinel of what is not known is never shown as a number."""

from host_tools.analysis.log_data import UNDEFINED
from host_tools.report.table import Cell


def degrees(cdeg: float | None, reason: str) -> Cell:
    return _number(cdeg, 0.01, 1, reason)


def percent(permille: float | None, reason: str) -> Cell:
    return _number(permille, 0.1, 0, reason)


def seconds(milliseconds: float | None, reason: str) -> Cell:
    return _number(milliseconds, 0.001, 1, reason)


def milliseconds(microseconds: float | None, reason: str) -> Cell:
    return _number(microseconds, 0.001, 0, reason)


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


def _number(raw: float | None, scale: float, digits: int, reason: str) -> Cell:
    if raw is None or raw == UNDEFINED:
        return Cell(reason=reason)
    return Cell(f"{raw * scale:.{digits}f}".replace("-", "−"))
