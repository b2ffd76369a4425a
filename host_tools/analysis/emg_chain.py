"""The EMG chain of design section 5 in float64, with scipy's filters: what the device computes in fixed point.

All filters are causal Butterworth filters; there is no mains canceller here (a signal without mains is what the
canceller must leave alone).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import signal

Array = NDArray[np.float64]
RATE_HZ = 1000
CENTRE_COUNTS = 8190  # half of the supply in the sum of four 12-bit conversions
MICROVOLT_PER_COUNT = 3.3e6 / 16384 / 200  # at the electrodes: supply, sum of four 12-bit conversions, gain 200
_ORDER = {30: 4, 20: 2}
_LOWPASS_HZ = 6.0


def highpass(corner_hz: int, rate_hz: float = RATE_HZ) -> Array:
    """Second-order sections at 30 Hz (fourth order) or 20 Hz (second order)."""
    return np.asarray(signal.butter(_ORDER[corner_hz], corner_hz, "highpass", fs=rate_hz, output="sos"))


def band_limited(counts: NDArray[np.integer], highpass_hz: int = 30) -> Array:
    """High-passed microvolts of counts (n,) or (n, channels) at 1 kHz, the filter settled at the first sample."""
    microvolts = (np.asarray(counts, dtype=np.float64) - counts[:1]) * MICROVOLT_PER_COUNT
    return np.asarray(signal.sosfilt(highpass(highpass_hz), microvolts, axis=0))


def envelope(band: Array) -> Array:
    """Full-wave rectified, low-pass 6 Hz second order."""
    return np.asarray(signal.sosfilt(signal.butter(2, _LOWPASS_HZ, fs=RATE_HZ, output="sos"), np.abs(band), axis=0))
