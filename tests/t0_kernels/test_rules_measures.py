"""The measures behind the rules against their definitions in float64. Kernels run word-checked on CPython."""

from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checked_viper import load

measures = load("coaching/measures.py")
measures.Measures.__init__.__globals__["UNDEFINED"] = -32768
UNDEFINED = -32768
REST, CONCENTRIC, ISOMETRIC, ECCENTRIC = range(4)
NOTHING, STARTED, CHANGED, COMPLETED, ABANDONED = range(5)
FLAGS, QUALITY_0, PULSE = 15, 24, 8
A, B, C = 5, 6, 7  # any feature cells
TICK_US = 10_000
ALWAYS, EFFORT, HOLD = 15, 6, 4


class Bench:
    """One measure "m" after the rows it reads; step() answers its value."""

    def __init__(self, *rows, t_us=0):
        self.features = array("i", [0] * 48)
        self.record = array("i", [0] * 6)
        self.measures = measures.Measures(list(rows), self.features, self.record)
        self.cell = self.measures.index(rows[-1][0])
        self.t_us = t_us
        self.measures.begin_set(t_us)

    def step(self, a=0, b=0, c=0, phase=REST, event=NOTHING, flags=0):
        self.t_us = (self.t_us + TICK_US) & 0x3FFFFFFF
        self.features[A], self.features[B], self.features[C], self.features[FLAGS] = a, b, c, flags
        self.measures.step(self.t_us, event, phase)
        return self.value()

    def value(self):
        if self.cell < measures.FIRST_VALUE:
            return self.features[self.cell]
        return self.measures.values[self.cell - measures.FIRST_VALUE]


def one(kind, phases=ALWAYS, p1=0, p2=0, a=A, b=B, c=C, target=-1):
    return ("m", kind, a, b, c, phases, p1, p2, target)


def test_the_expected_gap_is_slope_times_elevation_minus_the_measured_change():
    bench = Bench(one(measures.EXPECTED_GAP, p1=310, p2=1000))
    assert bench.step(9000, 2000, UNDEFINED) == 310 * 8000 // 1000 - 2000
    assert bench.step(500, -300, UNDEFINED) == 300


def test_behind_the_body_only_the_outward_part_of_the_elevation_counts():
    bench = Bench(one(measures.EXPECTED_GAP, p1=1000))
    for plane in range(0, -18000, -500):
        expected = 6000 * max(0.0, np.cos(np.radians(max(plane, -9000) / 100)))
        assert abs(bench.step(6000, 0, plane) - expected) < 6000 * 0.06


@pytest.mark.parametrize("a, b", [(UNDEFINED, 0), (0, UNDEFINED)])
@pytest.mark.parametrize("kind", ["EXPECTED_GAP", "QUOTIENT"])
def test_what_reads_something_undefined_is_undefined(kind, a, b):
    assert Bench(one(getattr(measures, kind))).step(a, b) == UNDEFINED


def test_smooth_is_a_first_order_low_pass():
    bench = Bench(one(measures.SMOOTH, p1=4))
    bench.step(0)
    values = [bench.step(1600) for _ in range(100)]
    assert np.allclose(values, 1600 * (1 - (15 / 16) ** np.arange(1, 101)), atol=1.5)


def test_smooth_starts_at_its_first_value_and_anew_after_a_gap():
    bench = Bench(one(measures.SMOOTH, p1=4))
    assert bench.step(-700) == -700
    assert bench.step(UNDEFINED) == UNDEFINED
    assert bench.step(300) == 300


@pytest.mark.parametrize("kind", ["SMOOTH", "SINCE", "FADE", "MEAN", "RATIO_Q8", "EXPECTED_GAP"])
def test_marked_frames_change_nothing(kind):
    bench = Bench(one(getattr(measures, kind), phases=EFFORT, p1=4, p2=1, c=0b11))
    bench.step(300, 400, event=STARTED, phase=CONCENTRIC)
    for _ in range(10):
        before = bench.step(300, 400, phase=CONCENTRIC)
    for _ in range(10):
        assert bench.step(9999, 20, phase=CONCENTRIC, flags=PULSE) == before
    assert abs(bench.step(300, 400, phase=CONCENTRIC) - before) <= 1


def test_since_counts_from_the_level_at_rest():
    bench = Bench(one(measures.SINCE, phases=EFFORT, p1=6))
    for _ in range(400):
        assert bench.step(1000) == UNDEFINED
    assert bench.step(1250, event=STARTED, phase=CONCENTRIC) == 250
    assert bench.step(-400, phase=CONCENTRIC) == -1400


def test_since_may_let_the_level_settle_into_the_phase():
    bench = Bench(one(measures.SINCE, phases=HOLD, p1=3, p2=500_000))
    for _ in range(100):
        bench.step(0, phase=CONCENTRIC)
    values = [bench.step(1800, phase=ISOMETRIC) for _ in range(100)]
    assert values[:50] == [UNDEFINED] * 50
    assert max(abs(v) for v in values[50:]) < 20
    assert abs(bench.step(1100, phase=ISOMETRIC) + 700) < 20


def test_fade_is_the_share_of_the_level_that_is_lost():
    bench = Bench(one(measures.FADE, phases=HOLD, p1=3))
    for _ in range(200):
        bench.step(400, phase=CONCENTRIC)
    assert abs(bench.step(200, phase=ISOMETRIC) + 500) <= 3
    quiet = Bench(one(measures.FADE, phases=HOLD, p1=3))
    for _ in range(200):
        quiet.step(39, phase=CONCENTRIC)
    assert quiet.step(10, phase=ISOMETRIC) == UNDEFINED


@given(st.lists(st.integers(-131071, 131071), min_size=1, max_size=300))
@settings(max_examples=50, deadline=None)
def test_mean_is_the_mean_of_the_phase(values):
    bench = Bench(one(measures.MEAN, phases=EFFORT, p1=1))
    values = [v for v in values if v != UNDEFINED] or [0]
    bench.step(values[0], event=STARTED, phase=CONCENTRIC)
    for value in values[1:]:
        bench.step(value, phase=ISOMETRIC)
    assert abs(bench.value() - np.mean(values)) <= 1
    assert bench.step(77, phase=ECCENTRIC) == bench.value()  # held


@given(st.lists(st.integers(-18000, 18000), min_size=1, max_size=60), st.integers(-18000, 18000))
def test_the_top_is_the_mean_of_the_hold_less_half_of_the_level_before(values, before):
    bench = Bench(one(measures.TOP, phases=HOLD, p1=2, p2=500))
    assert bench.step(before) == UNDEFINED
    for _ in range(60):
        bench.step(before)
    assert bench.step(0, phase=CONCENTRIC, event=STARTED) == UNDEFINED
    for value in values:
        got = bench.step(value, phase=ISOMETRIC)
    assert abs(got - (np.mean(values) - before / 2)) <= 2
    assert bench.step(9000, phase=ECCENTRIC) == got == bench.step(0, event=COMPLETED)
    assert bench.step(0) == UNDEFINED


def test_without_a_hold_the_top_is_where_the_way_back_begins():
    bench = Bench(one(measures.TOP, phases=HOLD, p1=2, p2=0))
    bench.step(700, phase=CONCENTRIC, event=STARTED)
    bench.step(800, phase=CONCENTRIC)
    assert bench.step(900, phase=ECCENTRIC, event=CHANGED) == 900
    assert bench.step(100, phase=ECCENTRIC) == 900


def aligned_bench(centre=-500, most=600):
    level = [(name, measures.TOP, cell, 0, 0, HOLD, 7, 0, -1) for name, cell in (("a", A), ("b", B), ("c", C))]
    return Bench(*level, ("m", measures.ALIGNED, "a", "b", "c", ALWAYS, centre + 32768, most, -1))


def effort(bench, a, b, c):
    bench.step(event=STARTED, phase=CONCENTRIC)
    bench.step(a, b, c, phase=ISOMETRIC, event=CHANGED)
    return bench.step(phase=ECCENTRIC, event=CHANGED)


@given(
    st.lists(st.tuples(*[st.integers(-3000, 3000)] * 3), min_size=1, max_size=9),
    st.sampled_from([-550, 0, 120]),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_what_a_turned_sensor_explains_is_taken_off(efforts, centre, new_set):
    bench = aligned_bench(centre)
    for k, (a, b, c) in enumerate(efforts):
        if new_set:  # how the sensor sits is not forgotten
            bench.measures.begin_set(bench.t_us)
        got = effort(bench, a, b, c)
        turned = sum(c - b - centre for _, b, c in efforts[: k + 1]) / (k + 3)
        assert abs(got - (a - min(max(turned, 0), 600))) <= 2
        assert bench.step(event=COMPLETED) == got
    assert bench.step() == UNDEFINED


def test_mean_waits_for_enough_ticks_and_restarts_with_the_repetition():
    bench = Bench(one(measures.MEAN, phases=EFFORT, p1=5, p2=1))
    bench.step(-10, event=STARTED, phase=CONCENTRIC)
    assert [bench.step(-10, phase=CONCENTRIC) for _ in range(4)] == [UNDEFINED] * 3 + [10]
    assert bench.step(0, event=STARTED, phase=CONCENTRIC) == UNDEFINED


def test_a_mean_of_a_long_hold_follows_after_4096_ticks():
    bench = Bench(one(measures.MEAN, phases=EFFORT, p1=5))
    for _ in range(9000):
        bench.step(131071, phase=ISOMETRIC)
    assert abs(bench.value() - 131071) <= 1


@given(st.lists(st.tuples(st.integers(0, 20000), st.integers(0, 20000)), min_size=20, max_size=200))
@settings(max_examples=50, deadline=None)
def test_the_ratio_is_that_of_the_sums(pairs):
    bench = Bench(one(measures.RATIO_Q8, phases=EFFORT, p1=20, p2=40, c=0))
    for k, (a, b) in enumerate(pairs):
        bench.step(a, b, event=STARTED if k == 0 else NOTHING, phase=CONCENTRIC)
    a, b = np.minimum(np.array(pairs), 8191).sum(axis=0)
    if b < 40 * len(pairs):
        assert bench.value() == UNDEFINED
    else:
        assert abs(bench.value() - min(32767, 256 * a / b)) <= 1 + 256 * a / b / 5000


def test_frames_of_bad_quality_do_not_enter_the_ratio():
    bench = Bench(one(measures.RATIO_Q8, phases=EFFORT, p1=5, p2=40, c=0b101))
    for _ in range(10):
        bench.step(100, 200, phase=CONCENTRIC)
    assert bench.value() == 128
    bench.features[QUALITY_0 + 2] = 4
    for _ in range(100):
        bench.step(8000, 200, phase=CONCENTRIC)
    assert bench.value() == 128
    bench.features[QUALITY_0 + 2] = 64  # an ECG in the signal
    bench.features[QUALITY_0 + 1] = 255  # another channel
    bench.step(8000, 200, phase=CONCENTRIC)
    assert bench.value() > 128


RISE_0, BAD = 36, 4


def lead_bench(t_us=0):
    bench = Bench(("m", measures.LEAD_MS, RISE_0, RISE_0 + 1, 0, 1 << CONCENTRIC, 1_000_000, 200_000, 33), t_us=t_us)
    bench.features[RISE_0] = bench.features[RISE_0 + 1] = -1
    return bench


@pytest.mark.parametrize("t_us", [0, 2**30 - 3_000_000])
@pytest.mark.parametrize("muscle_ms, arm_ms", [(500, 700), (700, 500), (600, 600), (400, 900)])
def test_the_lead_is_the_arm_minus_the_earlier_muscle(t_us, muscle_ms, arm_ms):
    """A rise is known 100 ms after it began; the repetition is seen 300 ms after its start."""
    bench = lead_bench(t_us)
    leads = []
    for tick in range(160):
        ms = 10 * (tick + 1)
        for muscle, late_ms in ((0, 0), (1, 80)):
            if ms >= muscle_ms + late_ms + 100:
                bench.features[RISE_0 + muscle] = (t_us + 1000 * (muscle_ms + late_ms)) & 0x3FFFFFFF
        seen = ms - (arm_ms + 300)
        bench.record[1] = (t_us + 1000 * arm_ms) & 0x3FFFFFFF
        event = STARTED if 0 <= seen < 10 else NOTHING
        leads.append(bench.step(event=event, phase=CONCENTRIC if seen >= 0 else REST))
    assert leads[-1] == arm_ms - muscle_ms
    assert all(lead == UNDEFINED or lead <= leads[-1] + 200 for lead in leads)


def test_a_muscle_that_never_comes_is_later_and_later():
    bench = lead_bench()
    bench.record[1] = bench.t_us
    leads = [bench.step(event=STARTED if k == 0 else NOTHING, phase=CONCENTRIC) for k in range(100)]
    assert leads[5] == UNDEFINED and leads[-1] == -(1000 - 200)


def test_a_muscle_that_cannot_be_measured_is_not_late():
    bench = lead_bench()
    bench.record[1] = bench.t_us
    bench.features[QUALITY_0] = bench.features[QUALITY_0 + 1] = BAD
    assert {bench.step(phase=CONCENTRIC) for _ in range(100)} == {UNDEFINED}


def test_a_record_is_read_when_the_repetition_is_complete():
    bench = Bench(one(measures.RECORD, b=4))
    bench.record[4] = 2100
    assert bench.step(event=STARTED, phase=CONCENTRIC) == UNDEFINED
    assert bench.step(event=COMPLETED) == 2100
    bench.record[4] = 1
    assert bench.step() == 2100


def test_a_quotient_is_in_per_mille_and_undefined_for_nothing():
    bench = Bench(one(measures.QUOTIENT))
    assert bench.step(2000, 1300) == 1538
    for a, b in ((2000, 0), (0, 1300), (UNDEFINED, 100)):
        assert bench.step(a, b) == UNDEFINED


@settings(max_examples=200, deadline=None)
@given(
    kind=st.integers(0, 9),
    phases=st.integers(0, 15),
    p1=st.integers(0, 6),
    p2=st.sampled_from([0, 1, 40, 85_000, 1_000_000]),
    record=st.lists(st.integers(-(2**29), 2**30 - 1), min_size=6, max_size=6),
    ticks=st.lists(
        st.tuples(
            st.one_of(st.just(UNDEFINED), st.integers(-18000, 18000), st.integers(-200_000, 200_000)),
            st.one_of(st.just(UNDEFINED), st.integers(-18000, 18000)),
            st.one_of(st.just(UNDEFINED), st.integers(-18000, 18000)),
            st.integers(0, 3),
            st.integers(0, 4),
            st.integers(0, 127),
            st.integers(0, 2**30 - 1),
        ),
        max_size=30,
    ),
)
def test_nothing_within_the_stated_bounds_leaves_32_bits(kind, phases, p1, p2, record, ticks):
    record[1] = abs(record[1])  # ticks
    if kind == measures.TOP:
        p2 = min(p2, 1000)
    if kind == measures.LEAD_MS:
        bench = lead_bench()
    else:
        slope = 40 * p1 if kind == measures.EXPECTED_GAP else p1
        third = 1 if kind == measures.RECORD else C
        bench = Bench(one(kind, phases, slope, p2, b=1 if kind == measures.RECORD else B, c=third))
    bench.record[:] = array("i", record)
    for a, b, c, phase, event, flags, t_us in ticks:
        bench.t_us = t_us
        bench.step(a, b, c, phase, event, flags)
