"""The fatigue index of a set: what makes it rise, what does not, and what is advised."""

import numpy as np
import pytest

from tests.checked_viper import load

fatigue = load("coaching/fatigue.py")
UNKNOWN = fatigue.UNKNOWN


def train(*, frequency=0.0, amplitude=0.0, speed=0.0, fade=0.0, count=12, spread=0.0, seed=0, body=None):
    """A set whose measures change by these shares from its first to its last repetition; (advices, body)."""
    rng = np.random.default_rng(seed)
    body = body or fatigue.Fatigue(1)
    body.begin_set()
    advices = []
    for k in range(count):
        way = k / (count - 1)
        noise = np.exp(rng.normal(0, spread, 3))
        mdf_hz_q8 = int(70 * 256 * (1 + frequency * way) * noise[0] ** 0.35)
        body.spectrum(0, mdf_hz_q8, int(2000 * (1 + amplitude * way) * noise[1]))
        advices.append(body.repetition(7000, int(1300 / (1 + speed * way) * noise[2]), int(1000 * fade * way)))
    return advices, body


def test_a_fresh_set_gets_no_advice():
    advices, body = train()
    assert advices == [fatigue.NONE] * 12 and body.index == 0


@pytest.mark.parametrize(
    "change",
    [{"frequency": -0.4, "amplitude": 0.3}, {"speed": -0.5}, {"fade": -0.6}],
    ids=["frequency down", "slower", "hold decays"],
)
def test_tiredness_first_lengthens_the_rest_then_ends_the_set(change):
    advices, body = train(**change)
    assert advices[-1] == fatigue.END_SET and body.index >= 1000
    assert advices == sorted(advices)
    assert fatigue.LENGTHEN_REST in advices


def test_one_tired_site_of_four_is_told_in_the_mean_and_not_over_the_limit():
    body = fatigue.Fatigue(4)
    body.begin_set()
    for k in range(12):
        for channel in range(4):
            body.spectrum(channel, 18_000 - (400 * k if channel == 2 else 0), 2000)
        body.repetition(7000, 1300, UNKNOWN)
    assert body.losses[0] <= 10 and body.index < 500


def test_a_muscle_that_does_less_is_not_tired_for_it():
    advices, _ = train(frequency=-0.2, amplitude=-0.4)
    assert set(advices) == {fatigue.NONE}


def test_one_odd_repetition_says_nothing():
    body = fatigue.Fatigue(1)
    body.begin_set()
    for k in range(10):
        body.spectrum(0, 70 * 256, 2000)
        advice = body.repetition(7000, 5000 if k == 7 else 1300, UNKNOWN)
        assert advice in (fatigue.NONE, fatigue.LENGTHEN_REST)


def test_natural_spread_ends_few_sets():
    """Tempo 15 %, amplitude 10 % and 5 % of frequency estimates from repetition to repetition."""
    ended = sum(fatigue.END_SET in train(spread=0.15, count=10, seed=seed)[0] for seed in range(300))
    assert ended <= 6


def test_a_second_tired_set_running_is_the_time_to_stop():
    advices, body = train(speed=-0.5)
    advices, _ = train(speed=-0.5, body=body)
    assert advices[-1] == fatigue.STOP


def test_a_fresh_set_between_forgives():
    _, body = train(speed=-0.5)
    _, body = train(body=body)
    advices, _ = train(speed=-0.5, body=body)
    assert advices[-1] == fatigue.END_SET


def test_without_any_measure_there_is_no_advice():
    body = fatigue.Fatigue(0)
    body.begin_set()
    for _ in range(20):
        body.spectrum(0, UNKNOWN, UNKNOWN)
        assert body.repetition(UNKNOWN, UNKNOWN, UNKNOWN) == fatigue.NONE


def test_where_speed_is_meant_a_fifth_less_is_enough():
    body = fatigue.Fatigue(1)
    body.speed_limit = fatigue.FAST_LOSS
    advices, _ = train(speed=-0.3, body=body)
    assert advices[-1] == fatigue.END_SET
    assert train(speed=-0.3)[0][-1] != fatigue.END_SET


def test_the_spread_of_a_median_is_no_fatigue():
    """One and four sites, a result each a repetition, spread by 6.5 %: rest is lengthened in few of 300 sets."""
    rng = np.random.default_rng(5)
    for channels in (1, 4):
        advised = 0
        for _ in range(300):
            body = fatigue.Fatigue(channels)
            body.begin_set()
            worst = 0
            for _ in range(10):
                for channel in range(channels):
                    body.spectrum(channel, int(17_000 * (1 + 0.065 * rng.standard_normal())), 2000)
                worst = max(worst, body.repetition(7000, 1300, UNKNOWN))
            advised += worst > 0
        assert advised <= 15
