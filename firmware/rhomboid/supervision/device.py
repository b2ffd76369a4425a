"""The parts of the board, made in one place from its data file and handed down."""

import sys

from machine import Pin

from rhomboid.drivers.adc_ring import AdcRing
from rhomboid.drivers.bno08x import Bno08x, EdgeQueue, ReadViews
from rhomboid.drivers.button import Button
from rhomboid.drivers.drv2605l import Drv2605l, TactorError
from rhomboid.drivers.i2c_bus import I2cBus
from rhomboid.drivers.max17048 import Max17048
from rhomboid.passing import forget
from rhomboid.supervision.led import StatusLed

SEGMENTS = ("thorax", "scapula", "humerus")
# one worst flash erase (400 ms) and margin: 0.51 s of four channels on the small chip, 1.02 s on the large one
_RING_BYTES = {"rp2040": 16_384, "rp2350": 32_768}


class Device:
    """buses, imus (thorax, scapula, humerus), emg, tactors, button, led, gauge."""

    def __init__(self, board):
        """Motors off first; then the other parts, nothing started yet. `problems` collects what is missing."""
        self.board = board
        self.problems = []
        self.buses = {number: I2cBus(number, *wires) for number, wires in board.I2C.items()}
        self.tactors = {name: Drv2605l(name, self.buses[number]) for name, number in board.TACTOR_BUS.items()}
        for tactor in self.tactors.values():
            tactor.stop()
        self.led = StatusLed(Pin(board.LED, Pin.OUT))
        self.button = Button(Pin(board.BUTTON, Pin.IN, Pin.PULL_UP))
        self._usb = Pin(board.USB_SENSE, Pin.IN, Pin.PULL_DOWN)
        self._emg_power = Pin(board.EMG_POWER, Pin.OUT)
        self._emg_power.value(0)
        self.gauge = Max17048(self.buses[board.FUEL_GAUGE_BUS])
        self.emg = AdcRing(board.MCU, board.EMG_ADC_CHANNELS, _RING_BYTES[board.MCU])
        self.edges = EdgeQueue()
        views = ReadViews()
        self.imus = []
        for number, name in enumerate(SEGMENTS):
            bus, address, int_pin, reset_pin = board.IMU[name]
            self.imus.append(
                Bno08x(
                    number,
                    name,
                    self.buses[bus],
                    address,
                    Pin(int_pin, Pin.IN, Pin.PULL_UP),
                    Pin(reset_pin, Pin.OUT, value=1),
                    views,
                    self.edges,
                )
            )

    def usb(self):
        """True while USB power is present: electrodes must not be worn then."""
        return self._usb.value() == 1

    def emg_power(self, on):
        """Switch the EMG front ends."""
        self._emg_power.value(1 if on else 0)

    def bring_up(self, drv_calibration, idle):
        """Bring up tactors and IMUs; what fails is named in `problems`, the rest goes on."""
        for k, tactor in enumerate(self.tactors.values()):
            try:
                tactor.setup(drv_calibration[3 * k : 3 * k + 3])
            except TactorError as error:
                self.problems.append(str(error))
        from rhomboid.drivers.bringup import BringUp, BringUpError

        package = BringUp(idle)
        for imu in self.imus:
            try:
                package.sensor(imu.name, imu.bus, imu.address, imu.reset_pin)
            except BringUpError as error:
                self.problems.append(str(error))
        package.close()
        forget("rhomboid.drivers.bringup", "rhomboid.drivers.circuitpython.bus", "rhomboid.drivers.circuitpython")

    def calibrate_tactors(self):
        """Fit the drivers to their motors, a second each: the 6 bytes for the settings, [] when one could not be."""
        from rhomboid.drivers import lra_calibration

        found = []
        for tactor in self.tactors.values():
            try:
                found += lra_calibration.run(tactor) if tactor.present else ()
            except TactorError as error:
                self.problems.append(str(error))
        del sys.modules["rhomboid.drivers.lra_calibration"]
        return found if len(found) == 3 * len(self.tactors) else []

    def start(self):
        """Start sampling."""
        self.emg_power(True)
        self.emg.start()
        for imu in self.imus:
            imu.start()

    def stop(self):
        """Stop sampling and motors, EMG front ends off: what SERVICE needs."""
        for tactor in self.tactors.values():
            tactor.stop()
        for imu in self.imus:
            imu.stop()
        self.emg.stop()
        self.emg_power(False)
