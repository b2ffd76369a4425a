"""Each EMG kernel, word by word: no result leaves 32 bits at the edges of its inputs, and float64 gives the same."""

import re
from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from host_tools.analysis import emg_chain as reference
from tests.checked_viper import Overflow, load
from tests.interpreters import FIRMWARE

FULL = 16380
STRIDE = 64
BIAS = 0x80000
LARGEST = 496_000  # microvolt/16: what high-pass and mains canceller together can put out

highpass = load("fixed/highpass.py")
activity = load("fixed/activity.py")
mains = load("fixed/mains.py")
harmonics = load("fixed/harmonics.py")
lines_ = load("fixed/mains_lines.py")
search = load("fixed/mains_search.py")
tracker = load("fixed/mains_tracker.py")


# what an electrode, an amplifier or a loose wire can do to the converter: levels, each held or alternating
segment = st.tuples(
    st.sampled_from([0, 8, 4095, 8190, 12000, 16372, FULL]),
    st.sampled_from([0, 1, 500, 8190, FULL]),
    st.sampled_from([1, 2, 7, 10, 17]),
    st.integers(1, 120),
)


def square_waves(segments: list[tuple[int, int, int, int]]) -> list[int]:
    """Counts: per segment a level and an offset from it (kept in range) in turns of half a period, for a while."""
    counts = []
    for level, swing, half, length in segments:
        other = level + swing if level + swing <= FULL else max(0, level - swing)
        counts += [level if (i // half) % 2 == 0 else other for i in range(length)]
    return counts


def band_of(counts: list[int], highpass_hz: int = 30, block: int = 50) -> np.ndarray:
    """The high-passed signal, as stored: microvolt/16."""
    states = highpass.new_states(1)
    coefficients = array("i", highpass.COEFFICIENTS[highpass_hz])
    frames = array("h", counts)
    band = array("i", [BIAS] * STRIDE)
    out: list[int] = []
    for first in range(0, len(counts), block):
        n = min(block, len(counts) - first)
        highpass.filter_block(frames, first, n, 1, coefficients, states, band)
        out += [value - BIAS for value in band[:n]]
    return np.array(out)


@pytest.mark.parametrize("highpass_hz", [30, 20])
@settings(max_examples=25, deadline=None)
@given(st.lists(segment, min_size=1, max_size=5).map(square_waves))
def test_high_pass_equals_float64_from_rail_to_rail(highpass_hz, counts):
    band = band_of(counts, highpass_hz)
    expected = 16 * reference.band_limited(np.array(counts), highpass_hz)
    # coefficients of 11 bits: 0.3 % of what the filter rings with, and the last bits
    tolerance = 16 + 0.003 * np.maximum.accumulate(np.abs(expected))
    assert np.all(np.abs(band - expected) <= tolerance)
    assert np.abs(band).max() < 365_400


def test_the_worst_input_of_the_high_pass_stays_within_its_words():
    """The input that lines up with the signs of an impulse response drives its state to the L1 norm of it."""
    for highpass_hz in (30, 20):
        sections = reference.highpass(highpass_hz)
        impulse = signal.sosfilt(sections, np.eye(1, 400).ravel())
        for response in (impulse, np.diff(impulse, prepend=0), signal.sosfilt(sections[:1], np.eye(1, 400).ravel())):
            worst = np.where(response[::-1] > 0, FULL, 0)
            assert np.abs(band_of([0, FULL] * 20 + worst.tolist(), highpass_hz)).max() > 130_000


def test_rest_noise_of_two_microvolts_is_not_drowned():
    noise = np.random.default_rng(1).normal(8190, 2, 3000).round().astype(int)
    error = band_of(noise.tolist()) / 16 - reference.band_limited(noise)
    assert np.sqrt(np.mean(error[300:] ** 2)) < 0.1
    assert abs(error[300:].mean()) < 0.02


def test_coefficients_are_those_of_scipy():
    for highpass_hz, (gain, *rest) in highpass.COEFFICIENTS.items():
        sections = reference.highpass(highpass_hz)
        assert gain == round(sections[0, 0] * reference.MICROVOLT_PER_COUNT * 16 * 1024)
        for section, (damping, stiffness) in zip(sections, zip(rest[::2], rest[1::2], strict=True), strict=False):
            assert damping == round((1 - section[5]) * 1024)
            assert stiffness == round((1 + section[4] + section[5]) * 65536)


class Muscle:
    """One channel's states of the activity kernel."""

    def __init__(self) -> None:
        self.states = activity.new_states(1)
        self.sizes = array("i", [0, 0])
        self.active = array("i", [0])
        self.onset_us = array("i", [-1])

    def feed(self, band: np.ndarray, newest_us: int = 0) -> float:
        """Samples (n,), n <= 64, in microvolt/16; answers the envelope after them."""
        stored = array("i", [*(int(value) + BIAS for value in band), *[BIAS] * (STRIDE - len(band))])
        activity.activity_block(stored, len(band), 1, self.states, self.sizes, newest_us, self.active, self.onset_us)
        return self.states[activity.ENVELOPE] / 256


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0, 1, 60, 4000, LARGEST]), st.integers(1, 150), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_envelope_equals_float64_up_to_the_largest_signal(pieces):
    """Within a quarter of a microvolt and 0.1 % of the largest sample."""
    band = np.array([size * (-1) ** (i * turns) for size, n, turns in pieces for i in range(n)])
    muscle = Muscle()
    out = [muscle.feed(np.array([value])) for value in band]
    expected = reference.envelope(band.astype(float))
    assert np.all(np.abs(np.array(out) - expected) <= 4 + 0.001 * np.abs(band).max())


@settings(max_examples=15, deadline=None)
@given(st.lists(segment, min_size=2, max_size=6).map(square_waves), st.integers(0, 2**30 - 1))
def test_energy_and_threshold_stay_within_their_words(counts, newest_us):
    band = band_of(counts)
    muscle = Muscle()
    muscle.states[activity.LEARNED] = 30
    for first in range(0, len(band), STRIDE):
        muscle.feed(band[first : first + STRIDE], newest_us)
    assert muscle.active[0] in (0, 1)
    assert -1 <= muscle.onset_us[0] < 2**30


class Mains:
    """The arrays of the mains canceller, filled by one window of a signal in microvolt/16 on each channel."""

    def __init__(self, channels: int = 1) -> None:
        self.channels = channels
        self.state = lines_.new_state(0)
        self.lines = lines_.new_lines(channels)
        self.sizes = array("i", [0] * (2 * channels))
        self.bins = array("i", [harmonics.BIN_BIAS] * (2 * 64 * channels))
        self.template = array("i", [harmonics.TEMPLATE_BIAS] * (65 * channels))
        self.folded = array("i", [0] * 64)
        self.table = harmonics.cosine_table()

    def feed(self, band: np.ndarray) -> np.ndarray:
        """Samples (n, channels), n <= 64 at a time; answers them cleaned."""
        n = len(band)
        buffer = array("i", [BIAS] * (STRIDE * self.channels))
        for c in range(self.channels):
            for i in range(n):
                buffer[c * STRIDE + i] = int(band[i, c]) + BIAS
        mains.mains_block(buffer, n, self.channels, self.state, self.bins, self.template)
        cleaned = np.array(buffer).reshape(self.channels, STRIDE)[:, :n].T - BIAS
        for c in range(self.channels):
            self.sizes[2 * c] += int(np.abs(cleaned[:, c]).sum())
            self.sizes[2 * c + 1] += n
        return cleaned

    def analysed(self, c: int = 0) -> int:
        n = lines_.end_window(c, self.sizes, self.lines)
        at = lines_.CHANNEL_CELLS * c + lines_.RESTS
        harmonics.analyse(self.bins, 128 * c, n, self.table, self.folded, self.lines, at)
        return n

    def end_window(self, c: int = 0) -> None:
        n = self.analysed(c)
        if self.state[mains.MODE] == mains.SEARCHING:
            at = lines_.CHANNEL_CELLS * c + lines_.RESTS + 12
            harmonics.analyse(self.bins, 128 * c + 64, n, self.table, self.folded, self.lines, at)
            if search.gather(c, self.channels, n, self.state, self.lines) and search.decide(self.state, self.table):
                lines_.begin_tracking(self.channels, self.state, self.lines)
                lines_.forget_window(self.channels, self.sizes, self.lines, self.bins)
                harmonics.flatten(self.template, 65 * self.channels)
        else:
            tracker.correct_weights(c, n, self.state, self.lines)
            tracker.correct_frequency(c, self.channels, self.state, self.lines)
            at = lines_.CHANNEL_CELLS * c
            harmonics.synthesise(self.lines, at, self.table, self.folded, self.template, 65 * c)
            tracker.still_there(c, self.channels, self.state, self.lines)


def test_harmonics_are_measured_and_made_again():
    """Amplitudes within 3 % (a bin is 1/64 of a period wide: at the seventh harmonic that costs 2 %)."""
    rng = np.random.default_rng(3)
    canceller = Mains()
    phase = 2 * np.pi * 50 * np.arange(1, 201) / 1000
    weights = rng.normal(0, 3000, (6, 2))
    waves = sum(
        a * np.cos(h * phase) + b * np.sin(h * phase) for h, (a, b) in zip(harmonics.NUMBERS, weights, strict=True)
    )
    for first in range(0, 200, 50):
        canceller.feed(waves[first : first + 50, None])
    canceller.analysed()
    measured = np.array(canceller.lines[lines_.RESTS : lines_.RESTS + 12]).reshape(6, 2) * 4
    assert np.abs(measured - weights).max() < 0.05 * np.abs(weights).max()

    for k, value in enumerate(weights.ravel()):
        canceller.lines[k] = round(value)
    harmonics.synthesise(canceller.lines, 0, canceller.table, canceller.folded, canceller.template, 0)
    period = 2 * np.pi * np.arange(65) / 64
    expected = sum(
        a * np.cos(h * period) + b * np.sin(h * period) for h, (a, b) in zip(harmonics.NUMBERS, weights, strict=True)
    )
    made = np.array(canceller.template) - harmonics.TEMPLATE_BIAS
    assert np.abs(made - expected).max() < 0.01 * np.abs(expected).max()


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 40, 3000, 132_000]), st.sampled_from([49.5, 50.0, 50.3, 60.0, 60.5]), st.integers(1, 4)
        ),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
def test_the_mains_canceller_stays_within_its_words(pieces, square):
    """Hum from nothing to far beyond the converter, sudden steps of size and frequency, sine and square."""
    canceller = Mains()
    phase = 0.0
    for size, hz, windows in pieces:
        for _ in range(windows):
            turns = phase + hz * np.arange(1, 201) / 1000
            phase = turns[-1]
            wave = np.sin(2 * np.pi * turns)
            wave = size * (np.sign(wave) if square else wave)
            for first in range(0, 200, 50):
                cleaned = canceller.feed(wave[first : first + 50, None])
                assert np.abs(cleaned).max() <= LARGEST
            canceller.end_window()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(-0x1FFFF, 0x1FFFF), min_size=12, max_size=12),
    st.lists(st.integers(-(2**20), 2**20), min_size=12, max_size=12),
    st.lists(st.integers(0, 0x1FFFFFFF), min_size=6, max_size=6),
    st.integers(0, 16383),
    st.sampled_from([50, 100, 150, 200]),
)
def test_the_tracker_stays_within_its_words_wherever_its_state_is(weights, rests, variances, mean, n):
    canceller = Mains(2)
    canceller.state[mains.MODE] = 1
    canceller.state[lines_.TURN_VARIANCE] = lines_.MOST_VARIANCE
    line = canceller.lines
    for c in range(2):
        at = c * lines_.CHANNEL_CELLS
        for k in range(12):
            line[at + lines_.WEIGHTS + k] = weights[k]
            line[at + lines_.RESTS + k] = rests[k]
            line[at + lines_.BEFORE + k] = max(-16383, min(16383, rests[11 - k]))
        for k in range(6):
            line[at + lines_.VARIANCES + k] = variances[k]
        line[at + lines_.MEAN] = mean
        line[at + lines_.HAVE_BEFORE] = 1
        line[at + lines_.PHASE_VARIANCE] = lines_.MOST_VARIANCE
        line[at + lines_.COVARIANCE] = lines_.MOST_VARIANCE
    for c in (0, 1, 0, 1):
        tracker.correct_weights(c, n, canceller.state, line)
        tracker.correct_frequency(c, 2, canceller.state, line)
        tracker.still_there(c, 2, canceller.state, line)
        harmonics.synthesise(line, c * lines_.CHANNEL_CELLS, canceller.table, canceller.folded, canceller.template, 0)
    deviation = canceller.state[mains.STEP] - (mains.STEP_60 if canceller.state[lines_.FAMILY] else mains.STEP_50)
    assert abs(deviation) <= 0.81e-3 * 2**30


def test_the_check_would_notice_an_overflow():
    with pytest.raises(Overflow):
        Muscle().feed(np.array([2**24]))


def constants(source: str) -> dict[str, int]:
    """NAME = const(number) of a firmware source."""
    found = re.findall(r"^(\w+) = const\((-?(?:0x)?[0-9A-Fa-f_]+)\)", source, re.MULTILINE)
    return {name: int(value, 0) for name, value in found}


def test_a_constant_marked_as_another_files_is_equal_to_it():
    """Kernels take compile-time constants of their own file only; such a copy is `NAME = const(..)  # file.NAME`."""
    sources = {file.stem: file.read_text() for file in (FIRMWARE / "rhomboid").rglob("*.py")}
    seen = 0
    for folder in ("activation", "fixed"):
        for file in (FIRMWARE / "rhomboid" / folder).glob("*.py"):
            here = file.read_text()
            for name, home, origin in re.findall(r"^(\w+) = const\(.+\)  # (\w+)\.(\w+)\b", here, re.MULTILINE):
                if home in sources:
                    there = constants(sources[home])
                    assert constants(here)[name] == there[origin], f"{file.name}: {name} is not {home}.{origin}"
                    seen += 1
    assert seen > 60
