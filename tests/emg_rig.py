"""Counts into the firmware's EmgChain, features out (the host side of tests/mpy/emg_run.py), and real counts for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from host_tools.stimuli.front_end import FrontEnd
from tests.interpreters import run_micropython

SCRIPT = Path(__file__).parent / "mpy" / "emg_run.py"
BLOCK = 10
SITES = ("UT", "LT", "SA", "LAT")
UNDEFINED = -32768
RAIL, FLAT, ELECTRODE_OFF, CLIPPING, MAINS, MOTION, ECG, SETTLING = (1 << bit for bit in range(8))
CENTRE = 8192
FULL = 16380
ADC_HZ = 4000

Counts = NDArray[np.int16]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class EmgRun:
    """Per block (rows) and channel (columns): envelope_uv, mvc_permille, quality, active, onset_us, rise_us.

    ratios_q8: (blocks, 3); mains_hz: (blocks,), 0 while none is known; band_uv: (frames, channels), what the envelope
    was made of; digest: all of it.
    """

    envelope_uv: NDArray[np.float64]
    mvc_permille: Ints
    quality: Ints
    ratios_q8: Ints
    active: Ints
    onset_us: Ints
    rise_us: Ints
    mains_hz: NDArray[np.float64]
    band_uv: NDArray[np.float64]
    digest: bytes


def run_chain(
    interpreter: str,
    folder: Path,
    counts: Counts | NDArray[np.int64],
    sites: Sequence[str] = SITES,
    *,
    block: int | Sequence[int] = BLOCK,
    highpass_hz: int = 30,
    mains_hz: int = 0,
    mvc_uv_q4: Sequence[int] = (),
    gaps: Mapping[int, int] | None = None,
    start_us: int = 1_000_000,
) -> EmgRun:
    """Feed counts (frames, channels) in blocks (one length, or lengths taken in turn).

    gaps: frames lost before the block that begins at this frame. The newest frame of a block that ends before frame n
    has the time start_us + 1000 n.
    """
    channels = len(sites)
    source, target, settings = folder / "counts.bin", folder / "features.bin", folder / "options.json"
    np.ascontiguousarray(counts, dtype="<i2").tofile(source)
    options = {
        "sites": list(sites),
        "blocks": [block] if isinstance(block, int) else list(block),
        "highpass_hz": highpass_hz,
        "mains_hz": mains_hz,
        "mvc_uv_q4": list(mvc_uv_q4) or [0] * channels,
        "gaps": {str(frame): lost for frame, lost in (gaps or {}).items()},
        "start_us": start_us,
    }
    settings.write_text(json.dumps(options))
    run_micropython(interpreter, SCRIPT, source, target, settings, heap="64M")
    frames = len(counts)
    raw = np.fromfile(target, "<i4")
    rows = raw[: len(raw) - frames * channels].reshape(-1, 6 * channels + 4)
    parts = np.split(rows[:, : 6 * channels], 6, axis=1)
    return EmgRun(
        envelope_uv=parts[0] / 16,
        mvc_permille=parts[1],
        quality=parts[2],
        active=parts[3],
        onset_us=parts[4],
        rise_us=parts[5],
        ratios_q8=rows[:, 6 * channels : 6 * channels + 3],
        mains_hz=rows[:, -1] * (1000 / 2**30),
        band_uv=raw[len(raw) - frames * channels :].reshape(frames, channels) / 16,
        digest=raw.tobytes(),
    )


def box_lift(recordings: Path) -> dict[str, NDArray[np.float64]]:
    """Microvolts at 2 kHz of each muscle of the box lift, 5.8 s."""
    file = recordings / "shoulder_boxlift" / "emg_2000hz_uV.csv"
    names = file.read_text().split("\n", 1)[0].split(",")
    return dict(zip(names, np.loadtxt(file, delimiter=",", skiprows=1).T, strict=True))


def with_lead_in(microvolts: NDArray[np.float64], rate_hz: int = 2000, seconds: float = 3.0) -> NDArray[np.float64]:
    """The recording after `seconds` of its first 0.4 s, repeated and mirrored (design section 9)."""
    rest = microvolts[: round(0.4 * rate_hz)]
    before = np.resize(np.concatenate([rest[::-1], rest]), round(seconds * rate_hz))
    return np.concatenate([before, microvolts])


def looped(microvolts: NDArray[np.float64], length: int, start: int) -> NDArray[np.float64]:
    """`length` samples of the recording there and back again, from sample `start` of that loop."""
    return np.resize(np.roll(np.concatenate([microvolts, microvolts[::-1]]), -start), length)


def counts_of(*microvolts: NDArray[np.float64], rate_hz: int = 2000) -> Counts:
    """14-bit counts (frames, channels) of electrode signals through amplifier and converter, without their noise."""
    columns = []
    for one in microvolts:
        fine = signal.resample_poly(one, ADC_HZ, rate_hz, padtype="line")
        adc = FrontEnd(np.random.default_rng(0), ADC_HZ, ideal=True).convert(fine - fine[0]).astype(np.int16)
        columns.append(adc[: len(adc) // 4 * 4].reshape(-1, 4).sum(axis=1))
    return np.stack(columns, axis=1).astype(np.int16)


def fatigue_counts(recordings: Path) -> Counts:
    """127 s of biceps to fatigue, (frames, 1): its 12-bit counts taken for the sums of four equal conversions."""
    file = recordings / "emg_fatigue" / "emg_fatigue_1000hz_adc12.csv"
    return np.clip(4 * np.loadtxt(file, skiprows=1, dtype=int), 0, FULL).astype(np.int16)[:, None]


def ecg_uv(recordings: Path, peak_uv: float = 200.0) -> NDArray[np.float64]:
    """30 s of ECG at 2 kHz, its R peaks at peak_uv: the recording of 15 s and its mirror image."""
    recorded = np.loadtxt(recordings / "ecg" / "ecg.txt", comments="#")
    recorded = recorded - np.median(recorded)
    recorded *= peak_uv / recorded.max()
    return signal.resample_poly(np.concatenate([recorded, recorded[::-1]]), 2, 1)


def at_blocks(samples: NDArray[np.float64], block: int = BLOCK) -> NDArray[np.float64]:
    """Of a signal at 1 kHz what a block of frames ends with."""
    return samples[block - 1 :: block]


def rms_percent(difference: NDArray[np.float64], peak: float) -> float:
    return float(100 * np.sqrt(np.mean(difference**2)) / peak)
