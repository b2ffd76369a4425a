"""digitalio as the Adafruit package uses it: a reset line with `direction` and `value`."""


class Direction:
    INPUT = 0
    OUTPUT = 1


class DigitalInOut:
    """Wraps a machine.Pin that is already an output."""

    def __init__(self, pin):
        self._pin = pin
        self.direction = Direction.OUTPUT

    @property
    def value(self):
        return bool(self._pin.value())

    @value.setter
    def value(self, level):
        self._pin.value(1 if level else 0)
