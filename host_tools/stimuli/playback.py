"""A recording as a source: the first frame held before it, the last one after it, its EMG mirrored at both ends.

A part that the recording lacks rests: a missing segment keeps its neutral pose relative to the thorax, a missing site
is silent (what its channel then shows is the noise of the electrodes and the converter).
"""

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from host_tools.stimuli import isb
from host_tools.stimuli.recording import Recording
from host_tools.stimuli.source import SEGMENTS, Array

# The first and the last 0.4 s are repeated, mirrored (design section 9)
MIRROR_S = 0.4
# Default reference of design section 5: internal 35, upward 5, posterior -10 degrees
NEUTRAL_SCAPULA_DEG = (35.0, 5.0, -10.0)
# Windowed-sinc interpolation: taps on each side and the window's shape (60 dB; engineering choice)
_HALF_TAPS = 16
_KAISER_BETA = 6.0
_TABLE_STEPS = 2048


class Playback:
    """A recording played once from t = 0; with `left` it is mirrored to the other side of the body."""

    def __init__(self, recording: Recording, left: bool = False) -> None:
        self.recording = recording
        self.duration_s = recording.duration_s
        self._poses = {name: _completed(recording, name) for name in SEGMENTS}
        if left:
            self._poses = {name: isb.mirrored(pose) for name, pose in self._poses.items()}
        times = recording.segment_t_s if len(recording.segment_t_s) else np.array([0.0, 1.0])
        self._last_s = float(times[-1])
        self._slerps = {name: Slerp(times, pose) for name, pose in self._poses.items()}

    def orientation(self, segment: str, t_s: Array) -> Rotation:
        """Spherical interpolation between frames; held outside."""
        return self._slerps[segment](np.clip(t_s, 0.0, self._last_s))

    def emg(self, site: str, first_s: float, rate_hz: float) -> "RecordedEmg":
        """The site's signal, or silence when it was not recorded."""
        signal = self.recording.emg_uv.get(site, np.zeros(2))
        return RecordedEmg(signal, self.recording.emg_rate_hz or rate_hz, first_s, rate_hz)


class RecordedEmg:
    """A recorded signal on another grid, by windowed-sinc interpolation; mirrored at both ends."""

    def __init__(self, signal_uv: Array, recorded_hz: float, first_s: float, rate_hz: float) -> None:
        self._signal = signal_uv
        self._recorded_hz = recorded_hz
        self._step_s = 1.0 / rate_hz
        self._first_s = first_s
        self._index = 0
        self._kernel = _kernel_table()

    def read(self, count: int) -> Array:
        """The next `count` samples in microvolts."""
        t_s = self._first_s + (self._index + np.arange(count)) * self._step_s
        self._index += count
        position = t_s * self._recorded_hz
        whole = np.floor(position).astype(np.int64)
        phase = np.rint((position - whole) * _TABLE_STEPS).astype(np.int64)
        sample = np.zeros(count)
        for tap in range(-_HALF_TAPS + 1, _HALF_TAPS + 1):
            sample += self._signal[self._folded(whole + tap)] * self._kernel[phase, tap + _HALF_TAPS - 1]
        return sample

    def _folded(self, index: np.ndarray) -> np.ndarray:
        """Sample numbers outside of the recording, folded into its first or last 0.4 s."""
        length = len(self._signal)
        span = max(1, min(length - 1, round(MIRROR_S * self._recorded_hz)))
        before = np.abs((-index + span) % (2 * span) - span)
        after = length - 1 - np.abs((index - (length - 1) + span) % (2 * span) - span)
        return np.where(index < 0, before, np.where(index >= length, after, index))


def _kernel_table() -> Array:
    """Interpolation weights, shape (_TABLE_STEPS + 1, 2 * _HALF_TAPS): one row per fraction of a sample."""
    fraction = np.arange(_TABLE_STEPS + 1)[:, None] / _TABLE_STEPS
    offset = np.arange(-_HALF_TAPS + 1, _HALF_TAPS + 1)[None, :] - fraction
    window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (offset / _HALF_TAPS) ** 2, 0, 1))) / np.i0(_KAISER_BETA)
    weights = np.sinc(offset) * window
    return weights / weights.sum(axis=1, keepdims=True)


def _completed(recording: Recording, segment: str) -> Rotation:
    """The segment's recorded poses, or its neutral pose on the recorded (or an upright) thorax."""
    recorded = recording.segments.get(segment)
    if recorded is not None:
        return recorded
    frames = max(len(recording.segment_t_s), 2)
    thorax = recording.segments.get("thorax")
    if thorax is None:
        thorax = Rotation.concatenate([isb.UPRIGHT] * frames)
    if segment == "scapula":
        return thorax * isb.scapular_rotation(*(np.full(1, angle) for angle in NEUTRAL_SCAPULA_DEG))
    return thorax
