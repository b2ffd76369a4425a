"""Median frequency in fixed point against numpy, its gates, and its bounds at the largest signals."""

from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checked_viper import load

spectrum = load("activation/spectrum.py")
harmonics = load("fixed/harmonics.py")
TABLE = harmonics.cosine_table()
MVC, ENVELOPE, QUALITY, FLAGS = 20, 16, 24, 15
LARGEST = 365_400  # highpass.py: microvolt/16


def worked(channels_uv, permille=400, quality=0, flags=0, rest_uv_q4=(40, 40, 40, 40)):
    """Ticks of 10 ms of these signals (microvolts at 1 kHz, one per channel); [(channel, Hz, RMS uV, per mille)]."""
    channels = len(channels_uv)
    spectra = spectrum.Spectra(channels, rest_uv_q4[:channels])
    features = array("i", [0] * 48)
    for c, signal in enumerate(channels_uv):
        features[ENVELOPE + c] = int(16 * 0.8 * np.std(signal))
        features[MVC + c] = permille
        features[QUALITY + c] = quality
    features[FLAGS] = flags
    band = array("i", [spectrum.BIAS] * (64 * channels))
    found = []
    for first in range(0, len(channels_uv[0]) - 9, 10):
        for c, signal in enumerate(channels_uv):
            for k in range(10):
                band[64 * c + k] = spectrum.BIAS + int(np.clip(16 * signal[first + k], -LARGEST, LARGEST))
        if spectra.cells[0]:
            spectrum.gather(band, 10, spectra.samples, spectra.cells)
        channel = spectrum.step(
            features, spectra.rest_uv_q4, channels, spectra.samples, TABLE, spectra.power, spectra.cells
        )
        if channel:
            spectrum.result(channel - 1, spectra.power, spectra.cells, spectra.out)
            found.append((channel - 1, spectra.out[0] / 256, spectra.out[1] / 16, spectra.out[2]))
    return found


def muscle(seed, low_hz, high_hz, rms_uv, seconds=4.0):
    """Noise in this band."""
    rng = np.random.default_rng(seed)
    count = int(1000 * seconds)
    shape = np.fft.rfft(rng.standard_normal(count))
    hz = np.fft.rfftfreq(count, 0.001)
    shape[(hz < low_hz) | (hz > high_hz)] = 0
    signal = np.fft.irfft(shape, count)
    return signal * rms_uv / signal.std()


@pytest.mark.parametrize("low, high", [(30, 90), (30, 150), (50, 200), (20, 60)])
@pytest.mark.parametrize("rms_uv", [15, 300, 1500])
def test_the_median_of_a_band_is_its_middle(low, high, rms_uv):
    found = [worked([muscle(seed, low, high, rms_uv)])[0] for seed in range(3)]
    assert np.mean([hz for _, hz, _, _ in found]) == pytest.approx((low + high) / 2, rel=0.1)
    assert np.mean([uv for _, _, uv, _ in found]) == pytest.approx(rms_uv, rel=0.12)
    assert {permille for *_, permille in found} == {400}


def test_a_slower_muscle_has_a_lower_median_in_the_same_ratio():
    medians = [np.mean([worked([muscle(s, 30 * k, 130 * k, 200)])[0][1] for s in range(3)]) for k in (1.0, 0.8)]
    assert medians[1] / medians[0] == pytest.approx(0.8, abs=0.05)


def test_sites_take_turns():
    found = worked([muscle(c, 30 + 30 * c, 60 + 30 * c, 200, 9.0) for c in range(4)])
    assert {channel for channel, *_ in found} == {0, 1, 2, 3}
    for channel, hz, *_ in found:
        assert hz == pytest.approx(45 + 30 * channel, abs=8)


@pytest.mark.parametrize(
    "gate", [{"permille": 199}, {"permille": -32768}, {"quality": 4}, {"quality": 128}, {"flags": 8}]
)
def test_what_is_weak_bad_or_shaken_is_not_reported(gate):
    assert worked([muscle(1, 30, 150, 300)], **gate) == []


def test_ten_decibels_over_rest_are_asked_for():
    assert worked([muscle(1, 30, 150, 20)], rest_uv_q4=(100,)) == []
    assert worked([muscle(1, 30, 150, 40)], rest_uv_q4=(100,))


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(["tone", "square", "noise", "rail"]), st.floats(1.0, 22_000.0), st.integers(1, 499))
def test_no_signal_leaves_32_bits(kind, peak_uv, hz):
    t = np.arange(1200) / 1000
    tone = np.sin(2 * np.pi * hz * t)
    signal = {
        "tone": tone,
        "square": np.sign(tone),
        "noise": np.random.default_rng(hz).uniform(-1, 1, len(t)),
        "rail": np.ones(len(t)),
    }[kind]
    for _, median_hz, rms_uv, _ in worked([peak_uv * signal], permille=8000, rest_uv_q4=(1,)):
        assert 0 < median_hz < 256 and rms_uv <= 8192


def test_a_result_tells_when_its_two_stretches_of_signal_began():
    """The first half of the signal is at 40 Hz, the rest at 120 Hz: a result is of where it says that it is from."""
    t = np.arange(6000) / 1000
    tone = 200 * np.where(t < 3, np.sin(2 * np.pi * 40 * t), np.sin(2 * np.pi * 120 * t))
    channels, features = 1, array("i", [0] * 48)
    spectra = spectrum.Spectra(channels, (40,))
    features[ENVELOPE], features[MVC] = 16 * 150, 400
    band = array("i", [spectrum.BIAS] * 64)
    seen = []
    for first in range(0, len(tone) - 9, 10):
        for k in range(10):
            band[k] = spectrum.BIAS + int(16 * tone[first + k])
        if spectra.cells[0]:
            spectrum.gather(band, 10, spectra.samples, spectra.cells)
        if spectrum.step(features, spectra.rest_uv_q4, 1, spectra.samples, TABLE, spectra.power, spectra.cells):
            spectrum.result(0, spectra.power, spectra.cells, spectra.out)
            seen.append((first + 10, spectra.out[0] / 256, spectra.out[3], spectra.out[4]))
    for now_ms, hz, newest_ms, before_ms in seen:
        assert before_ms >= newest_ms + 512
        began_ms = [now_ms - before_ms, now_ms - newest_ms]
        if began_ms[1] + 512 <= 3000:
            assert hz == pytest.approx(40, abs=4)
        elif began_ms[0] >= 3000:
            assert hz == pytest.approx(120, abs=4)
    assert {hz > 80 for _, hz, *_ in seen} == {True, False}
