"""The device's EMG chain in float64: what its envelope would be without quantisation and mains (design section 5).

Four conversions are summed to 1 kHz; the rest is analysis/emg_chain.py.
"""

import numpy as np
from scipy import signal

from host_tools.analysis.emg_chain import RATE_HZ, envelope, highpass
from host_tools.stimuli.front_end import band_filter
from host_tools.stimuli.source import Array
from host_tools.stimuli.streams import CHANNEL_HZ

SAMPLE_HZ = float(RATE_HZ)
_OVERSAMPLING = 4


def seen_band(highpass_hz: int) -> Array:
    """Front end and high-pass together at 4 kHz: the band in which the device measures."""
    return np.vstack([band_filter(CHANNEL_HZ), highpass(highpass_hz, CHANNEL_HZ)])


def envelope_uv(electrode_uv: Array, highpass_hz: int) -> Array:
    """Envelope at 1 kHz in microvolts of a voltage at 4 kHz; sample k ends with conversion 4 k + 3."""
    amplified = signal.sosfilt(band_filter(CHANNEL_HZ), electrode_uv)
    whole = len(amplified) // _OVERSAMPLING * _OVERSAMPLING
    decimated = amplified[:whole].reshape(-1, _OVERSAMPLING).mean(axis=1)
    return envelope(signal.sosfilt(highpass(highpass_hz), decimated))
