"""The closed loop: what a felt cue changes, that the board waits for it, and how the athlete of a course learns."""

import numpy as np
import pytest

from host_tools.athlete.athlete import Athlete
from host_tools.athlete.faults import fault
from host_tools.athlete.learner import Learner, Traits
from host_tools.athlete.workout import Plan
from host_tools.sim import course
from host_tools.stimuli.streams import write_streams


def learner(seed=0, **traits):
    return Learner(np.random.default_rng(seed), Traits(spread=0.0, **traits))


def practise(one, repetitions, cued, share):
    for _ in range(repetitions):
        degree = one.degree(0.0)
        one.end_repetition(degree, cued(degree), share)
    return one


def test_a_cue_changes_the_next_repetition_and_its_effect_fades():
    one = learner(compliance=1.0)
    before = one.degree(0.0)
    one.end_repetition(before, True, 1.0)
    after = one.degree(0.0)
    assert after == pytest.approx(0.4 * before, rel=0.05)
    practise(one, 20, lambda _: False, 0.0)
    assert one.degree(0.0) > 0.8 * one.habit


def test_a_cue_that_is_not_followed_changes_nothing_now():
    one = learner(compliance=0.0)
    before = one.degree(0.0)
    one.end_repetition(before, True, 1.0)
    assert one.degree(0.0) == pytest.approx(before, rel=0.01)


def test_who_is_always_told_does_not_look_himself():
    """The guidance hypothesis, as assumed: the habit of who relies on the device falls less."""
    relying = practise(learner(), 200, lambda degree: degree > 0.6, 1.0)
    faded = practise(learner(), 200, lambda degree: degree > 0.6, 0.33)
    alone = practise(learner(), 200, lambda degree: False, 0.0)
    assert faded.habit < alone.habit < relying.habit


def test_some_of_the_gain_is_forgotten_over_night():
    one = practise(learner(), 100, lambda degree: degree > 0.6, 0.33)
    gained = one.habit
    one.begin_day()
    assert gained < one.habit < gained + 0.05


def test_the_forecast_is_what_comes_without_a_cue():
    one = learner(seed=3)
    spread = np.zeros(5)
    ahead = one.degrees(spread)
    for expected in ahead:
        assert one.degree(0.0) == pytest.approx(expected)
        one.end_repetition(expected, False, one.trust)


def test_what_has_been_seen_stays_when_the_future_changes(tmp_path):
    """Streams of the same day with another degree from the sixth repetition on: equal up to there, other after."""

    def streams(degrees, folder):
        folder.mkdir()
        profile = course._Graded(fault("extension"), degrees)
        plan = Plan(sets=(8,), false_starts=0, regrips=0)
        athlete = Athlete(profile, "row", 4, False, plan, 2)
        made = write_streams(athlete, ("UT", "MT", "LT", "LAT"), folder, 9, False, 3.0, athlete.duration_s + 3)
        return athlete, made

    athlete, first = streams([1.0] * 8, tmp_path / "a")
    _, second = streams([1.0] * 5 + [0.2] * 3, tmp_path / "b")
    kept_s = 3.0 + athlete.workout.repetitions[4].end_s
    for name, width, hz in (("imu_thorax.i32", 16, 400), ("imu_scapula.i32", 16, 400), ("adc.u16", 8, 4000)):
        kept = int((kept_s - 0.05) * hz * 0.999) * width
        one, other = (tmp_path / "a" / name).read_bytes(), (tmp_path / "b" / name).read_bytes()
        assert len(one) == len(other) and one[:kept] == other[:kept]
        assert name == "adc.u16" or one[kept:] != other[kept:]
    assert first.duration_s == second.duration_s


def test_a_day_of_training_in_the_closed_loop(tmp_path):
    """Cues of the real firmware are felt, and what follows them is better than what came before."""
    told = course.Course("always", 2, tmp_path / "told")
    silent = course.Course("none", 2, tmp_path / "silent")
    day, other = told.day(), silent.day()
    assert day.cued and not other.cued
    assert day.degrees[0] == pytest.approx(other.degrees[0])
    assert np.mean(day.degrees[2:]) < 0.75 * np.mean(other.degrees[2:])
    assert (day.share, other.share) == (100, 0)
    assert other.faulty >= 8 > day.faulty
