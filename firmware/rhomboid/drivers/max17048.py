"""MAX17048 fuel gauge: battery voltage and charge (Maxim/ADI data sheet 19-6171, register summary)."""

from micropython import const

ADDRESS = const(0x36)
_VCELL = const(0x02)  # 78.125 uV per count
_SOC = const(0x04)  # 1/256 per cent


class Max17048:
    """`millivolt` and `percent` are -1 until read() succeeded."""

    def __init__(self, bus):
        self.bus = bus
        self.millivolt = -1
        self.percent = -1
        self._two = bytearray(2)

    def read(self):
        """Refresh both values: two short transactions, no allocation. False when the chip does not answer."""
        two = self._two
        i2c = self.bus.i2c
        try:
            i2c.readfrom_mem_into(ADDRESS, _VCELL, two)
            self.millivolt = ((two[0] << 8 | two[1]) * 5) >> 6
            i2c.readfrom_mem_into(ADDRESS, _SOC, two)
            self.percent = two[0]
        except OSError:
            self.millivolt = -1
            self.percent = -1
            return False
        return True
