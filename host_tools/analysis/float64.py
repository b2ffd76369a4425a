"""The same raw data through an independent pipeline in float64 (scipy), against what the device wrote in its log.

Nothing of the firmware is used: filters are scipy's, angles come from rotation matrices by the definitions of Wu et
al. 2005 (design section 5), the common time of the segments by spherical interpolation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation, Slerp

from host_tools.analysis.emg_chain import RATE_HZ, band_limited, envelope
from host_tools.analysis.log_data import UNDEFINED, LogData
from host_tools.analysis.onsets import matched, onsets_us
from host_tools.analysis.raw_emg import FRAME_US, RawEmg, raw_emg
from host_tools.analysis.raw_quaternions import calibrations, reference, segment_turns, tracks

Array = NDArray[np.float64]
SETTLE_S = 1.0  # of the filters after a hole (high-pass 30 Hz, envelope 6 Hz), left out of comparisons
BRIDGE_US = 60_000  # no interpolation over longer gaps, as on the device
_BAD_QUALITY = 0xBF
_SAME_ONSET_MS = 200  # further apart they are not the same onset (engineering choice)
_CORRECTION_US = 100_000  # records around a change of calibration are left out
PAIR_FRAMES = 512  # two windows of 256 ms, which the device transforms at once
_BINS = 64
_UPRIGHT = Rotation.from_quat([np.sqrt(0.5), 0, 0, np.sqrt(0.5)])


@dataclass(frozen=True)
class Difference:
    """One quantity: records compared; RMS and largest difference in `unit`; scale: the peak that a share is of."""

    name: str
    unit: str
    compared: int
    rms: float | None
    largest: float | None
    share_of_peak: float | None
    reason: str = ""


def differences(log: LogData, device_onsets_us: Sequence[Sequence[int]] = ()) -> list[Difference]:
    return [
        *envelope_differences(log),
        *onset_differences(log, device_onsets_us),
        *frequency_differences(log),
        *angle_differences(log),
    ]


def envelope_differences(log: LogData) -> list[Difference]:
    """Per site, where the device found the channel good and SETTLE_S after every hole."""
    emg = raw_emg(log)
    if not emg.runs or "emg_envelope" not in log.topics:
        return []
    stamps = log.topics["emg_envelope"]["timestamp"].astype(np.int64)
    ours = np.full((len(stamps), emg.channels), np.nan)
    for run in emg.runs:
        if len(run.counts) <= SETTLE_S * RATE_HZ:
            continue
        course = envelope(band_limited(run.counts, highpass_hz(log)))
        frame, rest = np.divmod(stamps - run.start_us, FRAME_US)
        here = (frame >= SETTLE_S * RATE_HZ) & (frame < len(course)) & (rest == 0)
        ours[here] = course[frame[here]]
    found = []
    for c, site in enumerate(log.sites):
        device = log.topics["emg_envelope"][f"uv_q4[{c}]"] / 16
        good = np.isfinite(ours[:, c]) & ((log.topics["emg_envelope"][f"quality[{c}]"] & _BAD_QUALITY) == 0)
        found.append(_difference(f"{site} envelope", "uV", device[good], ours[good, c], of_peak=True))
    return found


def onset_differences(log: LogData, device: Sequence[Sequence[int]] = ()) -> list[Difference]:
    """Per site, the device's onsets (times in us per channel) against those in float64.

    They are known when the device's code has run on the raw data again (reproduction.py); what a log keeps of each
    repetition is another quantity, the rise of the muscle over its own level.
    """
    if not device or not raw_emg(log).runs:
        return []
    found = []
    for c, site in enumerate(log.sites):
        given = device[c]
        pairs = matched(given, onsets_us(log, c, highpass_hz(log)), _SAME_ONSET_MS)
        item = _difference(f"{site} onset", "ms", pairs.apart_ms, np.zeros(len(pairs.apart_ms)))
        reason = (
            f"{pairs.alone_first} of {len(given)} onsets of the device have no counterpart in float64, "
            f"{pairs.alone_second} in float64 have none on the device"
        )
        found.append(replace(item, reason=reason if len(given) else "the device found no onset of this muscle"))
    return found


def frequency_differences(log: LogData) -> list[Difference]:
    """Per site, the device's median frequencies and RMS against those of the same stretches of raw EMG in float64.

    The definition is firmware/rhomboid/activation/spectrum.py's: means of two samples, windows of 256 ms, no taper.
    """
    emg = raw_emg(log)
    rows = [row for row in log.rows("fatigue") if "pair_ms[0]" in row]
    if not emg.runs or not rows:
        return []
    bands = [band_limited(run.counts, highpass_hz(log)) for run in emg.runs]
    found = []
    for c, site in enumerate(log.sites):
        device, ours = [], []
        for row in rows:
            if row["site"] != c:
                continue
            pairs = [_stretch(emg, bands, c, row, row[f"pair_ms[{k}]"]) for k in (0, 1) if row.get(f"pair_ms[{k}]")]
            whole = [pair for pair in pairs if pair is not None]
            if whole and len(whole) == len(pairs):
                device.append(row["mdf_hz_q8"] / 256)
                ours.append(median_of_pairs(whole))
        if any(row["site"] == c for row in rows):
            found.append(_difference(f"{site} median frequency", "Hz", np.array(device), np.array(ours)))
    return found


def _stretch(emg: RawEmg, bands: Sequence[Array], channel: int, row: dict[str, int], ago_ms: int) -> Array | None:
    """PAIR_FRAMES of the high-passed signal, from the first frame after the tick in which they began to be gathered."""
    began_us = row["timestamp"] - 1000 * ago_ms
    for run, band in zip(emg.runs, bands, strict=True):
        first = (began_us - run.start_us) // FRAME_US + 1
        if SETTLE_S * RATE_HZ <= first and first + PAIR_FRAMES <= len(band):
            return band[first : first + PAIR_FRAMES, channel]
    return None


def median_of_pairs(pairs: Sequence[Array]) -> float:
    """Hz; each pair counts alike, whatever its power."""
    shares = np.zeros(_BINS - 1)
    for pair in pairs:
        windows = pair.reshape(2, -1, 2).mean(axis=2)
        power = np.sum(np.abs(np.fft.rfft(windows, axis=1)) ** 2, axis=0)[1:_BINS]
        shares += power / power.sum()
    below = np.cumsum(shares)
    k = int(np.searchsorted(below, below[-1] / 2))
    bin_hz = RATE_HZ / 2 / (2 * _BINS)
    return float(bin_hz * (k + 0.5 + (below[-1] / 2 - (below[k] - shares[k])) / shares[k]))


def highpass_hz(log: LogData) -> int:
    """Corner of the device's high-pass filter: 30 or 20 Hz."""
    return 20 if log.settings.get("highpass_hz") == 20 else 30


def angle_differences(log: LogData) -> list[Difference]:
    """The eight angles at the times of the device's records, where samples surround them."""
    found = tracks(log)
    given = calibrations(log, found)
    columns = log.topics.get("segment_angles", {})
    if any(len(track) < 2 for track in found) or not columns:
        return []
    if not given:
        return [Difference("angles", "deg", 0, None, None, None, "the log holds no neutral pose")]
    stamps = columns["timestamp"].astype(np.int64)
    usable = np.ones(len(stamps), np.bool_)
    turns = []
    for k, track in enumerate(found):
        own = segment_turns(track, k, given)
        if own is None:
            return []
        after = np.clip(np.searchsorted(track.times_us, stamps), 1, len(track) - 1)
        step = track.times_us[after] - track.times_us[after - 1]
        usable &= (stamps >= track.times_us[0]) & (stamps <= track.times_us[-1]) & (step <= BRIDGE_US)
        inside = np.clip(stamps, track.times_us[0], track.times_us[-1])
        turns.append(Slerp(track.times_us - track.times_us[0], own)(inside - track.times_us[0]))
    for change in given[1:]:
        usable &= np.abs(stamps - change.from_us) > _CORRECTION_US
    ours = joint_angles(turns[0], turns[1], turns[2], left=log.info.get("side") == "left")
    heading = _neutral_heading(log)
    ours["thorax_rotation"] = (ours["thorax_rotation"] - heading + 180) % 360 - 180
    differences = []
    for name, degrees in ours.items():
        raw = columns[name]
        good = usable & (raw != UNDEFINED) & np.isfinite(degrees)
        apart = (raw[good] / 100 - degrees[good] + 180) % 360 - 180
        differences.append(_difference(name.replace("_", " "), "deg", degrees[good] + apart, degrees[good]))
    return differences


def joint_angles(thorax: Rotation, scapula: Rotation, humerus: Rotation, left: bool = False) -> dict[str, Array]:
    """Degrees by name as in the topic segment_angles; the plane of elevation is NaN below 10 degrees of elevation."""
    trunk, blade, arm = _UPRIGHT.inv() * thorax, thorax.inv() * scapula, thorax.inv() * humerus
    if left:
        trunk, blade, arm = (Rotation.from_quat(r.as_quat() * [-1, -1, 1, 1]) for r in (trunk, blade, arm))
    turn, lateral, extension = trunk.as_euler("YXZ", degrees=True).T
    internal, down, posterior = blade.as_euler("YXZ", degrees=True).T
    forward, below, outward = -arm.apply([0, 1, 0]).T
    below = -below
    elevation = np.degrees(np.arctan2(np.hypot(forward, outward), below))
    return {
        "internal_rotation": internal,
        "upward_rotation": -down,
        "posterior_tilt": posterior,
        "humeral_elevation": elevation,
        "plane_of_elevation": np.where(elevation < 10.5, np.nan, np.degrees(np.arctan2(forward, outward))),
        "thorax_flexion": -extension,
        "thorax_lateral": lateral,
        "thorax_rotation": -turn,
    }


def _neutral_heading(log: LogData) -> float:
    """Thorax rotation of the reference pose, which the device counts from."""
    pose = reference(log)
    left = log.info.get("side") == "left"
    return float(joint_angles(pose[0:1], pose[1:2], pose[2:3], left)["thorax_rotation"][0])


def _difference(name: str, unit: str, device: Array, ours: Array, of_peak: bool = False) -> Difference:
    if not len(ours):
        return Difference(name, unit, 0, None, None, None, "no record with whole raw data and a good signal")
    apart = device - ours
    peak = float(np.max(ours)) if of_peak else 0.0
    largest = float(np.max(np.abs(apart)))
    return Difference(
        name,
        unit,
        len(ours),
        float(np.sqrt(np.mean(apart**2))),
        largest,
        largest / peak if peak > 0 else None,
    )


def summary(found: Sequence[Difference]) -> list[str]:
    lines = []
    for item in found:
        if item.rms is None:
            lines.append(f"{item.name}: not known: {item.reason}")
            continue
        share = "" if item.share_of_peak is None else f" ({100 * item.share_of_peak:.2f} % of peak)"
        sizes = f"RMS {item.rms:.3f} {item.unit}, largest {item.largest:.3f} {item.unit}{share}"
        more = f"; {item.reason}" if item.reason else ""
        lines.append(f"{item.name}: {item.compared} records, {sizes}{more}")
    return lines
