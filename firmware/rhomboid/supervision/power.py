"""The battery looked at, and how long nobody has trained: what the session is to do about it, once a second."""

from micropython import const

# answers of step()
NOTHING = const(0)
RUNG = const(1)  # one rung further down: see low_battery.py
FLAT = const(2)  # the last rung: off, until the cable comes
SLEEP = const(3)  # off, until the button or the cable

_GAUGE_SECONDS = const(10)  # between two readings in a set
_LOW_READINGS = const(3)  # in a row: one may be a bus that was disturbed
_FIRST_PERCENT = const(15)  # as in low_battery.py, which stays on flash until it is needed


class PowerWatch:
    """gauge: Max17048; sleep_minutes: in READY, 0 = never."""

    def __init__(self, gauge, sleep_minutes):
        self._gauge = gauge
        self._sleep_seconds = 60 * sleep_minutes
        self._seconds = 0
        self._idle_seconds = 0
        self._low_readings = 0
        self.low = False  # the battery is on its way down the ladder
        self._rung = 0
        self._percent = _FIRST_PERCENT  # of the next rung

    def step(self, in_set, ready):
        """Once a second. Allocates nothing."""
        self._seconds += 1
        self._idle_seconds = self._idle_seconds + 1 if ready else 0
        gauge = self._gauge
        if not in_set or self._seconds % _GAUGE_SECONDS == 0:
            gauge.read()
            low = 0 <= gauge.percent <= self._percent  # -1: no gauge answers
            self._low_readings = self._low_readings + 1 if low else 0
            if self._low_readings == _LOW_READINGS:
                self._low_readings = 0
                return RUNG
        if self._percent < 0:
            return FLAT
        if self._sleep_seconds and self._idle_seconds > self._sleep_seconds:
            return SLEEP
        return NOTHING

    def descend(self, device, pipeline, log, settings, now_us):
        """Do what the next rung asks for; after the last one, step() answers FLAT. Allocates."""
        from rhomboid.supervision import low_battery

        self.low = True
        low_battery.take(self._rung, device, pipeline, log, settings, now_us)
        self._rung += 1
        self._percent = low_battery.PERCENT[self._rung] if self._rung < len(low_battery.PERCENT) else -1
