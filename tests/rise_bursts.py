"""Bursts of four muscles with known onsets over tonic activity, for the latency between muscles."""

import itertools
from pathlib import Path

import numpy as np
from scipy import signal

from host_tools.athlete.emg import spectrum_filter
from tests.emg_rig import CENTRE, run_chain

PERIOD_MS, FIRST_MS, BURST_MS = 3000, 4000, 800
REST_UV, MEDIAN_HZ = 15.0, 67.0
START_US = 1_000_000


def latency_errors(
    interpreter: str, folder: Path, snr_db: float, bursts: int, seed: int, tonic: bool
) -> tuple[np.ndarray, np.ndarray]:
    """(errors, true latencies) in ms of all pairs of four muscles; NaN where a rise was missed.

    snr_db: power of the burst over that of the rest. tonic: the rest is weak EMG; else white noise.
    Ramps of 50-150 ms, onsets within 300 ms of each other.
    """
    rng = np.random.default_rng(seed)
    length = FIRST_MS + bursts * PERIOD_MS
    nominal = FIRST_MS + PERIOD_MS * np.arange(bursts)
    onset = nominal[:, None] + rng.uniform(0, 300, (bursts, 4))
    t_ms = np.arange(length)
    counts = np.zeros((length, 4))
    for channel in range(4):
        size = np.zeros(length)
        for begin, ramp in zip(onset[:, channel], rng.uniform(50, 150, bursts), strict=True):
            size += np.clip((t_ms - begin) / ramp, 0, 1) * np.clip((begin + BURST_MS - t_ms) / 100, 0, 1)
        rest = _noise(rng, length) if tonic else rng.standard_normal(length)
        voltage = REST_UV * (rest + size * 10 ** (snr_db / 20) * _noise(rng, length))
        counts[:, channel] = np.clip(np.round(CENTRE + voltage / 1.007), 0, 16380)
    run = run_chain(interpreter, folder, counts.astype(np.int64), start_us=START_US)
    risen = np.full((bursts, 4), np.nan)
    for channel in range(4):
        column = run.rise_us[:, channel]
        found = np.unique(column[column >= 0]) / 1000 - START_US / 1000
        for k, begin in enumerate(nominal):
            near = found[(found > begin - 500) & (found < begin + 900)]
            if len(near):
                risen[k, channel] = near[0]
    pairs = list(itertools.combinations(range(4), 2))
    true = np.array([onset[:, b] - onset[:, a] for a, b in pairs]).ravel()
    seen = np.array([risen[:, b] - risen[:, a] for a, b in pairs]).ravel()
    return seen - true, true


def median_and_sign(errors: np.ndarray, true: np.ndarray, least_ms: float) -> tuple[float, float]:
    """Median absolute error in ms; share of latencies of least_ms or more with the right sign in %, missed is wrong."""
    wide = np.abs(true) >= least_ms
    right = (errors + true) * true > 0
    return float(np.nanmedian(np.abs(errors))), float(100 * np.mean(right[wide]))


def _noise(rng: np.random.Generator, length: int) -> np.ndarray:
    noise = signal.sosfilt(spectrum_filter(MEDIAN_HZ, 1000.0), rng.standard_normal(length + 500))[500:]
    return noise / noise.std()
