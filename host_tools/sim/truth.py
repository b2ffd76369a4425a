"""What really happened, in device time: truth.npz."""

from typing import Any

import numpy as np

from host_tools.athlete.athlete import Athlete
from host_tools.sim.envelope import SAMPLE_HZ, envelope_uv, seen_band
from host_tools.sim.request import LEAD_IN_S, Prepared
from host_tools.stimuli import isb
from host_tools.stimuli.playback import Playback
from host_tools.stimuli.source import SEGMENTS, Array
from host_tools.stimuli.streams import CHANNEL_HZ

TRUTH_HZ = 100.0
# Settling time of the filters before the lead-in, so that the true envelope begins settled
_RUN_IN_S = 1.0


def truth(prepared: Prepared, content_us: int, tactor_events: list[dict[str, Any]]) -> dict[str, Any]:
    """Arrays by name; content_us is the device time of content time 0.

    t_us (n,) at 100 Hz over the whole stimulus; <angle>_deg (n,) for the angles of design section 5 in the signs of a
    right side; <segment>_wxyz (n, 4) as worn; sites and emg_envelope_uv (n, sites), what the device's chain would show
    without noise. Of an athlete also emg_activation_permille (n, sites) and the records of repetitions and
    disturbances; of every run the tactors' GO times.
    """
    t_s = np.arange(-LEAD_IN_S, prepared.duration_s - LEAD_IN_S, 1 / TRUTH_HZ)
    source = prepared.source
    sites = [site for site in prepared.sites if site]
    found: dict[str, Any] = {"t_us": _device_us(t_s, content_us), "sites": np.array(sites)}
    found |= {f"{name}_deg": angle.astype(np.float32) for name, angle in _angles(source, t_s).items()}
    for segment in SEGMENTS:
        found[f"{segment}_wxyz"] = source.orientation(segment, t_s).as_quat(scalar_first=True).astype(np.float32)
    highpass_hz = prepared.settings["highpass_hz"]
    found["emg_envelope_uv"] = np.stack([_envelope(source, site, t_s, highpass_hz) for site in sites], axis=1)
    if isinstance(source, Athlete):
        activation = [source.activation_permille(site, t_s) for site in sites]
        found["emg_activation_permille"] = np.stack(activation, axis=1).astype(np.float32)
        found |= _workout(source, sites, content_us)
    found["tactor_go_us"] = np.array([event["t_us"] for event in tactor_events], dtype=np.int64)
    found["tactor_go_name"] = np.array([event["tactor"] for event in tactor_events], dtype=np.str_)
    return found


def _device_us(t_s: Array | list[float], content_us: int) -> np.ndarray:
    return np.rint(np.asarray(t_s) * 1e6).astype(np.int64) + content_us


def _angles(source: Playback | Athlete, t_s: Array) -> dict[str, Array]:
    if isinstance(source, Athlete):
        return source.angles_deg(t_s)
    right = Playback(source.recording)
    return isb.angles_deg(*(right.orientation(segment, t_s) for segment in SEGMENTS))


def _envelope(source: Playback | Athlete, site: str, t_s: Array, highpass_hz: int) -> np.ndarray:
    """True envelope at the times t_s; an athlete's is its mean, a recording's that of the recorded voltage."""
    if isinstance(source, Athlete):
        mvc_uv = source.mvc_uv(site, seen_band(highpass_hz), CHANNEL_HZ)
        return (source.activation_permille(site, t_s) / 1000 * mvc_uv).astype(np.float32)
    begin_s = t_s[0] - _RUN_IN_S
    count = int((t_s[-1] - begin_s) * CHANNEL_HZ) + 8
    envelope = envelope_uv(source.emg(site, begin_s, CHANNEL_HZ).read(count), highpass_hz)
    at = np.rint((t_s - begin_s) * SAMPLE_HZ).astype(np.int64) - 1
    return envelope[np.clip(at, 0, len(envelope) - 1)].astype(np.float32)


def _workout(athlete: Athlete, sites: list[str], content_us: int) -> dict[str, Any]:
    repetitions = athlete.workout.repetitions
    disturbances = athlete.workout.disturbances
    found: dict[str, Any] = {
        "repetition_set": np.array([r.set_number for r in repetitions], dtype=np.int32),
        "repetition_number": np.array([r.number for r in repetitions], dtype=np.int32),
        "repetition_faults": np.array(
            ["+".join(f"{name}:{degree:g}" for name, degree in r.faults) for r in repetitions], dtype=np.str_
        ),
        "onset_us": np.array(
            [_device_us([r.onset_s[site] for site in sites], content_us) for r in repetitions], dtype=np.int64
        ).reshape(len(repetitions), len(sites)),
        "disturbance_kind": np.array([d.kind for d in disturbances], dtype=np.str_),
        "disturbance_begin_us": _device_us([d.begin_s for d in disturbances], content_us),
        "disturbance_end_us": _device_us([d.end_s for d in disturbances], content_us),
    }
    for name in ("begin", "arm_begin", "scapula_begin", "drive_begin", "top", "hold_end", "end"):
        found[f"repetition_{name}_us"] = _device_us([getattr(r, f"{name}_s") for r in repetitions], content_us)
    return found
