"""Bring-up of a BNO08x by the Adafruit package: reset, product id, game rotation vector on.

At boot and in SERVICE only, before the watchdog starts: the package sleeps for seconds and allocates. Its sleep and
clock are replaced by ours, so that a silent sensor costs a bounded time.
"""

import gc
import struct  # here, not in the call: MicroPython looks for it on the flash at each import
import sys
import time

from micropython import const

from rhomboid.drivers.bno08x import REPORT_INTERVAL_US
from rhomboid.drivers.circuitpython.bus import BusioI2C

# a healthy sensor needs about 1.2 s, a silent one would block for 15 s
_LIMIT_MS = const(4000)
_GAME_ROTATION_VECTOR = const(0x08)


class BringUpError(Exception):
    """The sensor could not be brought up; the text names it, the fault and the remedy."""


class _Deadline(Exception):
    pass


class _Clock:
    """What the package calls `time`: sleeps for real, and ends a bring-up that takes too long."""

    def __init__(self, idle):
        self._idle = idle
        self._began_ms = 0
        self.begin()

    def begin(self):
        self._began_ms = time.ticks_ms()

    def _elapsed_ms(self):
        elapsed_ms = time.ticks_diff(time.ticks_ms(), self._began_ms)
        if elapsed_ms > _LIMIT_MS:
            raise _Deadline()
        return elapsed_ms

    def monotonic(self):
        self._idle()
        return self._elapsed_ms() / 1000

    def sleep(self, seconds):
        self._elapsed_ms()
        self._idle()
        time.sleep_ms(int(seconds * 1000))


def _unpack_from(layout, buffer, offset=0):
    """MicroPython's struct.unpack_from takes no keyword arguments."""
    return struct.unpack_from(layout, buffer, offset)


class BringUp:
    """Loads the package once for all sensors; close() gives its memory back."""

    def __init__(self, idle):
        """idle() is called while the package waits: the place to feed what must be fed."""
        # importable by the names that the package uses: __future__ and digitalio
        self._shims = __file__.rpartition("/")[0] + "/circuitpython"
        sys.path.append(self._shims)
        import adafruit_bno08x
        from adafruit_bno08x import i2c

        self._clock = _Clock(idle)
        adafruit_bno08x.time = self._clock
        adafruit_bno08x.unpack_from = _unpack_from
        self._driver = i2c.BNO08X_I2C

    def sensor(self, name, bus, address, reset_pin):
        """Reset, identify and enable one sensor; raises BringUpError."""
        from digitalio import DigitalInOut

        self._clock.begin()
        try:
            driver = self._driver(BusioI2C(bus), DigitalInOut(reset_pin), address)
            driver.enable_feature(_GAME_ROTATION_VECTOR, REPORT_INTERVAL_US)
        except _Deadline as error:
            raise BringUpError("%s IMU: silent on bus %d at 0x%02x" % (name, bus.number, address)) from error
        except (OSError, ValueError) as error:
            raise BringUpError("%s IMU: no answer on bus %d at 0x%02x" % (name, bus.number, address)) from error
        except (RuntimeError, IndexError, KeyError, AttributeError) as error:
            # what the package raises on a sensor that resets or answers nonsense while it is brought up
            raise BringUpError("%s IMU: %s" % (name, error)) from error

    def close(self):
        """Forget the package: about 24 KB of heap come back."""
        self._driver = None
        for name in list(sys.modules):
            if name.startswith("adafruit_") or name in ("digitalio", "__future__"):
                del sys.modules[name]
        sys.path.remove(self._shims)
        gc.collect()
