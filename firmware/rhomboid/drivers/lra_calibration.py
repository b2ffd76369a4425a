"""Auto-calibration of a DRV2605L to its LRA (TI SLOS854C section 8.5.6): at set-up, a second; loaded then only."""

import time

from micropython import const

from rhomboid.drivers.drv2605l import ADDRESS, TactorError

_STATUS = const(0x00)
_MODE = const(0x01)
_GO = const(0x0C)
_CALIBRATION = const(0x18)  # compensation, back-EMF, then feedback, whose lowest bits are the gain
_CONTROL4 = const(0x1E)
_FAILED = const(0x08)
_LIMIT_MS = const(1600)


def run(tactor):
    """Its 3 bytes: compensation, back-EMF, gain; the chip plays again afterwards. Raises TactorError."""
    i2c = tactor.bus.i2c
    try:
        i2c.writeto_mem(ADDRESS, _CONTROL4, b"\x30")  # 1000 ms
        i2c.writeto_mem(ADDRESS, _MODE, b"\x07")
        i2c.writeto_mem(ADDRESS, _GO, b"\x01")
        waited_ms = 0
        while waited_ms <= _LIMIT_MS and i2c.readfrom_mem(ADDRESS, _GO, 1)[0] & 1:
            time.sleep_ms(20)
            waited_ms += 20
        failed = waited_ms > _LIMIT_MS or i2c.readfrom_mem(ADDRESS, _STATUS, 1)[0] & _FAILED
        found = i2c.readfrom_mem(ADDRESS, _CALIBRATION, 3)
    except OSError as error:
        raise TactorError("%s tactor: no answer on bus %d" % (tactor.name, tactor.bus.number)) from error
    result = found[0], found[1], found[2] & 3
    tactor.setup(() if failed else result)
    if failed:
        raise TactorError("%s tactor: calibration failed, check the motor and its two wires" % tactor.name)
    return result
