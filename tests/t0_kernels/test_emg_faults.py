"""What can go wrong at an electrode is flagged within half a second, alone, and forgotten when it is over."""

import numpy as np
import pytest
from scipy import signal

from tests.emg_rig import (
    BLOCK,
    CENTRE,
    CLIPPING,
    ELECTRODE_OFF,
    FLAT,
    FULL,
    MAINS,
    MOTION,
    RAIL,
    SETTLING,
    SITES,
    run_chain,
)

BEGIN, LENGTH = 6130, 1500  # frames
FAULTS = RAIL | FLAT | ELECTRODE_OFF | CLIPPING | MAINS | MOTION


def muscle(frames: int = 12_000, channels: int = 4) -> np.ndarray:
    """Counts of 100 uV RMS of muscle-like noise in bursts of a second, and 3 uV between them."""
    band = signal.butter(2, (35, 160), "bandpass", fs=1000, output="sos")
    noise = signal.sosfilt(band, np.random.default_rng(5).normal(0, 1, (frames, channels)), axis=0)
    noise /= np.std(noise)
    effort = np.where((np.arange(frames) // 1000) % 2, 100.0, 3.0)
    return np.clip(CENTRE + noise * effort[:, None], 0, FULL).round().astype(int)


def hum(t_s: np.ndarray, size: float, hz: float = 50.2) -> np.ndarray:
    return size * (
        np.sin(2 * np.pi * hz * t_s + 1) + 0.5 * np.sin(6 * np.pi * hz * t_s) + 0.3 * np.sin(10 * np.pi * hz * t_s)
    )


T_S = np.arange(LENGTH) / 1000
RNG = np.random.default_rng(8)
CASES = {
    "high rail": (lambda y: np.full(LENGTH, FULL), RAIL | ELECTRODE_OFF),
    "low rail with noise": (lambda y: RNG.integers(0, 60, LENGTH), RAIL | ELECTRODE_OFF),
    "dead flat": (lambda y: np.full(LENGTH, 8190), FLAT | ELECTRODE_OFF),
    "flat but for one converter step": (lambda y: 8188 + 4 * RNG.integers(0, 2, LENGTH), FLAT | ELECTRODE_OFF),
    "open input, 2 mV of hum": (lambda y: CENTRE + hum(T_S, 2000) + RNG.normal(0, 3, LENGTH), ELECTRODE_OFF),
    "open input, hum from rail to rail": (lambda y: CENTRE + hum(T_S, 15000), ELECTRODE_OFF | CLIPPING),
    "mains burst, 3 times the EMG": (lambda y: y + hum(T_S, 300), MAINS),
    "60 Hz burst, 10 times the EMG": (lambda y: y + hum(T_S, 1000, 60.4), MAINS),
    "the cable swings": (lambda y: y + 800 * np.sin(2 * np.pi * 8 * T_S), MOTION),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("shift", [0, 77])
def test_a_fault_is_flagged_within_half_a_second_on_its_own_channel_only(mpy, tmp_path, name, shift):
    make, bits = CASES[name]
    counts = muscle()
    begin = BEGIN + shift
    counts[begin : begin + LENGTH, 1] = np.clip(make(counts[begin : begin + LENGTH, 1]), 0, FULL).round()
    quality = run_chain(mpy, tmp_path, counts).quality
    assert not (quality[: begin // BLOCK] & FAULTS).any()
    limit = 700 if bits == MOTION else 500  # motion is asked for two windows in a row; the bar names the others
    for bit in (1 << k for k in range(8)):
        if bits & bit:
            first = np.flatnonzero(quality[begin // BLOCK :, 1] & bit)[0] * BLOCK + BLOCK
            assert first <= limit, f"bit {bit} after {first} ms"
    others = quality[:, [0, 2, 3]]
    assert np.count_nonzero(others & FAULTS & ~MAINS) == 0
    assert not (quality[(begin + LENGTH + 2500) // BLOCK :] & FAULTS).any()


def test_clipping_alone_does_not_hide_a_contraction(mpy, tmp_path):
    counts = muscle()
    counts[7000:8000, 2] = np.clip(CENTRE + 35 * (counts[7000:8000, 2] - CENTRE), 0, FULL)
    run = run_chain(mpy, tmp_path, counts)
    assert np.all(run.quality[750:800, 2] & CLIPPING)
    assert np.all(run.active[730:800, 2])


def test_nothing_counts_as_active_on_a_channel_that_is_known_bad(mpy, tmp_path):
    counts = muscle()
    counts[6500:9000, 0] = CENTRE + hum(np.arange(2500) / 1000, 3000, 60.0)
    run = run_chain(mpy, tmp_path, counts)
    bad = (run.quality[:, 0] & (ELECTRODE_OFF | MAINS)) > 0
    assert np.count_nonzero(bad) > 200
    # the verdict of a window holds from the next block on
    assert not run.active[1:, 0][bad[1:] & bad[:-1]].any()


def test_settling_is_said_at_the_start_and_after_lost_frames(mpy, tmp_path):
    counts = muscle(6000)
    quality = run_chain(mpy, tmp_path, counts, gaps={3000: 400}).quality
    settling = (quality & SETTLING) > 0
    assert np.all(settling[:29]) and not settling[31:300].any()
    assert np.all(settling[300:329]) and not settling[331:].any()


def test_lost_frames_cost_the_envelope_a_moment_only(mpy, tmp_path):
    """After a gap the filters settle again: within 0.3 s the envelope is that of the unbroken signal."""
    counts = muscle(9000)
    whole = run_chain(mpy, tmp_path, counts).envelope_uv
    cut = np.concatenate([counts[:4000], counts[4400:]])
    broken = run_chain(mpy, tmp_path, cut, gaps={4000: 400}).envelope_uv
    difference = np.abs(broken[430:] - whole[470:])
    assert difference.max() < 0.02 * whole.max()


def test_the_mains_phase_survives_lost_frames(mpy, tmp_path):
    t_s = np.arange(12_000) / 1000
    counts = muscle() + hum(t_s, 100.0)[:, None]
    counts = np.clip(counts, 0, FULL).round().astype(int)
    cut = np.concatenate([counts[:8000], counts[8333:]])
    run = run_chain(mpy, tmp_path, cut, gaps={8000: 333})
    clean = run_chain(mpy, tmp_path, np.concatenate([muscle()[:8000], muscle()[8333:]]), gaps={8000: 333})
    assert np.all(abs(run.mains_hz[300:] - 50.2) < 0.05)
    rest = slice(830, 860)
    assert np.abs(run.envelope_uv[rest] - clean.envelope_uv[rest]).max() < 8


def test_how_the_frames_are_cut_into_blocks_changes_nothing(mpy, tmp_path):
    counts = muscle(6000)
    counts[2000:, 1] = np.clip(counts[2000:, 1] + hum(np.arange(4000) / 1000, 200), 0, FULL)
    ends = []
    for blocks in (10, 1, 7, 64, [0, 3, 50, 11]):
        run = run_chain(mpy, tmp_path, counts, SITES, block=blocks)
        parts = (run.envelope_uv, run.quality, run.active, run.onset_us, run.mains_hz[:, None])
        ends.append(np.concatenate([part[-1].astype(float) for part in parts]))
    for end in ends[1:]:
        assert np.array_equal(end, ends[0])
