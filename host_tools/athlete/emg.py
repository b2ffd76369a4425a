"""Voltage over a muscle: noise with the muscle's spectrum, as strong as the muscle is active."""

import numpy as np
from scipy import signal

from host_tools.athlete.keyframes import Keyframes
from host_tools.stimuli.front_end import rms_gain
from host_tools.stimuli.source import Array

# Shape of the spectrum: a second-order high-pass and twice a first-order low-pass at one corner. With the median
# frequencies of the box lift it puts 94 % (LT) and 84 % (LAT) of the power between 30 and 250 Hz; that recording has 93
# and 84 % (domain.md 2.1)
# Mean of |x| of Gaussian noise with the RMS 1
MEAN_RECTIFIED = float(np.sqrt(2 / np.pi))


def spectrum_filter(median_hz: float, rate_hz: float) -> Array:
    """Second-order sections that turn white noise into EMG with that median frequency."""
    corner_hz = median_hz / _MEDIAN_OVER_CORNER
    high = signal.butter(2, corner_hz, "highpass", fs=rate_hz, output="sos")
    low = signal.butter(1, corner_hz, "lowpass", fs=rate_hz, output="sos")
    return np.vstack([high, low, low])


def _median_over_corner() -> float:
    """Median frequency of the analog spectrum in units of its corner."""
    frequency = np.linspace(0.005, 100, 100_000)
    power = frequency**4 / (frequency**4 + 1) / (frequency**2 + 1) ** 2
    total = np.cumsum(power)
    return float(frequency[np.searchsorted(total, total[-1] / 2)])


_MEDIAN_OVER_CORNER = _median_over_corner()


class AthleteEmg:
    """The signal of one site, read in blocks that follow one another."""

    def __init__(
        self,
        rng: np.random.Generator,
        activation_permille: Keyframes,
        mvc_uv: float,
        median_hz: float,
        first_s: float,
        rate_hz: float,
    ) -> None:
        self._rng = rng
        self._activation = activation_permille
        self._first_s = first_s
        self._rate_hz = rate_hz
        self._index = 0
        self._sections = spectrum_filter(median_hz, rate_hz)
        self._state = np.zeros((len(self._sections), 2))
        self._scale = mvc_uv / 1000 / (rms_gain(self._sections, rate_hz) * MEAN_RECTIFIED)

    def read(self, count: int) -> Array:
        """The next `count` samples in microvolts."""
        t_s = self._first_s + (self._index + np.arange(count)) / self._rate_hz
        self._index += count
        noise, self._state = signal.sosfilt(self._sections, self._rng.standard_normal(count), zi=self._state)
        return noise * self._scale * self._activation.at(t_s)[:, 0]
