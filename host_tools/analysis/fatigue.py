"""Fatigue over a set: median frequency and amplitude of the EMG per repetition, and the speed of the movement.

The EMG's figures are the device's (topic `fatigue`) or, in a raw log that lacks them, computed here from the raw EMG
of the way out and the hold. Compared are the last three repetitions of a set with its first three; EMG counts at 20 %
MVC and more (domain.md 2.5: at low load the frequency may rise).

Joint analysis of spectrum and amplitude (JASA; Luttmann et al. 1996): amplitude up and frequency down is fatigue, both
down is less force, both up is more force, amplitude down and frequency up is recovery.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host_tools.analysis.emg_chain import RATE_HZ, band_limited
from host_tools.analysis.log_data import UNDEFINED, LogData
from host_tools.analysis.raw_emg import FRAME_US, RawEmg, raw_emg
from host_tools.analysis.repetitions import Repetition

COMPARED = 3
GATE_PERCENT = 20.0
LEAST_CHANGE = 0.05  # of frequency or amplitude; less is no clear change (engineering choice)
SHORTEST_S = 0.5  # of EMG for a median frequency
_BAD_QUALITY = 0xBF
FATIGUE, LESS_FORCE, MORE_FORCE, RECOVERY, NO_CHANGE = (
    "fatigue: amplitude up, frequency down",
    "less force: both down",
    "more force: both up",
    "recovery: amplitude down, frequency up",
    "no clear change",
)


@dataclass(frozen=True)
class Effort:
    """One muscle in one repetition: median frequency, RMS at the electrodes, mean activation (None without MVC)."""

    mdf_hz: float
    rms_uv: float
    percent_mvc: float | None


@dataclass(frozen=True)
class Change:
    """Last three against first three, as shares (-0.1 = 10 % less); None with the reason."""

    frequency: float | None = None
    amplitude: float | None = None
    reason: str = ""

    @property
    def meaning(self) -> str:
        if self.frequency is None or self.amplitude is None:
            return ""
        if abs(self.frequency) < LEAST_CHANGE and abs(self.amplitude) < LEAST_CHANGE:
            return NO_CHANGE
        if self.amplitude >= 0:
            return FATIGUE if self.frequency < 0 else MORE_FORCE
        return LESS_FORCE if self.frequency < 0 else RECOVERY


Efforts = Mapping[tuple[int, int], Effort]  # (repetition number, channel)


def efforts(log: LogData, done: Sequence[Repetition]) -> Efforts:
    """From the device's records, else from raw EMG; empty when the log has neither."""
    return _from_device(log, done) or _from_raw(log, done)


def _from_device(log: LogData, done: Sequence[Repetition]) -> dict[tuple[int, int], Effort]:
    found = {}
    ends = np.array([repetition.span.end for repetition in done])
    for row in log.rows("fatigue"):
        if not row["mdf_hz_q8"] or not len(ends):
            continue
        at = log.seconds(row["timestamp"])
        k = int(np.argmin(np.abs(ends - at)))
        if done[k].span.begin <= at <= done[k].span.end + 3.0:
            share = None if row["mvc_permille"] == UNDEFINED else row["mvc_permille"] / 10
            found[done[k].number, row["site"]] = Effort(row["mdf_hz_q8"] / 256, row["rms_q4"] / 16, share)
    return found


def _from_raw(log: LogData, done: Sequence[Repetition]) -> dict[tuple[int, int], Effort]:
    emg = raw_emg(log)
    found = {}
    corner = 20 if log.settings.get("highpass_hz") == 20 else 30
    for repetition in done:
        counts = _counts(log, emg, repetition)
        if counts is None:
            continue
        band = band_limited(counts, corner)[100:]  # the filter settles
        for c in range(emg.channels):
            if _usable(log, c, repetition):
                rms = float(np.sqrt(np.mean(band[:, c] ** 2)))
                found[repetition.number, c] = Effort(median_frequency_hz(band[:, c]), rms, repetition.mean_percent[c])
    return found


def median_frequency_hz(band: NDArray[np.float64]) -> float:
    """Frequency that halves the power of a signal at 1 kHz; windows of 256 samples, half overlapping (Welch, Hann)."""
    from scipy import signal

    frequency, power = signal.welch(band, RATE_HZ, nperseg=min(256, len(band)))
    share = np.cumsum(power)
    return float(np.interp(share[-1] / 2, share, frequency))


def _counts(log: LogData, emg: RawEmg, repetition: Repetition) -> NDArray[np.int16] | None:
    """Frames of the way out and the hold, when they lie in one run without a hole."""
    begin_us = log.start_us + repetition.span.begin * 1e6
    for run in emg.runs:
        first = int((begin_us - run.start_us) // FRAME_US)
        last = first + int((repetition.concentric_s + repetition.isometric_s) * RATE_HZ)
        if first >= 0 and last <= len(run.counts):
            return run.counts[first:last] if last - first >= SHORTEST_S * RATE_HZ else None
    return None


def _usable(log: LogData, channel: int, repetition: Repetition) -> bool:
    bits = log.column("emg_envelope", f"quality[{channel}]")
    if bits is None:
        return False
    a, b = np.searchsorted(log.times("emg_envelope"), [repetition.span.begin, repetition.span.end])
    return b > a and not np.any(bits[a:b] & _BAD_QUALITY)


def emg_change(found: Efforts, done: Sequence[Repetition], channel: int) -> Change:
    """Of one muscle over the repetitions of one set."""
    if not found:
        return Change(reason="the log has no median frequencies and no raw EMG to compute them from")
    course = [found[r.number, channel] for r in done if (r.number, channel) in found]
    if any(effort.percent_mvc is None for effort in course):
        return Change(reason="no reference contraction (MVC) is set: whether the load was enough is not known")
    course = [effort for effort in course if (effort.percent_mvc or 0) >= GATE_PERCENT]
    if len(course) < 2 * COMPARED:
        return Change(reason="fewer than six repetitions of the set at 20 % MVC or more with a good signal")
    first, last = course[:COMPARED], course[-COMPARED:]
    frequency = _change([e.mdf_hz for e in last], [e.mdf_hz for e in first])
    amplitude = _change([e.rms_uv for e in last], [e.rms_uv for e in first])
    if frequency is None or amplitude is None:
        return Change(reason="the first repetitions of the set show no signal to compare with")
    return Change(frequency, amplitude)


def speed_loss(done: Sequence[Repetition]) -> float | None:
    """Share of the speed that is lost from the first to the last three of a set; None for fewer than six."""
    speeds = [r.speed_deg_s for r in done if r.speed_deg_s is not None]
    if len(speeds) < 2 * COMPARED:
        return None
    change = _change(speeds[-COMPARED:], speeds[:COMPARED])
    return None if change is None else -change


def _change(last: Sequence[float], first: Sequence[float]) -> float | None:
    """As a share of the first; None when that is nothing."""
    return sum(last) / sum(first) - 1 if sum(first) > 0 else None
