"""Onsets of muscle activity in float64: Teager-Kaiser energy and a double threshold (domain.md 2.3), from raw EMG.

The rest level is a mean and a mean deviation over quiet samples, learned on the way; active: above the level plus four
mean deviations (three standard deviations of such an energy) for at least 50 ms (150 ms
where electrodes see the heart), dips of less than that forgiven.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from host_tools.analysis.raw_emg import FRAME_US, MICROVOLT_PER_COUNT, RATE_HZ, raw_emg
from host_tools.report.log_data import LogData

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


def energy(band: Array) -> Array:
    """Smoothed Teager-Kaiser energy of a band-limited signal, one sample late (it needs the next one)."""
    psi = np.zeros_like(band)
    psi[2:] = band[1:-1] ** 2 - band[2:] * band[:-2]
    return np.asarray(signal.lfilter([_SMOOTHING], [1, _SMOOTHING - 1], np.clip(psi, -_MOST_UV2, _MOST_UV2)))


def onsets(band: Array, hold_ms: int = HOLD_MS) -> list[int]:
    """Samples at which activity began."""
    found: list[int] = []
    mean = deviation = 0.0
    learned = count = began = 0
    threshold = np.inf
    active = False
    for n, value in enumerate(energy(band).tolist()):
        if value > threshold:
            began = n if count == 0 else began
            count = min(count + 1, _COUNT_TOP)
            if not active and count >= hold_ms:
                active = True
                found.append(began)
        elif count:
            count -= 1
            active = active and count > 0
        if n % _LEARN_MS == _LEARN_MS - 1 and n >= _SETTLE_MS:
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


def nearest_onsets_ms(
    log: LogData, channel: int, device_us: NDArray[np.int64], highpass: tuple[int, float]
) -> Array | None:
    """Device onsets less the nearest one in float64, ms; None when the log has no raw EMG."""
    emg = raw_emg(log)
    if not emg.runs:
        return None
    high = signal.butter(highpass[0], highpass[1], "highpass", fs=RATE_HZ, output="sos")
    hold_ms = HOLD_HEART_MS if log.sites[channel] in HEART_SITES else HOLD_MS
    found: list[int] = []
    for run in emg.runs:
        microvolts = (run.counts[:, channel].astype(np.float64) - run.counts[0, channel]) * MICROVOLT_PER_COUNT
        found += [run.start_us + FRAME_US * n for n in onsets(signal.sosfilt(high, microvolts), hold_ms)]
    if not found or not len(device_us):
        return np.empty(0)
    times = np.array(found)
    nearest = times[np.argmin(np.abs(device_us[:, None] - times[None, :]), axis=1)]
    return (device_us - nearest) / 1000
