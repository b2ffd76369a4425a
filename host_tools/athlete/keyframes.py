"""Curves through key points in time: how poses and activations move from one value to the next."""

from bisect import bisect_right

import numpy as np

from host_tools.stimuli.source import Array


class Keyframes:
    """A vector-valued curve: held before the first and after the last key, minimum jerk in between.

    Minimum jerk (Flash and Hogan 1985) is the usual model of a voluntary movement between two rests. On the way a
    movement may be led past the middle of the straight line, by a bump that is smooth as well.
    """

    def __init__(self, value: Array) -> None:
        self._times = [0.0]
        self._values = [np.asarray(value, dtype=np.float64)]
        self._bumps = [np.zeros_like(self._values[0])]  # of the stretch that ends at the key

    @property
    def end_s(self) -> float:
        """Time of the last key."""
        return self._times[-1]

    @property
    def end_value(self) -> Array:
        """Value of the last key."""
        return self._values[-1]

    def hold_until(self, t_s: float) -> None:
        """Keep the last value up to t_s; what lies before the last key is ignored."""
        if t_s > self._times[-1]:
            self._times.append(t_s)
            self._values.append(self._values[-1])
            self._bumps.append(np.zeros_like(self._values[0]))

    def move_to(self, value: Array, begin_s: float, end_s: float, through: Array | None = None) -> None:
        """Hold until begin_s, then move to `value`, there at end_s; `through` is where it is at half time."""
        self.hold_until(begin_s)
        begin_s = self._times[-1]
        self._times.append(max(end_s, begin_s + 1e-3))
        from_value, to_value = self._values[-1], np.asarray(value, dtype=np.float64)
        self._values.append(to_value)
        self._bumps.append(
            np.zeros_like(to_value) if through is None else np.asarray(through) - (from_value + to_value) / 2
        )

    def at(self, t_s: Array) -> Array:
        """Values at the ascending times t_s (n,), shape (n, columns)."""
        first = max(bisect_right(self._times, float(t_s[0])) - 1, 0) if len(t_s) else 0
        last = bisect_right(self._times, float(t_s[-1])) + 1 if len(t_s) else 1
        times = np.array(self._times[first:last])
        values = np.stack(self._values[first:last])
        if len(times) == 1:
            return np.repeat(values, len(t_s), axis=0)
        index = np.clip(np.searchsorted(times, t_s, side="right") - 1, 0, len(times) - 2)
        share = np.clip((t_s - times[index]) / (times[index + 1] - times[index]), 0.0, 1.0)
        blend = share**3 * (10 - 15 * share + 6 * share**2)
        bumps = np.stack(self._bumps[first:last])
        # 0 at both ends with no rate or acceleration there, 1 at half time
        bump = (4 * share * (1 - share)) ** 3
        return values[index] + blend[:, None] * (values[index + 1] - values[index]) + bump[:, None] * bumps[index + 1]
