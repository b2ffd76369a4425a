import numpy as np

from host_tools.analysis.log_data import UNDEFINED
from host_tools.report.charts import MOST_POINTS, Chart, Curve, scaled


def payload(t: np.ndarray, *values: np.ndarray) -> tuple[list, list[list]]:
    data = Chart("", "", t, [Curve("", v) for v in values]).payload(0)
    return data["x"], [series["y"] for series in data["series"]]


def test_thinning_keeps_the_highest_and_the_lowest_point_of_a_long_workout() -> None:
    t = np.arange(0, 3600, 0.05)
    values = np.sin(t)
    values[[31_234, 52_345]] = 99, -99
    x, (y,) = payload(t, values)
    assert len(x) == len(y) <= MOST_POINTS
    assert max(y) == 99 and min(y) == -99
    assert np.all(np.diff(x) > 0)


def test_a_pause_without_records_is_a_gap_in_every_curve() -> None:
    t = np.concatenate([np.arange(0, 2, 0.05), np.arange(5, 7, 0.05)])
    x, curves = payload(t, np.ones(len(t)), np.zeros(len(t)))
    gap = [i for i, s in enumerate(x) if 2 < s < 5]
    assert len(gap) == 1
    assert all(curve[gap[0]] is None for curve in curves)


def test_slower_recording_at_rest_is_no_gap() -> None:
    t = np.concatenate([np.arange(0, 5, 0.05), np.arange(5, 15, 0.2)])
    assert None not in payload(t, np.ones(len(t)))[1][0]


def test_the_sentinel_is_no_point() -> None:
    assert np.isnan(scaled(np.array([UNDEFINED, 100], np.int16), 0.01)[0])
