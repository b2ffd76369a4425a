"""The device's EMG chain in float64: what its envelope would be without quantisation and mains (design section 5).

Four conversions are summed to 1 kHz; high-pass (30 Hz fourth order, or 20 Hz second order), rectified, low-pass 6 Hz
second order. All causal Butterworth filters.
"""

import numpy as np
from scipy import signal

from host_tools.stimuli.front_end import band_filter
from host_tools.stimuli.source import Array
from host_tools.stimuli.streams import CHANNEL_HZ

SAMPLE_HZ = 1000.0
_OVERSAMPLING = 4
_LOWPASS_HZ = 6.0
_HIGHPASS_ORDER = {30: 4, 20: 2}


def highpass(corner_hz: int, rate_hz: float = SAMPLE_HZ) -> Array:
    """Second-order sections of the device's high-pass at 30 (default) or 20 Hz."""
    return signal.butter(_HIGHPASS_ORDER[corner_hz], corner_hz, "highpass", fs=rate_hz, output="sos")


def seen_band(highpass_hz: int) -> Array:
    """Front end and high-pass together at 4 kHz: the band in which the device measures."""
    return np.vstack([band_filter(CHANNEL_HZ), highpass(highpass_hz, CHANNEL_HZ)])


def envelope_uv(electrode_uv: Array, highpass_hz: int) -> Array:
    """Envelope at 1 kHz in microvolts of a voltage at 4 kHz; sample k ends with conversion 4 k + 3."""
    amplified = signal.sosfilt(band_filter(CHANNEL_HZ), electrode_uv)
    whole = len(amplified) // _OVERSAMPLING * _OVERSAMPLING
    decimated = amplified[:whole].reshape(-1, _OVERSAMPLING).mean(axis=1)
    rectified = np.abs(signal.sosfilt(highpass(highpass_hz), decimated))
    return signal.sosfilt(signal.butter(2, _LOWPASS_HZ, fs=SAMPLE_HZ, output="sos"), rectified)
