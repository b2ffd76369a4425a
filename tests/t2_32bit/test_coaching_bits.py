"""The coach on 32-bit interpreters: the same measures, verdicts and cues, bit by bit, and nothing allocated."""

import numpy as np
import pytest

from tests.coaching_rig import Row, Set, coached


def workout() -> np.ndarray:
    """Rows with every kind of fault, flags, noise on all measures, and the wrap of ticks in the middle."""
    rng = np.random.default_rng(5)
    made = Set(2**30 - 25_000_000)
    made.rest(200)
    for k in range(8):
        made.row(
            Row(
                upward=rng.normal(-4, 6),
                tilt=rng.normal(-4, 6),
                internal=rng.normal(4, 6),
                trunk=tuple(rng.normal(0, 7, 3)),
                ut=rng.uniform(0.5, 2),
                lat=rng.uniform(0.5, 2),
                lead_ms=int(rng.integers(-200, 200)),
                eccentric_ms=int(rng.integers(90, 260)) * 10,
                abandoned=k == 3,
                flags=int(rng.choice([0, 0, 8, 2, 32])),
                quality=int(rng.choice([0, 0, 0, 64, 4])),
            )
        )
    ticks = made.ticks
    ticks[:, :15] += rng.integers(-60, 60, (len(ticks), 15), dtype=np.int32)
    ticks[rng.random(len(ticks)) < 0.01, :15] = -32768
    return ticks


@pytest.mark.parametrize("exercise", ["row", "y_raise", "retraction_hold"])
def test_the_same_bits_on_32_bit(mpy, mpy_32, tmp_path, exercise):
    ticks = workout()
    reference = coached(mpy, tmp_path, ticks, exercise)
    assert reference.fired, "a test without a verdict proves nothing"
    assert coached(mpy_32, tmp_path, ticks, exercise).raw == reference.raw
