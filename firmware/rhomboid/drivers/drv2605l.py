"""DRV2605L haptic driver with an LRA: plays ROM waveforms and wait slots, which end by themselves (TI SLOS854C)."""

from micropython import const

ADDRESS = const(0x5A)
SLOTS = const(8)

_STATUS = const(0x00)
_MODE = const(0x01)
_LIBRARY = const(0x03)
_SEQUENCE = const(0x04)
_GO = const(0x0C)
_RATED_VOLTAGE = const(0x16)
_CALIBRATION = const(0x18)  # compensation, back-EMF
_FEEDBACK = const(0x1A)

_MODE_READY = b"\x00"
_MODE_STANDBY = b"\x40"
_LIBRARY_LRA = b"\x06"
_OFF = b"\x00"
_ON = b"\x01"
# Section 8.5.2.1 and 8.5.2.2 for an LRA of 1.8 V rms, 235 Hz in closed loop (Vybronics VG0832013D class):
# rated voltage 0x3E, overdrive clamp 0x8C
_DRIVE = b"\x3e\x8c"
_FEEDBACK_LRA = const(0xB4)  # LRA, brake factor 4x, loop gain medium; bits 1:0 come from lra_calibration.py
_DEVICE_IDS = (3, 7)  # DRV2605, DRV2605L


class TactorError(Exception):
    """The driver chip is absent, foreign, or its actuator did not calibrate."""


class Drv2605l:
    """One tactor. `bus` is an I2cBus; after stop() and setup() the loop calls play() and look() only."""

    def __init__(self, name, bus):
        self.name = name
        self.bus = bus
        self.present = False
        self._foreign = False
        self._feedback = bytearray((_FEEDBACK_LRA | 2,))
        self._calibration = b""
        self._seen = bytearray(1)

    def stop(self):
        """End any pulse and go to standby: the first act after a reset. False when the chip does not answer."""
        i2c = self.bus.i2c
        try:
            i2c.writeto_mem(ADDRESS, _GO, _OFF)
            i2c.writeto_mem(ADDRESS, _MODE, _MODE_STANDBY)
        except OSError:
            return False
        return True

    def setup(self, calibration):
        """Check the identity, write the kept calibration (3 bytes: compensation, back-EMF, gain) if there is one.

        Raises TactorError with the reason.
        """
        self.present = False
        if calibration:
            self._calibration = bytes(calibration[:2])
            self._feedback[0] = _FEEDBACK_LRA | calibration[2] & 3
        i2c = self.bus.i2c
        try:
            device = i2c.readfrom_mem(ADDRESS, _STATUS, 1)[0] >> 5
            self._foreign = device not in _DEVICE_IDS
            if self._foreign:
                raise TactorError("%s tactor: chip id %d is no DRV2605" % (self.name, device))
            self._write_registers()
        except OSError as error:
            raise TactorError(
                "%s tactor: no answer on bus %d, check its wiring" % (self.name, self.bus.number)
            ) from error
        self.present = True

    def _write_registers(self):
        i2c = self.bus.i2c
        i2c.writeto_mem(ADDRESS, _MODE, _MODE_READY)
        i2c.writeto_mem(ADDRESS, _GO, _OFF)
        i2c.writeto_mem(ADDRESS, _RATED_VOLTAGE, _DRIVE)
        i2c.writeto_mem(ADDRESS, _LIBRARY, _LIBRARY_LRA)
        if self._calibration:
            i2c.writeto_mem(ADDRESS, _CALIBRATION, self._calibration)
        i2c.writeto_mem(ADDRESS, _FEEDBACK, self._feedback)

    def look(self):
        """True while the chip is there and set up; one that was without power meanwhile is set up again.

        At most seven bus transactions, no allocation. A bus that is held says nothing of the chip.
        """
        if self._foreign:
            return False
        try:
            self.bus.i2c.readfrom_mem_into(ADDRESS, _FEEDBACK, self._seen)
            if self._seen[0] != self._feedback[0]:
                self._write_registers()
            self.present = True
        except OSError:
            if self.bus.stuck():
                self.bus.clear()
            else:
                self.present = False
        return self.present

    def play(self, sequence):
        """Start the 8-byte `sequence` (ROM effects, 0x80 | n = wait n * 10 ms, 0 ends). True when the GO was written.

        Two bus transactions, no allocation. The chip ends the pulse by itself and clears GO.
        """
        i2c = self.bus.i2c
        try:
            i2c.writeto_mem(ADDRESS, _SEQUENCE, sequence)
            i2c.writeto_mem(ADDRESS, _GO, _ON)
        except OSError:
            if self.bus.stuck():
                self.bus.clear()
            return False
        return True
