"""Device time to UTC, where the log or its note knows it; otherwise the exports say that it is not known."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from host_tools.analysis.log_data import LogData
from host_tools.analysis.note import Note

CLOCK_MARKER = "utc_s"  # a marker of this kind has Unix seconds as its value
UNKNOWN = "not known: the device's clock was never set for this log; times are seconds since the log began"


@dataclass(frozen=True)
class WallClock:
    """utc_at_zero: wall time of device time 0, None = not known. offset_minutes: local time minus UTC, None = not told.

    source: where this comes from, a sentence.
    """

    utc_at_zero: datetime | None = None
    offset_minutes: int | None = None
    source: str = UNKNOWN

    def at(self, device_us: int) -> datetime | None:
        """Wall time of a moment, in UTC."""
        return None if self.utc_at_zero is None else self.utc_at_zero + timedelta(microseconds=int(device_us))

    def text(self, device_us: int) -> str:
        """ISO 8601 with offset: local time when its offset was told, else UTC; "" when not known."""
        moment = self.at(device_us)
        if moment is None:
            return ""
        zone = UTC if self.offset_minutes is None else timezone(timedelta(minutes=self.offset_minutes))
        return moment.astimezone(zone).isoformat(timespec="microseconds")


def wall_clock(log: LogData, note: Note) -> WallClock:
    """From a clock mark in the log, else from the note's beginning."""
    for row in log.rows("marker"):
        if log.name("markers", row["kind"]) == CLOCK_MARKER and row["value"] > 0:
            zero = _minus(datetime.fromtimestamp(row["value"], UTC), row["timestamp"])
            return WallClock(zero, note.utc_offset_minutes, "the device's clock, marked in the log (to 1 s)")
    if note.began_utc is not None:
        zero = _minus(note.began_utc, log.start_us)
        return WallClock(zero, note.utc_offset_minutes, "the note beside the log: its began_utc")
    return WallClock()


def _minus(moment: datetime, microseconds: int) -> datetime | None:
    try:
        return moment - timedelta(microseconds=microseconds)
    except OverflowError:
        return None  # a device time of centuries is no time
