"""Which cue is given and when, and how much a body is vibrated: the schedule and the dose as claims."""

from array import array

import pytest

from tests.checked_viper import load

WRAP = 2**30


def ticks_diff(a, b):
    return (a - b + WRAP // 2) % WRAP - WRAP // 2


schedule = load("coaching/schedule.py")
dose = load("haptics/dose.py")
for module in (schedule.CueSchedule, dose.HapticDose):
    module.__init__.__globals__["ticks_diff"] = ticks_diff
RANKS = array("i", [2, 1, 0, 3])  # rule 2 is the most useful


class Bench:
    """A schedule at 100 Hz; `given` is the list of (ms since the start, rule)."""

    def __init__(self, t_us=0, **options):
        self.schedule = schedule.CueSchedule(RANKS, **options)
        self.start_us = self.t_us = t_us
        self.ms = 0
        self.given = []

    def step(self, *rules, ticks=1, marked=False):
        """These rules fire in consecutive ticks, then silence for the rest of `ticks`."""
        for k in range(max(ticks, len(rules))):
            rule = self.schedule.step(self.t_us, rules[k] if k < len(rules) else -1, marked)
            if rule >= 0:
                self.given.append((self.ms, rule))
            self.t_us = (self.t_us + 10_000) % WRAP
            self.ms += 10


def test_a_cue_comes_in_the_tick_of_its_rule():
    bench = Bench()
    bench.step(1, ticks=100)
    assert bench.given == [(0, 1)]


def test_one_cue_at_a_time_with_a_second_between():
    bench = Bench()
    bench.step(1)
    bench.step(ticks=50)
    bench.step(0)
    bench.step(ticks=100)
    assert bench.given == [(0, 1), (1000, 0)]


def test_of_those_that_wait_the_most_useful_is_given_and_only_one():
    bench = Bench()
    bench.step(1, ticks=60)
    bench.step(3, 0, 2, 0, ticks=200)
    assert bench.given == [(0, 1), (1000, 2)]


def test_a_cue_that_waited_too_long_teaches_the_wrong_movement_and_is_dropped():
    bench = Bench()
    bench.step(1, ticks=10)
    bench.step(2, ticks=300)
    assert bench.given == [(0, 1)]
    assert bench.schedule.cells[schedule.EXPIRED] == 1


def test_the_same_rule_cools_down_while_others_may_speak():
    bench = Bench()
    bench.step(1, ticks=120)
    bench.step(1, 0, ticks=100)
    bench.step(1, ticks=100)
    assert bench.given == [(0, 1), (1210, 0), (2210, 1)]
    assert bench.schedule.cells[schedule.WITHHELD] == 1


def test_frames_marked_by_a_pulse_decide_no_cue():
    bench = Bench()
    bench.step(1, ticks=30, marked=True)
    assert bench.given == []
    bench.step(ticks=5)
    assert bench.given == [(300, 1)]


def test_snooze_silences_until_it_ends_or_is_ended():
    bench = Bench()
    assert bench.schedule.snooze(bench.t_us)
    bench.step(1, ticks=11_000)
    assert bench.given == []
    bench.step(ticks=1001)
    bench.step(1)
    assert [rule for _, rule in bench.given] == [1]
    assert bench.schedule.snooze(bench.t_us) and not bench.schedule.snooze(bench.t_us)
    bench.step(ticks=300)
    bench.step(2)
    assert [rule for _, rule in bench.given] == [1, 2]


def test_cues_can_be_off_while_rules_still_judge():
    bench = Bench(enabled=False)
    bench.step(1, 2, 3, ticks=100)
    assert bench.given == [] and bench.schedule.cells[schedule.WITHHELD] == 3


@pytest.mark.parametrize("level, share", [(0, 1.0), (1, 0.5), (2, 1 / 3)])
def test_fading_spreads_the_feedback_evenly_over_the_repetitions(level, share):
    bench = Bench(level=level, fading=False)
    with_feedback = []
    for number in range(60):
        bench.schedule.begin_repetition()
        before = len(bench.given)
        bench.step(1, ticks=300)
        if len(bench.given) > before:
            with_feedback.append(number)
    assert len(with_feedback) == pytest.approx(60 * share, abs=1)
    gaps = {b - a for a, b in zip(with_feedback, with_feedback[1:], strict=False)}
    assert max(gaps) - min(gaps) <= 1


def test_feedback_fades_as_skill_grows_and_comes_back_when_it_is_lost():
    bench = Bench()
    levels = []
    for clean in [True] * 25 + [False] * 25:
        bench.schedule.begin_repetition()
        bench.schedule.end_repetition(0 if clean else 1)
        levels.append(bench.schedule.level())
    assert levels[:9] == [0] * 9 and levels[9:19] == [1] * 10 and levels[19:25] == [2] * 6
    assert levels[-1] == 0


def test_eight_clean_of_ten_are_skill_and_seven_are_not():
    for faults, level in ((2, 1), (3, 0)):
        bench = Bench()
        for k in range(10):
            bench.schedule.end_repetition(1 if k < faults else 0)
        assert bench.schedule.level() == level


def test_a_new_set_starts_with_nothing_waiting():
    bench = Bench()
    bench.step(1, ticks=60)
    bench.step(2)
    bench.schedule.begin_set()
    bench.step(ticks=200)
    assert bench.given == [(0, 1)]
    bench.step(1)
    assert bench.given[-1][1] == 1


def test_the_wrap_of_ticks_is_not_seen():
    bench = Bench(t_us=WRAP - 500_000)
    bench.step(1, ticks=60)
    bench.step(0, ticks=100)
    assert bench.given == [(0, 1), (1000, 0)]


def test_a_cue_after_a_long_silence_is_not_taken_for_an_early_one():
    bench = Bench()
    bench.step(1, ticks=300)
    bench.t_us = (bench.t_us + WRAP - 3_000_000) % WRAP  # 18 minutes later: ticks stand where they stood
    bench.ms = 0
    bench.step(1)
    assert bench.given == [(0, 1), (0, 1)]


class Played:
    """Patterns of 300 ms with 200 ms of vibration."""

    total_ms = array("i", [300])
    on_ms = array("i", [200])


def test_vibration_is_limited_to_ten_percent_on_average():
    body = dose.HapticDose(Played, 0)
    played = sum(body.admit(0, second * 1_000_000) for second in range(0, 500))
    assert 500 * 0.1 / 0.2 <= played <= 500 * 0.1 / 0.2 + 3.0 / 0.2
    assert body.cells[dose.REFUSED] == 500 - played


def test_frames_are_marked_until_150_ms_after_the_pattern():
    body = dose.HapticDose(Played, 0)
    assert not body.marked(0)
    assert body.admit(0, WRAP - 100_000)
    assert body.marked(WRAP - 100_000) and body.marked(349_000)
    assert not body.marked(350_000) and not body.marked(20_000)
