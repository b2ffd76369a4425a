"""Onsets of muscle activity in float64: Teager-Kaiser energy and a double threshold (domain.md 2.3), from raw EMG.

The rest level is a mean and a mean deviation over quiet samples, learned on the way; active: above the level plus four
mean deviations (three standard deviations of such an energy) for at least 50 ms (150 ms where electrodes see the
heart), dips of less than that forgiven. The device has learned the rest level since power-on; a raw log begins with
what it knew, and this pipeline begins with the same level, as it begins with the same calibration.
"""

from binascii import a2b_base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from host_tools.analysis.emg_chain import band_limited
from host_tools.analysis.log_data import LogData
from host_tools.analysis.raw_emg import FRAME_US, Run, raw_emg

Array = NDArray[np.float64]
HOLD_MS = 50
HOLD_HEART_MS = 150  # where electrodes see the heart (domain.md 2.6)
HEART_SITES = ("MT", "LT", "LAT", "SA")
_SETTLE_MS = 100
_LEARN_MS = 10
_DEVIATIONS = 4.0
_SMOOTHING = 1 / 8
_FEW, _ENOUGH = 32, 128
_COUNT_TOP = 150
_MOST_UV2 = float(2**18 - 1)  # a spike counts no more than this
_UNUSABLE = 0x37  # quality bits without which the device looks for no onset: rail, flat, electrode off, mains, motion
# the device's state of one channel in the log's beginning (firmware/rhomboid/fixed/activity.py): cells and their units
_STATE, _CELLS = "1.states ", 25
_TAKEN, _MEAN, _DEVIATION, _LEARNED = 10, 11, 12, 14
_PER_UV2 = 4096


@dataclass(frozen=True)
class RestLevel:
    """Mean and mean deviation of the energy at rest, microvolt^2, over `learned` samples (0 = nothing known yet).

    since: samples since the last of them.
    """

    mean: float = 0.0
    deviation: float = 0.0
    learned: int = 0
    since: int = 0


def rest_levels(log: LogData) -> list[RestLevel]:
    """Per channel, as the device had it when the log began; nothing known where the log does not say."""
    for line in log.lists.get("state_emg", ()):
        if line.startswith(_STATE):
            try:
                data = a2b_base64(line[len(_STATE) :])
            except ValueError:
                break
            if len(data) != 4 * _CELLS * len(log.sites):
                break
            cells = np.frombuffer(data, "<i4").reshape(-1, _CELLS).tolist()
            return [
                RestLevel(c[_MEAN] / _PER_UV2, c[_DEVIATION] / _PER_UV2, max(0, c[_LEARNED]), c[_TAKEN]) for c in cells
            ]
    return [RestLevel()] * len(log.sites)


def energy(band: Array) -> Array:
    """Smoothed Teager-Kaiser energy of a band-limited signal, one sample late (it needs the next one).

    Of whole microvolts, which is what the energy is defined on (and what the converter resolves): at rest it is a few
    microvolt^2, and with finer values a threshold that is only grazed is crossed up to 0.1 s earlier or later.
    """
    whole = np.floor(band)
    psi = np.zeros_like(whole)
    psi[2:] = whole[1:-1] ** 2 - whole[2:] * whole[:-2]
    return np.asarray(signal.lfilter([_SMOOTHING], [1, _SMOOTHING - 1], np.clip(psi, -_MOST_UV2, _MOST_UV2)))


def onsets(
    band: Array, hold_ms: int = HOLD_MS, known: RestLevel | None = None, unusable: NDArray[np.bool_] | None = None
) -> list[int]:
    """Samples at which activity began. unusable: per sample, True where nothing is learned and nothing begins."""
    known = known or RestLevel()
    found: list[int] = []
    mean, deviation, learned = known.mean, known.deviation, known.learned
    count = began = 0
    threshold = mean + _DEVIATIONS * deviation if learned > _FEW else np.inf
    active = False
    closed = np.zeros(len(band), np.bool_) if unusable is None else unusable
    closed = closed | (np.arange(len(band)) < _SETTLE_MS)  # the filters settle
    for n, (value, shut) in enumerate(zip(energy(band).tolist(), closed.tolist(), strict=True)):
        if shut:
            count, active = 0, False
        elif value > threshold:
            began = n if count == 0 else began
            count = min(count + 1, _COUNT_TOP)
            if not active and count >= hold_ms:
                active = True
                found.append(began)
        elif count:
            count -= 1
            active = active and count > 0
        if (n + known.since) % _LEARN_MS == _LEARN_MS - 1 and not shut:
            if active:
                mean *= 1 + 2**-12
            elif count == 0:
                learned = min(learned + 1, _ENOUGH)
                weight = 2.0 ** -int(np.log2(learned))
                if value < mean / 8:
                    mean, deviation = mean * 15 / 16, deviation * 15 / 16
                else:
                    change = value - mean
                    mean += change * weight
                    deviation += (abs(change) - deviation) * weight
            if learned > _FEW:
                threshold = mean + _DEVIATIONS * deviation
    return found


def onsets_us(log: LogData, channel: int, highpass_hz: int) -> NDArray[np.int64]:
    """Device times of the onsets of one channel, over all runs of the raw EMG."""
    hold_ms = HOLD_HEART_MS if log.sites[channel] in HEART_SITES else HOLD_MS
    level = rest_levels(log)[channel]
    found: list[int] = []
    for run in raw_emg(log).runs:
        band = band_limited(run.counts[:, channel], highpass_hz)
        found += [run.start_us + FRAME_US * n for n in onsets(band, hold_ms, level, _unusable(log, channel, run))]
    return np.array(found, np.int64)


def _unusable(log: LogData, channel: int, run: Run) -> NDArray[np.bool_]:
    """Per frame of the run: the device had found the channel unusable at its record before."""
    bits = log.column("emg_envelope", f"quality[{channel}]")
    if bits is None or not len(bits):
        return np.zeros(len(run.counts), np.bool_)
    stamps = log.topics["emg_envelope"]["timestamp"].astype(np.int64)
    times = run.start_us + FRAME_US * np.arange(len(run.counts), dtype=np.int64)
    before = np.maximum(np.searchsorted(stamps, times, side="right") - 1, 0)
    return (bits[before] & _UNUSABLE) != 0


@dataclass(frozen=True)
class Matched:
    """apart_ms: first less second, of pairs of onsets that are each other's nearest; alone: onsets without a pair."""

    apart_ms: Array
    alone_first: int
    alone_second: int


def matched(first_us: Sequence[int] | NDArray[np.int64], second_us: NDArray[np.int64], most_ms: float) -> Matched:
    """Pairs of onsets not further apart than most_ms."""
    first = np.asarray(first_us, np.int64)
    if not len(first) or not len(second_us):
        return Matched(np.empty(0), len(first), len(second_us))
    apart = first[:, None] - second_us[None, :]
    nearest, back = np.argmin(np.abs(apart), axis=1), np.argmin(np.abs(apart), axis=0)
    places = np.arange(len(first))
    found = apart[places, nearest] / 1000
    pairs = (back[nearest] == places) & (np.abs(found) <= most_ms)
    return Matched(found[pairs], int(np.sum(~pairs)), len(second_us) - int(pairs.sum()))
