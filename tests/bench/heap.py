"""Heap that the firmware holds while a set runs: `micropython heap.py FOLDER`, the firmware (or its .mpy) on the path.

Everything that start.py makes for the board rp2040_bench is made, with stand-ins for the chip that hold nothing; log
in FOLDER. Prints bytes: all, of that the buffer of the log, of that the ring of the converter.
"""

import gc
import sys


class Chip:
    """Pin, I2C, ADC, WDT, DMA: everything reads as idle."""

    IN = OUT = OPEN_DRAIN = PULL_UP = PULL_DOWN = IRQ_FALLING = 0
    count = 0x0FFF_FFF0

    def __init__(self, *given, **named):
        pass

    def value(self, level=None):
        return 1 if level is None else None

    def irq(self, *given, **named):
        pass

    def readfrom_into(self, address, buffer):
        pass

    def readfrom_mem_into(self, address, register, buffer):
        pass

    def writeto_mem(self, address, register, data):
        pass

    def writeto(self, address, data):
        pass

    def pack_ctrl(self, **named):
        return 0

    def config(self, **named):
        pass

    def active(self, on):
        pass

    def feed(self):
        pass


class NoCable(Chip):
    """A pin that reads 0: USB_SENSE."""

    def value(self, level=None):
        return 0 if level is None else None


class Registers:
    """The converter is ready, everything else is 0."""

    def __getitem__(self, address):
        return 0x100

    def __setitem__(self, address, value):
        pass


class Machine:
    I2C = SPI = ADC = WDT = RTC = Timer = Chip
    PWRON_RESET = 1
    WDT_RESET = 3
    mem32 = Registers()

    def reset_cause(self):
        return 1

    def idle(self):
        pass


class Rp2:
    DMA = Chip


class _Pin(Chip):
    def __new__(cls, number, *given, **named):
        return object.__new__(NoCable if number == 15 else Chip)


Machine.Pin = _Pin
sys.modules["machine"] = Machine()
sys.modules["rp2"] = Rp2()
gc.collect()
before = gc.mem_alloc()

from rhomboid.boards import rp2040_bench as board  # noqa: E402
from rhomboid.recording.storage import Storage  # noqa: E402
from rhomboid.supervision import assembly  # noqa: E402
from rhomboid.supervision.device import Device  # noqa: E402
from rhomboid.supervision.watchdog import Watchdog  # noqa: E402

Device.bring_up = lambda self, calibration, idle: None
assembly._storage = lambda board, problems: Storage(sys.argv[1])
Watchdog.clock_seconds = lambda self: 0  # a PC counts seconds in float
session, health = assembly.build(Device(board), board, Watchdog(board.MCU), 0)
session._begin_set(0)
session._unlock_heap()
for k in range(300):
    session.tick(10_000 * k)
gc.collect()
print(gc.mem_alloc() - before, assembly.LOG_BYTES[board.MCU], 16_384)
