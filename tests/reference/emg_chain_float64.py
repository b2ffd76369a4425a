"""The EMG chain of design section 5 in float64: scipy filters, and the double threshold of domain 2.3.

Signals are microvolts at the electrodes, shape (n,), 1 kHz. There is no mains canceller here: a signal without mains is
what the canceller must leave alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

Array = NDArray[np.float64]

RATE_HZ = 1000
MICROVOLT_PER_COUNT = 3.3e6 / 16384 / 200
HIGHPASS = {30: signal.butter(4, 30, "highpass", fs=RATE_HZ, output="sos"),
            20: signal.butter(2, 20, "highpass", fs=RATE_HZ, output="sos")}  # fmt: skip
LOWPASS = signal.butter(2, 6, "lowpass", fs=RATE_HZ, output="sos")

MOST_UV2 = 512.0**2
SMOOTHING = 1 / 8  # of the energy, per sample: 8 ms
LEVEL_DEVIATIONS = 4.0  # mean absolute deviations: 3 standard deviations of the energy at rest
LONGEST_COUNT_MS = 150
LEARN_EVERY_MS = 10
FILTERS_SETTLE_MS = 100
FEW = 32  # samples of the rest level before it is believed
ENOUGH = 128  # samples that it averages, then follows


def band_limited(counts: NDArray[np.integer], highpass_hz: int = 30) -> Array:
    """High-passed microvolts of 14-bit counts, the filter settled at the first sample."""
    microvolts = (np.asarray(counts, dtype=np.float64) - counts[0]) * MICROVOLT_PER_COUNT
    return signal.sosfilt(HIGHPASS[highpass_hz], microvolts)


def envelope(band: Array) -> Array:
    """Full-wave rectified, low-pass 6 Hz second order, causal."""
    return signal.sosfilt(LOWPASS, np.abs(band))


def energy(band: Array) -> Array:
    """Smoothed Teager-Kaiser energy; sample n needs n + 1, so everything is one sample late, as it is on the device."""
    psi = np.zeros_like(band)
    psi[2:] = band[1:-1] ** 2 - band[2:] * band[:-2]
    return signal.lfilter([SMOOTHING], [1, SMOOTHING - 1], np.clip(psi, -MOST_UV2, MOST_UV2))


@dataclass(frozen=True)
class Activity:
    """active: bool per sample; onsets_ms: sample numbers at which activity began."""

    active: NDArray[np.bool_]
    onsets_ms: list[int]


def activity(band: Array, hold_ms: int) -> Activity:
    """Double threshold on the energy: 3 SD above the rest level, held for hold_ms, short dips forgiven.

    The rest level is a running mean and mean deviation while the first threshold is not crossed; the weight of a new
    sample is one over the power of two below the number of samples. It falls by 1/16 when the energy is below 1/8 of
    it, and rises by e in 41 s while the muscle is active.
    """
    smooth = energy(band)
    mean = deviation = 0.0
    learned = 0
    threshold = np.inf
    count = began = 0
    on = False
    active = np.zeros(len(band), dtype=bool)
    onsets = []
    for n, value in enumerate(smooth):
        if value > threshold:
            began = n if count == 0 else began
            count = min(count + 1, LONGEST_COUNT_MS)
            if not on and count >= hold_ms:
                on = True
                onsets.append(began)
        elif count:
            count -= 1
            on = on and count > 0
        active[n] = on
        if n % LEARN_EVERY_MS == LEARN_EVERY_MS - 1 and n >= FILTERS_SETTLE_MS:
            if on:
                mean *= 1 + 2**-12
            elif count == 0:
                learned = min(learned + 1, ENOUGH)
                weight = 2.0 ** -np.floor(np.log2(learned))
                if value < mean / 8:
                    mean *= 15 / 16
                    deviation *= 15 / 16
                else:
                    change = value - mean
                    mean += change * weight
                    deviation += (abs(change) - deviation) * weight
            if learned > FEW:
                threshold = mean + LEVEL_DEVIATIONS * deviation
    return Activity(active, onsets)
