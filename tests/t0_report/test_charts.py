import base64

import numpy as np

from host_tools.analysis.log_data import UNDEFINED
from host_tools.report.charts import MOST_SAMPLES, Curve, Trace


def unpacked(trace: Trace) -> tuple[np.ndarray, list[np.ndarray]]:
    """Seconds and values as the page's script reads them."""
    ms = np.frombuffer(base64.b64decode(trace.packed_times()), "<u4")
    values = []
    for series in trace.payload(0)["series"]:
        raw = np.frombuffer(base64.b64decode(series["data"]), f"<i{series['bits'] // 8}")
        values.append(np.where(raw == UNDEFINED, np.nan, raw * series["scale"]))
    return ms / 1000, values


def test_the_page_holds_every_sample_of_an_hour_with_all_its_digits() -> None:
    t = np.arange(0, 3600, 0.05)
    raw = (1000 * np.sin(t)).astype(np.int16)
    raw[5] = UNDEFINED
    shown_t, (shown,) = unpacked(Trace("", "", "", t, [Curve("", raw, 0.01)]))
    assert np.allclose(shown_t, t, atol=0.0005)
    assert np.isnan(shown[5])
    assert np.allclose(np.delete(shown, 5), np.delete(raw, 5) * 0.01)


def test_microvolts_above_the_range_of_16_bits_are_shown_as_they_are() -> None:
    raw = np.array([0, 65535, 40000], np.uint16)
    _, (shown,) = unpacked(Trace("", "", "", np.arange(3.0), [Curve("", raw, 1 / 16)]))
    assert np.allclose(shown, raw / 16)


def test_thinning_keeps_the_highest_and_the_lowest_point_of_a_very_long_workout() -> None:
    t = np.arange(0, 60_000, 0.05)
    raw = (1000 * np.sin(t)).astype(np.int16)
    raw[[31_234, 52_345]] = 9900, -9900
    raw[100:200] = UNDEFINED
    shown_t, (shown,) = unpacked(Trace("", "", "", t, [Curve("", raw, 0.01)]))
    assert len(shown_t) == len(shown) <= MOST_SAMPLES
    assert np.nanmax(shown) == 99 and np.nanmin(shown) == -99
    assert np.all(np.diff(shown_t) > 0)
    assert np.any(np.isnan(shown))


def test_a_screen_reader_is_told_the_range_of_each_curve() -> None:
    trace = Trace("Arm", "°", "", np.arange(3.0), [Curve("elevation", np.array([1000, UNDEFINED, 9000]), 0.01)])
    assert trace.in_words == "Arm over time: elevation from 10 to 90 °"
