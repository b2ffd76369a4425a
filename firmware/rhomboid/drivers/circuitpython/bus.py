"""machine.I2C with the calls of CircuitPython's busio.I2C that adafruit_bus_device makes."""


class BusioI2C:
    """`bus` is an I2cBus: the machine.I2C behind it may be made anew at any time."""

    def __init__(self, bus):
        self._bus = bus

    def try_lock(self):
        return True

    def unlock(self):
        return None

    def writeto(self, address, buffer, *, start=0, end=None):
        view = memoryview(buffer)
        self._bus.i2c.writeto(address, view[start : len(view) if end is None else end])

    def readfrom_into(self, address, buffer, *, start=0, end=None):
        view = memoryview(buffer)
        self._bus.i2c.readfrom_into(address, view[start : len(view) if end is None else end])
