"""The bar of the onset latency: pairs of muscles with ramps of 50-150 ms through the whole EMG chain."""

import pytest

from tests.rise_bursts import latency_errors, median_and_sign
from tests.validate.tables import write_table

pytestmark = pytest.mark.validate

BURSTS, SEEDS = 60, range(900, 905)
# (signal to noise in dB, sign asked for from this latency in ms on)
BARS = ((12, 60), (8, 100))


def test_latency_between_muscles(mpy, tmp_path):
    rows: list[list[object]] = []
    for snr_db, least_ms in BARS:
        for tonic in (False, True):
            found = [
                median_and_sign(*latency_errors(mpy, tmp_path, snr_db, BURSTS, seed, tonic), least_ms) for seed in SEEDS
            ]
            median_ms, right = (sum(values) / len(values) for values in zip(*found, strict=True))
            rows.append([snr_db, "weak EMG" if tonic else "white noise", least_ms, median_ms, right])
    write_table(
        "onset_latency",
        "Latency between two muscles against truth (bars: 12 dB: median error 20 ms, sign 95 % from 60 ms; "
        "8 dB: sign 95 % from 100 ms)",
        ("SNR in dB", "rest", "latency from ms", "median error in ms", "sign right in %"),
        rows,
    )
    for snr_db, _, _, median_ms, right in rows:
        assert right >= 95
        assert median_ms <= (20 if snr_db == 12 else 40)
