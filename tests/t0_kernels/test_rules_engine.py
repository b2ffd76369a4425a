"""The rule engine as claims: when a rule speaks, when it is quiet, what it learns. Kernels run word-checked."""

from array import array
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checked_viper import load

rules = load("coaching/rules.py")
UNDEFINED = -32768
REST, CONCENTRIC, ISOMETRIC, ECCENTRIC = range(4)
NOTHING, STARTED, CHANGED, COMPLETED, ABANDONED = range(5)
FLAGS, QUALITY_0, PULSE, THORAX_DEAD = 15, 24, 8, 16
MEASURE, GATE = 5, 6  # any feature cells
TICK_US = 10_000


def row(**changes):
    """One level rule: fires above 100 for 50 ms in the concentric phase."""
    return {
        "name": "tested", "look": 0, "rule": 0, "measure": MEASURE, "low": rules.NO_LOW, "high": 100, "hysteresis": 0,
        "phases": 1 << CONCENTRIC, "at_end_of": 0, "dwell_ms": 50, "refractory_ms": 1000, "silent": THORAX_DEAD,
        "channels": 0, "gate": None, "repeats": 0, "spread": 0, "own": (0, 0, 0),
    } | changes  # fmt: skip


class Bench:
    """An engine with its feature vector and a clock; step() answers the rule that fired."""

    def __init__(self, *rows, t_us=0):
        self.features = array("i", [0] * 48)
        measures = SimpleNamespace(values=array("i", [0] * 8), index=lambda cell: cell, forget_names=lambda: None)
        self.engine = rules.RuleEngine(rows or (row(),), self.features, measures)
        self.t_us = t_us
        self.engine.begin_set(t_us)

    def step(self, value=None, phase=CONCENTRIC, event=NOTHING, ticks=1):
        """The rules that fired in `ticks` ticks, in order."""
        fired = []
        for _ in range(ticks):
            self.t_us = (self.t_us + TICK_US) & 0x3FFFFFFF
            if value is not None:
                self.features[MEASURE] = value
            rule = self.engine.step(self.t_us, event, phase)
            event = NOTHING
            if rule >= 0:
                fired.append(rule)
        return fired

    def repetition(self, value, ticks=20):
        """A complete repetition with this value in its concentric phase."""
        self.step(0, REST, ticks=5)
        fired = self.step(value, CONCENTRIC, STARTED) + self.step(value, CONCENTRIC, ticks=ticks - 1)
        fired += self.step(0, ECCENTRIC, CHANGED) + self.step(0, ECCENTRIC, ticks=10)
        return fired + self.step(0, REST, COMPLETED)


def test_a_level_rule_fires_after_its_dwell_and_not_before():
    bench = Bench()
    bench.step(0, event=STARTED)
    assert bench.step(101, ticks=4) == []
    assert bench.step(101) == [0]
    assert bench.engine.value() == 101 and bench.engine.verdict() == 1


def test_the_dwell_starts_anew_when_the_measure_comes_back():
    bench = Bench()
    bench.step(0, event=STARTED)
    for _ in range(5):
        assert bench.step(200, ticks=4) == []
        assert bench.step(100) == []


def test_it_looks_only_in_its_phases():
    bench = Bench()
    assert bench.step(500, REST, ticks=20) == []
    assert bench.step(500, ISOMETRIC, STARTED) + bench.step(500, ISOMETRIC, ticks=20) == []


def test_it_fires_once_in_a_repetition_and_again_in_the_next():
    bench = Bench(row(refractory_ms=0))
    assert bench.repetition(500, ticks=300) == [0]
    assert bench.repetition(500, ticks=300) == [0]


def test_without_repetitions_it_repeats_after_the_refractory_time():
    bench = Bench(row(repeats=1, phases=15, refractory_ms=1000))
    fired = bench.step(500, REST, ticks=320)
    assert len(fired) == 4


def test_an_end_rule_judges_when_its_phase_ends_and_only_then():
    bench = Bench(row(at_end_of=1 << CONCENTRIC, phases=0))
    assert bench.step(500, CONCENTRIC, STARTED) + bench.step(500, ticks=50) == []
    assert bench.step(500, ISOMETRIC, CHANGED) == [0]
    assert bench.step(500, ISOMETRIC, ticks=20) == []


def test_an_end_rule_can_judge_the_complete_repetition():
    bench = Bench(row(at_end_of=16, phases=0))
    bench.step(500, CONCENTRIC, STARTED)
    assert bench.step(500, ECCENTRIC, CHANGED, ticks=5) == []
    assert bench.step(500, REST, COMPLETED) == [0]


def test_an_abandoned_repetition_decides_nothing_at_its_end():
    bench = Bench(row(at_end_of=1 << CONCENTRIC | 16, phases=0))
    bench.step(500, CONCENTRIC, STARTED, ticks=30)
    assert bench.step(500, REST, ABANDONED) == []


def test_what_is_undefined_is_quiet():
    bench = Bench(row(low=-100, high=100))
    bench.step(0, event=STARTED)
    assert bench.step(UNDEFINED, ticks=100) == []
    assert bench.engine.quiet() == 1


def test_a_flag_that_silences_starts_the_dwell_anew():
    bench = Bench()
    bench.step(0, event=STARTED)
    bench.step(500, ticks=4)
    bench.features[FLAGS] = THORAX_DEAD
    assert bench.step(500, ticks=50) == []
    bench.features[FLAGS] = 0
    assert bench.step(500, ticks=4) == []
    assert bench.step(500) == [0]


def test_frames_marked_by_a_pulse_decide_nothing_and_the_dwell_waits():
    bench = Bench()
    bench.step(0, event=STARTED)
    bench.step(500, ticks=4)
    bench.features[FLAGS] = PULSE
    assert bench.step(500, ticks=50) == []
    bench.features[FLAGS] = 0
    assert bench.step(500) == [0]


@pytest.mark.parametrize("bits, quiet", [(bit, bit != 64) for bit in (1, 2, 4, 8, 16, 32, 64, 128)])
def test_a_bad_channel_silences_the_rules_that_need_it(bits, quiet):
    bench = Bench(row(channels=0b10))
    bench.features[QUALITY_0] = 0xFF  # not its channel
    bench.features[QUALITY_0 + 1] = bits
    bench.step(0, event=STARTED)
    assert bench.step(500, ticks=10) == ([] if quiet else [0])


@pytest.mark.parametrize("gate, fires", [(49, False), (50, True), (80, True), (81, False), (UNDEFINED, False)])
def test_a_gate_must_hold_as_well(gate, fires):
    bench = Bench(row(gate=(GATE, 50, 80)))
    bench.features[GATE] = gate
    bench.step(0, event=STARTED)
    assert bench.step(500, ticks=10) == ([0] if fires else [])


def test_the_most_useful_of_several_answers_and_all_are_in_the_verdict():
    bench = Bench(row(rule=7), row(rule=3), row(rule=29, high=400))
    assert bench.repetition(300) == [7]
    assert bench.engine.verdict() == 1 << 7 | 1 << 3


def test_the_verdict_stays_until_the_next_repetition_starts():
    bench = Bench()
    bench.repetition(500)
    assert bench.engine.verdict() == 1
    bench.step(0, REST, ticks=50)
    assert bench.engine.verdict() == 1
    bench.step(0, CONCENTRIC, STARTED)
    assert bench.engine.verdict() == 0


def test_after_a_fault_the_next_repetition_must_be_clearly_better():
    bench = Bench(row(hysteresis=30, refractory_ms=0))
    assert bench.repetition(80) == []
    assert bench.repetition(120) == [0]
    assert bench.repetition(80) == [0]
    assert bench.repetition(65) == []
    assert bench.repetition(80) == []


def test_the_own_value_follows_good_repetitions_within_its_limits():
    bench = Bench(row(own=(0, -60, 60)))
    for _ in range(30):
        bench.repetition(40)
    assert 34 <= bench.engine.learned(["tested"])["tested"][0] <= 40
    assert bench.repetition(130) == []
    assert bench.repetition(145) == [0]


def test_what_is_wrong_is_not_learned():
    bench = Bench(row(own=(0, -60, 60)))
    for _ in range(30):
        assert bench.repetition(120) == [0]
        bench.step(0, REST, ticks=100)
    assert bench.engine.learned(["tested"]) == {"tested": [0]}
    for _ in range(30):
        bench.repetition(51)  # beyond half of the band
    assert bench.engine.learned(["tested"]) == {"tested": [0]}


def test_the_own_value_never_leaves_its_limits():
    bench = Bench(row(own=(0, -20, 20)))
    for _ in range(30):
        bench.repetition(50)
    assert bench.engine.learned(["tested"]) == {"tested": [20]}


def test_a_spread_widens_the_band_in_proportion_to_the_own_value():
    bench = Bench(row(high=0, spread=350, own=(200, 200, 200)))
    assert bench.repetition(269) == []
    assert bench.repetition(271) == [0]


def test_a_new_set_forgets_what_was_going_on_and_keeps_what_was_learned():
    bench = Bench(row(own=(0, -60, 60), hysteresis=30))
    for _ in range(10):
        bench.repetition(40)
    learned = bench.engine.learned(["tested"])
    bench.repetition(200)
    bench.step(500, CONCENTRIC, STARTED, ticks=3)
    bench.engine.begin_set(bench.t_us)
    assert bench.engine.learned(["tested"]) == learned and bench.engine.verdict() == 0
    assert bench.repetition(learned["tested"][0] + 90) == []


def test_a_rule_number_beyond_the_verdict_bits_is_refused():
    with pytest.raises(rules.UnknownRule, match="30 of tested"):
        Bench(row(rule=30))


def test_the_wrap_of_ticks_is_not_seen():
    bench = Bench(t_us=2**30 - 60_000)
    assert bench.repetition(500) == [0]


def test_a_stall_counts_as_100_ms_at_most():
    bench = Bench(row(dwell_ms=150))
    bench.step(500, event=STARTED)
    bench.t_us += 5_000_000
    assert bench.step(500) == []
    assert bench.step(500, ticks=4) == [0]


VALUES = st.one_of(st.just(UNDEFINED), st.integers(-500_000, 500_000))
TICKS = st.tuples(
    VALUES, st.integers(0, 3), st.integers(0, 4), st.integers(0, 127), st.integers(0, 255), st.integers(0, 2**30 - 1)
)


@settings(max_examples=150, deadline=None)
@given(
    bands=st.lists(
        st.fixed_dictionaries(
            {
                "low": st.one_of(st.just(rules.NO_LOW), st.integers(-500_000, 500_000)),
                "high": st.one_of(st.just(rules.NO_HIGH), st.integers(-500_000, 500_000)),
                "hysteresis": st.integers(0, 10_000),
                "phases": st.integers(0, 15),
                "at_end_of": st.sampled_from([0, 0, 2, 6, 16, 31]),
                "dwell_ms": st.integers(0, 5000),
                "refractory_ms": st.integers(0, 60_000),
                "silent": st.integers(0, 127),
                "channels": st.integers(0, 15),
                "gate": st.one_of(st.none(), st.tuples(st.just(GATE), st.integers(-100, 0), st.integers(0, 100))),
                "repeats": st.integers(0, 1),
                "spread": st.integers(0, 1000),
                "own": st.tuples(*[st.integers(-500_000, 500_000)] * 3),
                "rule": st.integers(0, 29),
            }
        ),
        min_size=1,
        max_size=4,
    ),
    ticks=st.lists(TICKS, max_size=40),
)
def test_nothing_within_the_stated_bounds_leaves_32_bits(bands, ticks):
    bench = Bench(*[row(**band) for band in bands])
    for value, phase, event, flags, quality, t_us in ticks:
        bench.features[MEASURE] = value
        bench.features[GATE] = value % 200 - 100
        bench.features[FLAGS] = flags
        bench.features[QUALITY_0] = quality
        bench.engine.step(t_us, event, phase)
        assert 0 <= bench.engine.verdict() < 2**30
