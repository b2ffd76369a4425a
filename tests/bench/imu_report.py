"""One IMU report by our reader and by the Adafruit package's reading path, in one run, bus excluded.

`micropython imu_report.py N` prints: us per report of ours, of the package, bytes of garbage of ours, of the package.
"""

import gc
import sys
import time
from array import array

try:
    import rp2  # noqa: F401
except ImportError:
    from quiet_chip import install

    install()

from rhomboid.drivers import bringup, shtp
from rhomboid.drivers.bno08x import Bno08x, EdgeQueue, ReadViews

REPORT = bytes((21, 0, 3, 0, 0xFB, 30, 0, 0, 0, 8, 0, 3, 0, 1, 2, 0, 45, 0, 0, 3, 45))
EMPTY = bytes(4)


class Bus:
    """Has one report for every two header reads, as the chip has between two looks of the package."""

    def __init__(self):
        self.i2c = self
        self.number = 0
        self.cells = array("i", [0] * 8)
        self.report = bytearray(REPORT)
        self.reads = 0

    def readfrom_into(self, address, buffer):
        self.report[3] = (self.report[3] + 1) & 255
        self.report[5] = self.report[5] ^ 1
        buffer[:] = self.report

    def stuck(self):
        return False


class PackageBus(Bus):
    """The reads of the package: header, header, whole, header of nothing."""

    def try_lock(self):
        return True

    def unlock(self):
        pass

    def writeto(self, address, buffer, *, start=0, end=None):
        pass

    def readfrom_into(self, address, buffer, *, start=0, end=None):
        self.reads = (self.reads + 1) & 3
        if self.reads == 0:
            buffer[0:4] = EMPTY
        else:
            buffer[0:end] = self.report[:end]


class High:
    def value(self, level=1):
        return 1


def per_round(step, n):
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    began_us = time.ticks_us()
    for _ in range(n):
        step()
    took_us = time.ticks_diff(time.ticks_us(), began_us)
    garbage = (gc.mem_alloc() - before) // n
    gc.enable()
    return took_us, garbage


def main(n):
    bus = Bus()
    imu = Bno08x(0, "thorax", bus, 0x4A, High(), High(), ReadViews(), EdgeQueue())
    view = memoryview(bytearray(21))

    def ours():
        imu.state[shtp.EDGE_US] = (imu.state[shtp.EDGE_US] + 10_000) & 0x3FFF_FFFF
        imu.serve()

    def our_bus():
        imu.state[shtp.EDGE_US] = (imu.state[shtp.EDGE_US] + 10_000) & 0x3FFF_FFFF
        bus.readfrom_into(0x4A, view)

    package = bringup.BringUp(lambda: None)

    class Reader(package._driver):
        """The package's driver without its bring-up."""

        def __init__(self):
            pass

    driver = Reader()
    import adafruit_bno08x
    from adafruit_bus_device import i2c_device

    package_bus = PackageBus()
    driver.bus_device_obj = i2c_device.I2CDevice(package_bus, 0x4A, probe=False)
    driver._debug = False
    driver._data_buffer = bytearray(adafruit_bno08x.DATA_BUFFER_SIZE)
    driver._packet_slices = []
    driver._sequence_number = [0] * 6
    driver._readings = {}
    whole = bytearray(21)

    def theirs():
        driver._process_available_packets()

    def their_bus():
        package_bus.readfrom_into(0x4A, whole, end=4)
        package_bus.readfrom_into(0x4A, whole, end=4)
        package_bus.readfrom_into(0x4A, whole, end=21)
        package_bus.readfrom_into(0x4A, whole, end=4)

    counted = imu.state[shtp.COUNT]
    results = [per_round(step, n) for step in (ours, our_bus, theirs, their_bus)]
    if imu.state[shtp.COUNT] - counted != n or 0x08 not in driver._readings:
        raise RuntimeError("a report was not read: %d of %d" % (imu.state[shtp.COUNT] - counted, n))
    (ours_us, our_garbage), (our_bus_us, bus_garbage), (their_us, their_garbage), (their_bus_us, their_bus_garbage) = (
        results
    )
    print((ours_us - our_bus_us) / n, (their_us - their_bus_us) / n)
    print(our_garbage - bus_garbage, their_garbage - their_bus_garbage)


main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
