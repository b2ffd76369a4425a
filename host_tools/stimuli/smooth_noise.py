"""Smooth random motion with a stated size and correlation time, the same whichever blocks it is read in."""

import numpy as np

from host_tools.stimuli.source import Array


class SmoothNoise:
    """Gaussian processes whose autocorrelation falls to 1/e after `correlation_s`, each with the standard deviation 1.

    White noise on a grid of knots, blurred by a Gaussian: unlike a first-order process it has a bounded rate, so that
    a body that stands still also looks still. Random access in time; memory grows by one knot per third of
    correlation_s.
    """

    def __init__(
        self, rng: np.random.Generator, channels: int, correlation_s: float, begin_s: float, end_s: float
    ) -> None:
        # autocorrelation of a Gaussian blur of width s is exp(-t^2 / 4 s^2)
        self._width_s = correlation_s / 2
        self._knot_s = self._width_s / 1.5
        self._reach = 6
        self._begin_s = begin_s
        knots = int(np.ceil((end_s - begin_s) / self._knot_s)) + 2 * self._reach + 2
        self._white = rng.standard_normal((knots, channels))

    def at(self, t_s: Array) -> Array:
        """Values at the times t_s (n,) within [begin_s, end_s], shape (n, channels)."""
        position = (np.asarray(t_s) - self._begin_s) / self._knot_s + self._reach
        nearest = np.rint(position).astype(np.int64)
        value = np.zeros((len(position), self._white.shape[1]))
        power = np.zeros(len(position))
        for offset in range(-self._reach, self._reach + 1):
            knot = np.clip(nearest + offset, 0, len(self._white) - 1)
            weight = np.exp(-0.5 * ((position - nearest - offset) * self._knot_s / self._width_s) ** 2)
            value += weight[:, None] * self._white[knot]
            power += weight**2
        return value / np.sqrt(power)[:, None]
