"""Per mille of MVC, ratios, reference contractions and what a repetition keeps of them."""

import json

import numpy as np
import pytest
from scipy import signal

from tests.emg_rig import CENTRE, SETTLING, UNDEFINED, run_chain
from tests.interpreters import run_micropython
from tests.rise_bursts import latency_errors, median_and_sign


def tones(levels: list[float], seconds: float = 4.0) -> np.ndarray:
    """Counts of 90 Hz per channel with these mean rectified sizes in microvolts, after one second of rest."""
    t_s = np.arange(0, seconds, 1e-3)
    rise = signal.lfilter([0.02], [1, -0.98], t_s >= 1.0)
    size = np.array(levels) / 1.00708 * np.pi / 2
    noise = np.random.default_rng(1).normal(0, 3, (len(t_s), len(levels)))
    return (CENTRE + rise[:, None] * size * np.sin(2 * np.pi * 90 * t_s)[:, None] + noise).round().astype(int)


def test_per_mille_is_the_share_of_the_own_maximum_and_may_exceed_1000(mpy, tmp_path):
    run = run_chain(
        mpy, tmp_path, tones([60, 120, 240, 50]), ["UT", "MT", "LT", "LAT"], mvc_uv_q4=[1920, 1920, 1920, 0]
    )
    assert np.allclose(run.mvc_permille[-1, :3], [500, 1000, 2000], atol=15)
    assert np.all(run.mvc_permille[:, 3] == UNDEFINED)
    assert np.allclose(run.envelope_uv[-1], [60, 120, 240, 50], rtol=0.02)


def test_ratios_are_of_per_mille_and_undefined_without_a_worked_denominator(mpy, tmp_path):
    sites = ["UT", "MT", "LT", "LAT"]
    run = run_chain(mpy, tmp_path, tones([60, 120, 30, 240]), sites, mvc_uv_q4=[1920, 1920, 1920, 3840])
    assert np.allclose(run.ratios_q8[-1] / 256, [2.0, 0.5, 1.0], rtol=0.05)
    assert np.all(run.ratios_q8[:29] == UNDEFINED)  # settling
    assert np.all(run.ratios_q8[40:90] == UNDEFINED)  # rest: under 40 per mille
    weak = run_chain(mpy, tmp_path, tones([60, 3, 30, 240]), sites, mvc_uv_q4=[1920, 1920, 0, 3840])
    assert np.all(weak.ratios_q8 == UNDEFINED)  # MT hardly works, LT has no MVC
    three = run_chain(mpy, tmp_path, tones([60, 120, 30]), ["UT", "MT", "LT"], mvc_uv_q4=[1920, 960, 1920])
    assert three.ratios_q8[-1, 2] == UNDEFINED
    assert np.all(three.ratios_q8[-1, :2] > 0)


def test_a_ratio_never_comes_from_a_bad_channel(mpy, tmp_path):
    counts = tones([60, 120, 30, 240])
    counts[2500:, 1] = 16380
    run = run_chain(mpy, tmp_path, counts, ["UT", "MT", "LT", "LAT"], mvc_uv_q4=[1920] * 4)
    assert np.all(run.ratios_q8[300:, 1:] == UNDEFINED)
    assert np.all(run.ratios_q8[300:, 0] != UNDEFINED)


def test_onset_times_wrap_with_the_ticks(mpy, tmp_path):
    counts = tones([100])
    run = run_chain(mpy, tmp_path, counts, ["UT"])
    wrapped = run_chain(mpy, tmp_path, counts, ["UT"], start_us=2**30 - 500_000)
    at_us = run.onset_us[-1, 0] - 1_000_000
    assert 995_000 <= at_us <= 1_015_000
    # the script's own clock does not wrap, so compare modulo 2^30
    assert wrapped.onset_us[-1, 0] == (2**30 - 500_000 + at_us) % 2**30


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('("UT",) * 5, 30, 0, []', "1..4"),
        ("(), 30, 0, []", "1..4"),
        ('("UT",), 25, 0, []', "30 or 20"),
        ('("UT",), 30, 55, []', "50 or 60"),
    ],
)
def test_a_chain_that_cannot_be_is_refused(mpy, arguments, words):
    script = f"""
from array import array
from rhomboid.activation.chain import EmgChain
try:
    EmgChain({arguments}, array("i", [0] * 48))
except ValueError as error:
    print(error)
"""
    assert words in run_micropython(mpy, script)


REFERENCES = """
import json, sys
from array import array
from rhomboid import features as f
from rhomboid.activation.normalisation import ReferenceTests
tests, efforts = json.load(open(sys.argv[1]))
features = array("i", [0] * f.COUNT)
series = ReferenceTests(2, features)
for test in tests:
    series.begin()
    for a, b, bad in test:
        features[f.ENVELOPE_0_UV_Q4] = a
        features[f.ENVELOPE_0_UV_Q4 + 1] = b
        features[f.QUALITY_0 + 1] = bad
        series.step()
    series.end()
answers = []
for effort in efforts:
    try:
        answers.append(series.references_uv_q4(effort))
    except ValueError as error:
        answers.append(str(error))
print(json.dumps([series.tests, answers]))
"""


def answers(mpy, folder, script, question):
    """What a script prints about a question, which goes through a file: the interpreter takes short arguments only."""
    file = folder / "question.json"
    file.write_text(json.dumps(question))
    return json.loads(run_micropython(mpy, script, file))


def test_the_reference_is_each_muscles_best_half_second_over_all_tests(mpy_all, tmp_path):
    one = [[1000, 300, 0]] * 60 + [[8000, 300, 0]] * 10 + [[1000, 300, 0]] * 60
    other = [[900, 2000, 0]] * 120
    count, [maximal, half] = answers(mpy_all, tmp_path, REFERENCES, [[one, other], [1000, 500]])
    assert count == 2
    assert maximal == [(40 * 1000 + 10 * 8000) // 50, 2000]  # a jerk of 0.1 s is no plateau
    assert half == [2 * maximal[0], 4000]


def test_rest_bad_channels_and_absurd_efforts_give_no_reference(mpy, tmp_path):
    silent = [[100, 5000, SETTLING]] * 100
    _, [maximal, *errors] = answers(mpy, tmp_path, REFERENCES, [[silent], [1000, 50, 1200]])
    assert maximal == [0, 0]
    assert all("100..1000" in error for error in errors)


REPETITION = """
import json, sys
from array import array
from rhomboid import features as f
from rhomboid.activation.repetition_activation import RepetitionActivation
begin_us, ticks, start_us = json.load(open(sys.argv[1]))
features = array("i", [0] * f.COUNT)
repetition = RepetitionActivation(2, features)
answers = []
for _ in range(2):
    repetition.begin(begin_us)
    for a, b, onset_a, onset_b in ticks:
        features[f.MVC_0_PERMILLE] = a
        features[f.MVC_0_PERMILLE + 1] = b
        features[f.RISE_0_US] = onset_a
        features[f.RISE_0_US + 1] = onset_b
        repetition.step()
    repetition.end(start_us)
    answers.append([list(x) for x in (repetition.peak_permille, repetition.mean_permille, repetition.onset_us)])
assert answers[0] == answers[1]
print(json.dumps(answers[0]))
"""


def test_a_repetition_keeps_peak_mean_and_first_onset(mpy_all, tmp_path):
    begin_us = 2**30 - 100_000
    before = begin_us - 200_000
    ticks = [
        [100, UNDEFINED, -1, begin_us - 1_500_000],
        [300, UNDEFINED, before, begin_us - 1_500_000],
        [200, UNDEFINED, 50_000, begin_us - 1_500_000],
    ]
    peak, mean, onset = answers(mpy_all, tmp_path, REPETITION, [begin_us, ticks, begin_us])
    assert peak == [300, UNDEFINED]
    assert mean == [200, UNDEFINED]
    assert onset == [-200_000, UNDEFINED]  # more than a second before the arm is not this repetition's


def test_an_onset_after_the_ticks_wrap_is_later(mpy_all, tmp_path):
    ticks = [[0, 0, -1, 400_000], [0, 0, -1, 400_000]]
    _, _, onset = answers(mpy_all, tmp_path, REPETITION, [2**30 - 100_000, ticks, 2**30 - 100_000])
    assert onset == [UNDEFINED, 500_000]


@pytest.mark.parametrize("start_us", [2**30 - 160_000, 5_000])
def test_onsets_count_from_the_start_as_it_was_measured_afterwards(mpy_all, tmp_path, start_us):
    ticks = [[0, 0, -1, 400_000], [0, 0, -1, 400_000]]
    _, _, onset = answers(mpy_all, tmp_path, REPETITION, [2**30 - 100_000, ticks, start_us])
    assert onset == [UNDEFINED, (400_000 - start_us) % 2**30]


@pytest.mark.parametrize("tonic", [False, True])
@pytest.mark.parametrize(("snr_db", "least_ms", "most_error_ms"), [(12, 60, 22), (8, 100, 40)])
def test_the_latency_between_two_muscles_is_that_of_their_rises(mpy, tmp_path, tonic, snr_db, least_ms, most_error_ms):
    """A quick look; the statistics stand in tests/validate/test_onset_latency.py."""
    median_ms, right = median_and_sign(*latency_errors(mpy, tmp_path, snr_db, 12, 3, tonic), least_ms)
    assert median_ms <= most_error_ms
    assert right >= 95
