"""An I2C bus with its devices, in bits and microseconds.

A device offers `present()`, `write(data)`, `read(buffer)` and `stretch_us()`; it is asked at the moment of its
address bit (read) or of the stop bit (write). A device that holds SDA low blocks the whole bus until SCL has been
clocked by hand; SCL held low (a short) or an open wire (nobody acknowledges) blocks it until that is over.
"""

from micropython import const

from virtual import clock, journal, lines

_EIO = const(5)
_ETIMEDOUT = const(110)


class Bus:
    """One bus; `sda` and `scl` are pin numbers."""

    def __init__(self, number, sda, scl):
        self.number = number
        self.sda = sda
        self.scl = scl
        self.devices = {}
        self.stuck_clocks = 0  # clock pulses until the device that holds SDA lets go; -1 = never
        self.scl_low = False
        self.open = False
        self.transfers = 0
        lines.resistor(sda, 1)
        lines.resistor(scl, 1)
        lines.listen(scl, self._clocked)

    def _device(self, address, hz, timeout_us):
        """The device that acknowledges `address`, after any stretching of the clock."""
        self.transfers += 1
        if self.stuck_clocks or self.scl_low:
            clock.wait(timeout_us)
            raise OSError(_ETIMEDOUT)
        device = self.devices.get(address)
        if device is None or self.open or not device.present():
            clock.wait((11000000 + hz - 1) // hz)  # start, address, no acknowledge, stop
            raise OSError(_EIO)
        stretch_us = device.stretch_us()
        if stretch_us:
            clock.wait(min(stretch_us, timeout_us))
            if stretch_us > timeout_us:
                raise OSError(_ETIMEDOUT)
        return device

    def write(self, address, data, hz, timeout_us, stop=True):
        """Write `data`; OSError EIO when not acknowledged, ETIMEDOUT when the bus is blocked."""
        device = self._device(address, hz, timeout_us)
        bits = 10 + 9 * len(data) + (1 if stop else 0)
        clock.wait((bits * 1000000 + hz - 1) // hz)
        if self._gone(device):
            raise OSError(_EIO)
        device.write(data)

    def read(self, address, buffer, hz, timeout_us):
        """Fill `buffer`; errors as in `write`."""
        device = self._device(address, hz, timeout_us)
        device.read(buffer)
        clock.wait(((11 + 9 * len(buffer)) * 1000000 + hz - 1) // hz)
        if self._gone(device):
            # torn off meanwhile: the host clocks on and reads the pull-up
            for i in range(len(buffer) // 2, len(buffer)):
                buffer[i] = 0xFF
        device.read_end()

    def _gone(self, device):
        return self.open or self.scl_low or device.unplugged

    def stick(self, clocks):
        """A device holds SDA low until `clocks` pulses on SCL (-1: until it is released)."""
        self.stuck_clocks = clocks
        lines.drive(self.sda, 0)
        journal.write("bus_stuck", '"bus": %d, "clocks": %d' % (self.number, clocks))

    def _clocked(self, level):
        # a rising edge on SCL, made by hand, shifts the device that holds SDA
        if level and self.stuck_clocks > 0:
            self.stuck_clocks -= 1
            if not self.stuck_clocks:
                self.release()

    def short_clock(self):
        """SCL is shorted to ground until it is released."""
        self.scl_low = True
        lines.drive(self.scl, 0)
        journal.write("bus_stuck", '"bus": %d, "clocks": 0' % self.number)

    def release(self):
        """SDA and SCL are free."""
        self.stuck_clocks = 0
        self.scl_low = False
        lines.drive(self.scl, 2)
        lines.drive(self.sda, 2)
        journal.write("bus_free", '"bus": %d' % self.number)
