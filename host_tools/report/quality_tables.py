"""How far the signals can be trusted: per muscle, per motion sensor, and what the device itself reported."""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis import words
from host_tools.analysis.log_data import UNDEFINED, LogData
from host_tools.analysis.sets import Span
from host_tools.report import quantity
from host_tools.report.table import Cell, Column, Table

QUALITY_ECG = 64  # a visible heartbeat does not spoil an envelope during effort
SEGMENTS = ("thorax", "scapula", "humerus")
SEGMENT_DEAD = (16, 32, 64)
NO_RATE = "the log holds no health record"
NO_ENVELOPE = "this log holds no muscle signals."
NO_REFERENCE = "no reference contraction (MVC) is set for this muscle"


def emg_quality(log: LogData, spans: list[Span]) -> Table:
    """Per muscle: share of good time in the sets, what was wrong, rest level, peak, reference."""
    columns = [
        Column("Muscle", number=False),
        Column("Good signal", "of the time in sets"),
        Column("Otherwise", number=False),
        Column("Rest level", "µV"),
        Column("Peak", "µV"),
        Column("MVC reference", "µV"),
    ]
    table = Table(columns, "This log holds no muscle signals.")
    t = log.times("emg_envelope")
    if not len(t):
        return table
    weight = _weights(t, spans)
    for channel, site in enumerate(log.sites):
        bits = log.column("emg_envelope", f"quality[{channel}]")
        level = log.column("emg_envelope", f"uv_q4[{channel}]")
        if bits is None or level is None:
            table.add([Cell(words.site(site)), *[Cell(reason="the log has no such channel")] * 5])
            continue
        good = (bits & ~np.uint8(QUALITY_ECG)) == 0
        microvolts = level[good & (weight > 0)] / 16
        nothing_good = "no good signal in the sets"
        table.add(
            [
                Cell(words.site(site)),
                Cell(quantity.share(_share(good, weight))),
                Cell(_causes(bits, weight, words.QUALITY)),
                Cell(f"{np.percentile(microvolts, 5):.0f}") if len(microvolts) else Cell(reason=nothing_good),
                Cell(f"{microvolts.max():.0f}") if len(microvolts) else Cell(reason=nothing_good),
                _reference(log, channel),
            ]
        )
    return table


def good_share(log: LogData, channel: int, spans: list[Span]) -> float | None:
    """Share of the time in sets in which a channel was good, None when it was not recorded."""
    bits = log.column("emg_envelope", f"quality[{channel}]")
    if bits is None or not len(bits):
        return None
    return _share((bits & ~np.uint8(QUALITY_ECG)) == 0, _weights(log.times("emg_envelope"), spans))


def motion_quality(log: LogData, spans: list[Span]) -> Table:
    """Per sensor: share of time with data in the sets, report rate, heading corrections."""
    columns = [
        Column("Sensor", number=False),
        Column("Answered", "of the time in sets"),
        Column("Slowest rate", "reports per second"),
        Column("Heading corrections", "°"),
    ]
    table = Table(columns, "This log holds no angles.")
    t = log.times("segment_angles")
    flags = log.column("segment_angles", "flags")
    if not len(t) or flags is None:
        return table
    weight = _weights(t, spans)
    corrections = log.rows("heading_correction")
    for segment, name in enumerate(SEGMENTS):
        rate = log.column("health", f"imu_rate[{segment}]")
        turned = [row["cdeg"] / 100 for row in corrections if row["segment"] == segment]
        table.add(
            [
                Cell(name),
                Cell(quantity.share(_share((flags & SEGMENT_DEAD[segment]) == 0, weight))),
                Cell(str(int(rate.min()))) if rate is not None and len(rate) else Cell(reason=NO_RATE),
                Cell(f"{len(turned)} ({sum(turned):+.1f} in all)" if turned else "none"),
            ]
        )
    return table


def angle_limits(log: LogData, spans: list[Span]) -> list[tuple[float, str]]:
    """What limited the angles: (share of the time in sets, cause), without causes that took no time."""
    t = log.times("segment_angles")
    flags = log.column("segment_angles", "flags")
    if not len(t) or flags is None:
        return []
    weight = _weights(t, spans)
    found = [(_share((flags & bit) != 0, weight), cause) for bit, cause in words.FLAGS.items()]
    return [(part, cause) for part, cause in found if part > 0]


def fault_table(log: LogData) -> Table:
    columns = [
        Column("Part", number=False),
        Column("Fault", number=False),
        Column("From", "min:s"),
        Column("To", "min:s"),
    ]
    table = Table(columns, "The device reported no fault.")
    for row in log.rows("fault"):
        ended = row["ended_us"]
        table.add(
            [
                *(Cell(text) for text in words.fault(row["part"], row["code"], log.sites)),
                Cell(quantity.clock(log.seconds(row["began_us"]))),
                Cell(quantity.clock(log.seconds(ended))) if ended else Cell(reason="still there when the log ended"),
            ]
        )
    return table


def device_sentences(log: LogData, spans: list[Span]) -> list[str]:
    """Limits of the angles, loop time in sets, lost samples and dropped records in words."""
    found = [f"In {quantity.share(part)} of the time in sets {cause}." for part, cause in angle_limits(log, spans)]
    health = log.rows("health")
    if not health:
        return [*found, "How the device kept up is not known: the log holds no health record."]
    last = health[-1]
    found += [
        _loop_sentence([row for row in health if any(span.holds(log.seconds(row["timestamp"])) for span in spans)]),
        "No muscle sample was lost." if not last["gaps"] else f"{last['gaps']} ms of muscle signal were lost.",
    ]
    dropped = last.get("features_dropped", 0)
    thinned = last.get("features_thinned", 0)
    if thinned or dropped:
        found.append(
            f"Memory was short: {thinned} records of curves were thinned out (20 to 5 per second) and {dropped} given "
            "up; repetitions and cues are complete."
        )
    if last.get("events_dropped"):
        found.append(
            f"{last['events_dropped']} records of repetitions, cues or faults were lost: the tables are not complete."
        )
    if last.get("battery_permille", UNDEFINED) == UNDEFINED:
        found.append("Battery: not known (the fuel gauge did not answer).")
    else:
        found.append(f"Battery at the end: {last['battery_permille'] / 10:.0f} %.")
    return found


def _loop_sentence(in_sets: list[dict[str, int]]) -> str:
    if not in_sets:
        return "How long the loop took in a set is not known: no health record was written in one."
    slowest = max(row["loop_max"] for row in in_sets) / 1000
    # percentiles come from a histogram and are the upper edge of a bin
    p99 = min(max(row["loop_p99"] for row in in_sets) / 1000, slowest)
    late = sum(_increase([row["overruns"] for row in in_sets]))
    return (
        f"In sets the 10 ms loop took at most {slowest:.1f} ms, 99 of 100 times under {p99:.1f} ms; "
        f"it was {f'late {late} times' if late else 'never late'}."
    )


def _increase(counts: list[int]) -> list[int]:
    """Steps of a counter that begins again at 0 with every set."""
    return [now - before if now >= before else now for before, now in pairwise([0, *counts])]


def _weights(t: NDArray[np.float64], spans: list[Span]) -> NDArray[np.float64]:
    """Seconds that each record stands for, 0 outside the sets (everywhere the time when there is no set)."""
    weight = np.minimum(np.diff(t, append=t[-1] + 0.05), 0.6)
    if not spans:
        return weight
    inside = np.zeros(len(t), bool)
    for span in spans:
        inside |= (t >= span.begin) & (t <= span.end)
    return weight * inside


def _share(chosen: NDArray[np.bool_], weight: NDArray[np.float64]) -> float:
    total = float(weight.sum())
    return float(weight[chosen].sum()) / total if total else 0.0


def _causes(bits: NDArray[Any], weight: NDArray[np.float64], meaning: dict[int, str]) -> str:
    """Causes with their share of the time, the largest first; what took no time is left out."""
    parts = [(_share((bits & bit) != 0, weight), text) for bit, text in meaning.items()]
    return ", ".join(f"{text} {quantity.share(part)}" for part, text in sorted(parts, reverse=True) if part > 0) or "–"


def _reference(log: LogData, channel: int) -> Cell:
    reference = log.mvc_uv_q4[channel] if channel < len(log.mvc_uv_q4) else 0
    return Cell(f"{reference / 16:.0f}") if reference else Cell(reason=NO_REFERENCE)
