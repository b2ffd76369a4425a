"""A recording in memory: orientations of segments and EMG of sites, checked before anything is made of it."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

from host_tools.errors import BadInput
from host_tools.stimuli.source import Array

Mask = npt.NDArray[np.bool_]

# Under 500 Hz the band that holds the power of shoulder muscles (30-250 Hz, domain.md 2.1) is not sampled
LOWEST_EMG_RATE_HZ = 500.0
# Three decimals in a file give norms within 0.1 % of 1; half a percent is no rounding any more (engineering choice)
LARGEST_NORM_ERROR = 5e-3


@dataclass(frozen=True)
class Recording:
    """One recording of one side of the body; it begins at t = 0.

    segment_t_s: (n,) seconds, ascending from 0; segments: per name the rotation segment to laboratory at those times.
    emg_uv: per site (m,) microvolts at emg_rate_hz, the first sample at t = 0.
    """

    name: str
    segment_t_s: Array = field(default_factory=lambda: np.zeros(0))
    segments: dict[str, Rotation] = field(default_factory=dict)
    emg_uv: dict[str, Array] = field(default_factory=dict)
    emg_rate_hz: float = 0.0

    @property
    def duration_s(self) -> float:
        """Seconds from the first frame to the end of the longer of the two parts."""
        motion_s = float(self.segment_t_s[-1]) if len(self.segment_t_s) else 0.0
        samples = max((len(signal) for signal in self.emg_uv.values()), default=0)
        return max(motion_s, samples / self.emg_rate_hz if samples else 0.0)


def checked_times(where: str, t_s: Array) -> Array:
    """t_s moved to begin at 0. Raises BadInput when there are fewer than two or they do not ascend."""
    if len(t_s) < 2:
        raise BadInput(f"{where}: {len(t_s)} frames; a recording needs at least 2")
    absent = ~np.isfinite(t_s)
    if absent.any():
        raise BadInput(f"{where}: column t_s has no number in row {_first(absent) + 2}; fill it in")
    backward = np.diff(t_s) <= 0
    if backward.any():
        raise BadInput(f"{where}: t_s does not ascend at row {_first(backward) + 3}; sort the frames by time")
    return t_s - t_s[0]


def checked_rotation(where: str, segment: str, wxyz: Array, t_s: Array) -> Rotation:
    """Quaternions (n, 4) in w, x, y, z order as rotations. Raises BadInput for gaps and for norms that are not 1."""
    missing = np.any(~np.isfinite(wxyz), axis=1)
    if missing.any():
        raise BadInput(f"{where}: {segment} has {gap_text(missing, t_s)}; fill the gaps or cut the recording there")
    norms = np.linalg.norm(wxyz, axis=1)
    wrong = np.abs(norms - 1) > LARGEST_NORM_ERROR
    if wrong.any():
        row = _first(wrong)
        raise BadInput(
            f"{where}: {segment} quaternion at {t_s[row]:.2f} s has the norm {norms[row]:.4f}, not 1; "
            "write unit quaternions in the order w, x, y, z"
        )
    return Rotation.from_quat(wxyz, scalar_first=True)


def checked_emg(where: str, site: str, signal_uv: Array, rate_hz: float) -> Array:
    """The signal unchanged. Raises BadInput for gaps and for a signal too short to be mirrored."""
    missing = ~np.isfinite(signal_uv)
    if missing.any():
        t_s = np.arange(len(signal_uv)) / rate_hz
        raise BadInput(f"{where}: {site} has {gap_text(missing, t_s)}; fill the gaps or cut the recording there")
    if len(signal_uv) < rate_hz * 0.5:
        raise BadInput(f"{where}: {site} has {len(signal_uv)} samples; half a second at {rate_hz:g} Hz is needed")
    return signal_uv


def checked_emg_rate(where: str, rate_hz: float) -> float:
    """The rate unchanged. Raises BadInput under 500 Hz."""
    if not rate_hz >= LOWEST_EMG_RATE_HZ:
        raise BadInput(
            f"{where}: EMG rate {rate_hz:g} Hz is under {LOWEST_EMG_RATE_HZ:g} Hz and misses the muscles' band; "
            "give a recording sampled faster"
        )
    return rate_hz


def gap_text(missing: Mask, t_s: Array) -> str:
    """How many frames are missing and where the first gap lies, for a message."""
    first = _first(missing)
    after = np.flatnonzero(~missing[first:])
    last = first + (int(after[0]) if len(after) else len(missing) - first) - 1
    return f"{int(np.sum(missing))} of {len(missing)} values missing (NaN), first at {t_s[first]:.2f}-{t_s[last]:.2f} s"


def _first(condition: Mask) -> int:
    return int(np.flatnonzero(condition)[0])
