"""From microvolts at the electrodes to 12-bit conversions: MyoWare 2.0 RAW output and the chip's ADC.

MyoWare 2.0: gain 200, centred at half the supply, first-order band 20.8-498 Hz (design section 2).
"""

import numpy as np
import numpy.typing as npt
from scipy import signal

from host_tools.stimuli.source import Array

GAIN = 200.0
BAND_HZ = (20.8, 498.0)
SUPPLY_V = 3.3
FULL_SCALE = 4095
MICROVOLT_PER_COUNT = SUPPLY_V * 1e6 / 4096 / GAIN
# In the band of the front end (design section 7)
ELECTRODE_NOISE_UV = 3.0
# Thermal noise of one conversion; the data sheets give only 8.7 (RP2040) and 9.2 (RP2350) effective bits, in which
# nonlinearity dominates (engineering choice)
CONVERTER_NOISE_COUNTS = 1.0


def band_filter(rate_hz: float) -> Array:
    """The amplifier's band as second-order sections at the rate (bilinear, exact at each corner), unity in band."""
    high = signal.butter(1, BAND_HZ[0], "highpass", fs=rate_hz, output="sos")
    low = signal.butter(1, BAND_HZ[1], "lowpass", fs=rate_hz, output="sos")
    return np.vstack([high, low])


def rms_gain(sections: Array, rate_hz: float, spectrum: Array | None = None) -> float:
    """RMS that the filter lets through of noise with the RMS 1: white, or with a power spectrum on 4096 bins."""
    _, response = signal.sosfreqz(sections, worN=4096, fs=rate_hz)
    power = np.abs(response) ** 2
    if spectrum is None:
        return float(np.sqrt(power.mean()))
    return float(np.sqrt((power * spectrum).sum() / spectrum.sum()))


class FrontEnd:
    """One channel: amplifier, noise and converter, fed in blocks that follow one another."""

    def __init__(self, rng: np.random.Generator, rate_hz: float, ideal: bool) -> None:
        # one generator per kind of noise, so that the block size does not change the stream
        self._electrode_rng, self._converter_rng = rng.spawn(2)
        self._ideal = ideal
        self._sections = band_filter(rate_hz)
        self._state = np.zeros((len(self._sections), 2))
        self._noise_uv = ELECTRODE_NOISE_UV / rms_gain(self._sections, rate_hz)

    def convert(self, electrode_uv: Array) -> npt.NDArray[np.uint16]:
        """12-bit conversions (n,) of the voltage at the electrodes; clipped at the rails as the converter does."""
        voltage = electrode_uv
        if not self._ideal:
            voltage = voltage + self._electrode_rng.standard_normal(len(voltage)) * self._noise_uv
        amplified, self._state = signal.sosfilt(self._sections, voltage, zi=self._state)
        counts = amplified / MICROVOLT_PER_COUNT + (FULL_SCALE + 1) / 2
        if not self._ideal:
            counts += self._converter_rng.standard_normal(len(counts)) * CONVERTER_NOISE_COUNTS
        return np.clip(np.floor(counts + 0.5), 0, FULL_SCALE).astype(np.uint16)
