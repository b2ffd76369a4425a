"""The virtual MAX17048 fuel gauge: the registers that matter, big-endian words (data sheet 19-6171)."""

from micropython import const

_VCELL = const(0x02)
_SOC = const(0x04)
_VERSION = const(0x08)
_CRATE = const(0x16)


class VirtualMax17048:
    """`soc_q8`: per cent * 256; `vcell_uv`: microvolt; `crate_q`: 0.208 % per hour, signed."""

    def __init__(self, soc_q8=80 * 256, vcell_uv=3950000, crate_q=-20):
        self.unplugged = False
        self.soc_q8 = soc_q8
        self.vcell_uv = vcell_uv
        self.crate_q = crate_q
        self._pointer = 0

    def present(self):
        """Does it acknowledge its address?"""
        return not self.unplugged

    def stretch_us(self):
        """It never holds the clock."""
        return 0

    def write(self, data):
        """The pointer; values are accepted and forgotten."""
        if data:
            self._pointer = data[0]

    def read(self, buffer):
        """Words from the pointer on, high byte first."""
        for i in range(len(buffer)):
            word = self._word(self._pointer & 0xFE)
            buffer[i] = word & 0xFF if self._pointer & 1 else word >> 8
            self._pointer += 1

    def read_end(self):
        """Nothing follows a read."""

    def _word(self, register):
        if register == _VCELL:
            return self.vcell_uv * 8 // 625 & 0xFFFF  # 78.125 uV a step
        if register == _SOC:
            return self.soc_q8 & 0xFFFF
        if register == _VERSION:
            return 0x0012
        if register == _CRATE:
            return self.crate_q & 0xFFFF
        return 0
