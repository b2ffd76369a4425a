"""The chip's `machine` module, on the virtual board. Same names, same semantics as MicroPython's rp2 port."""

import sys

from virtual import clock, here, journal, lines, stop
from virtual.heap import boxed, enter, leave

PWRON_RESET = 1
WDT_RESET = 3

_world = here.world
_COSTS = clock.COSTS
_PIN_US = _COSTS["pin"]
_I2C_US = _COSTS["i2c"]
_SPI_US = _COSTS["spi"]
_REGISTER_US = _COSTS["register"]
_IDLE_US = _COSTS["idle"]
_WATCHDOG_US = _COSTS["watchdog"]
_spend = clock.spend
_levels = lines.levels
_pins = [None] * lines.PINS


class Pin:
    """A GPIO; one object for each pin, as on the chip."""

    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    ALT = 3
    PULL_UP = 1
    PULL_DOWN = 2
    IRQ_FALLING = 4
    IRQ_RISING = 8

    def __new__(cls, number, *args, **kwargs):
        if isinstance(number, Pin):
            number = number._number
        if not 0 <= number < 30:
            raise ValueError("no GPIO %s on the QFN-60 package" % number)
        pin = _pins[number]
        if pin is None:
            pin = object.__new__(cls)
            pin._number = number
            pin._mode = 0
            pin._out = 0
            _pins[number] = pin
        return pin

    def __init__(self, number, mode=-1, pull=-1, *, value=None, alt=None):
        if mode != -1 or pull != -1 or value is not None:
            self.init(mode, pull, value=value)

    def init(self, mode=-1, pull=-1, *, value=None, alt=None):
        """Set mode, pull and level."""
        depth = enter()
        try:
            clock.spend(_PIN_US)
            number = self._number
            if mode != -1:
                self._mode = mode
            if pull is None:
                lines.pull(number, 0)
            elif pull != -1:
                lines.pull(number, 1 if pull == Pin.PULL_UP else 0)
            if value is not None:
                self._out = 1 if value else 0
            self._apply()
        finally:
            leave(depth)

    def _apply(self):
        if self._mode == Pin.OUT:
            lines.output(self._number, self._out)
        elif self._mode == Pin.OPEN_DRAIN:
            lines.output(self._number, 2 if self._out else 0)
        else:
            lines.output(self._number, 2)

    def value(self, level=None):
        """Read the pin, or set it."""
        _spend(_PIN_US)
        if level is None:
            return _levels[self._number]
        level = 1 if level else 0
        if level != self._out or self._mode == Pin.OPEN_DRAIN:
            self._out = level
            depth = enter()
            try:
                self._apply()
            finally:
                leave(depth)
        return None

    def __call__(self, level=None):
        return self.value(level)

    def on(self):
        """Drive it high."""
        self.value(1)

    def off(self):
        """Drive it low."""
        self.value(0)

    high = on
    low = off

    def toggle(self):
        """Change its level."""
        self.value(1 - self._out)

    def irq(self, handler=None, trigger=12, *, priority=1, wake=None, hard=False):
        """Call `handler(pin)` on the edges in `trigger`."""
        lines.arm(self._number, handler, self, trigger, hard)
        return self


class _I2CBlock:
    """A hardware I2C block; EIO when nobody acknowledges, ETIMEDOUT when the bus is held."""

    def __init__(self, number):
        self._number = number

    def _set(self, scl, sda, freq, timeout):
        bus = _world.buses.get(self._number)
        # wired to nothing when the pins are not those of the board
        wired = bus is not None and (scl is None or scl._number == bus.scl) and (sda is None or sda._number == bus.sda)
        self._bus = bus if wired else None
        self._hz = freq
        self._timeout_us = timeout
        if wired:
            lines.output(bus.scl, 2)
            lines.output(bus.sda, 2)

    def _transfer(self, depth, address, out, into, stop_bit):
        try:
            clock.spend(_I2C_US)
            if self._bus is None:
                raise OSError(5)
            if out is not None:
                self._bus.write(address, out, self._hz, self._timeout_us, stop_bit)
            if into is not None:
                self._bus.read(address, into, self._hz, self._timeout_us)
                if _world.work_us:
                    _world.do_work()
        finally:
            leave(depth)

    def writeto(self, address, data, stop=True):
        """Write; returns the number of acknowledged bytes."""
        self._transfer(enter(), address, data, None, stop)
        return len(data)

    def writevto(self, address, vector, stop=True):
        """Write the buffers of `vector` in one transfer."""
        depth = enter()
        self._transfer(depth, address, b"".join([bytes(v) for v in vector]), None, stop)

    def readfrom_into(self, address, buffer, stop=True):
        """Read into `buffer`."""
        self._transfer(enter(), address, None, buffer, stop)

    def readfrom(self, address, n, stop=True):
        """Read `n` bytes."""
        buffer = bytearray(n)
        self._transfer(enter(), address, None, buffer, stop)
        return bytes(buffer)

    def writeto_mem(self, address, register, data, *, addrsize=8):
        """Write `data` from `register` on."""
        depth = enter()
        self._transfer(depth, address, bytes((register,)) + bytes(data), None, True)

    def readfrom_mem_into(self, address, register, buffer, *, addrsize=8):
        """Read from `register` on into `buffer`."""
        depth = enter()
        self._transfer(depth, address, bytes((register,)), buffer, False)

    def readfrom_mem(self, address, register, n, *, addrsize=8):
        """Read `n` bytes from `register` on."""
        buffer = bytearray(n)
        depth = enter()
        self._transfer(depth, address, bytes((register,)), buffer, False)
        return bytes(buffer)

    def scan(self):
        """Addresses that acknowledge."""
        found = []
        for address in range(8, 0x78):
            depth = enter()
            try:
                self._transfer(depth, address, b"", None, True)
            except OSError:
                continue
            found.append(address)
        return found


_blocks = (_I2CBlock(0), _I2CBlock(1))


def I2C(number, *, scl=None, sda=None, freq=400000, timeout=50000):
    """The block `number` set up anew: one object for each, as on the chip, where this allocates nothing."""
    block = _blocks[number]
    depth = enter()
    try:
        block._set(scl, sda, freq, timeout)
    finally:
        leave(depth)
    _spend(_I2C_US)
    return block


class PWM:
    """The timer of a pin; what it blinks goes to the journal."""

    def __init__(self, pin, *, freq=None, duty_u16=None):
        depth = enter()
        try:
            _spend(_REGISTER_US)
            if freq is None or freq < 10:
                raise ValueError("freq too small")  # 8 bits of divider, 16 of counter: 7.5 Hz at 125 MHz, 9 at 150
            journal.write("pwm", '"pin": %d, "hz": %d, "duty_u16": %d' % (pin._number, freq, duty_u16))
        finally:
            leave(depth)


class SPI:
    """A hardware SPI block; what nobody drives reads as 1."""

    def __init__(self, number, baudrate=1000000, *, sck=None, mosi=None, miso=None, polarity=0, phase=0):
        place = _world.board["SD_SPI"]
        wires = tuple([None if pin is None else pin._number for pin in (sck, mosi, miso)])
        self._card = _world.card if (number,) + wires == tuple(place[:4]) else None
        self._select = place[4]
        self.init(baudrate=baudrate)

    def init(self, baudrate=1000000, *, polarity=0, phase=0):
        """Another clock."""
        _spend(_SPI_US)
        self._hz = baudrate

    def _transfer(self, out, into):
        depth = enter()
        try:
            clock.spend(_SPI_US)
            count = len(into) if out is None else len(out)
            clock.wait((count * 8000000 + self._hz - 1) // self._hz)
            if self._card is not None and not _levels[self._select]:
                self._card.exchange(out, into)
            elif into is not None:
                for k in range(len(into)):
                    into[k] = 0xFF
        finally:
            leave(depth)

    def write(self, buffer):
        """Send."""
        self._transfer(buffer, None)

    def readinto(self, buffer, write=0):
        """Receive while `write` is sent over and over."""
        if write != 0xFF:
            raise NotImplementedError("an SD card wants 0xFF while it is read")
        self._transfer(None, buffer)

    def read(self, nbytes, write=0):
        """The same into new bytes."""
        buffer = bytearray(nbytes)
        self.readinto(buffer, write)
        return bytes(buffer)


class ADC:
    """One analog pin, one conversion at a time."""

    def __init__(self, pin):
        number = pin._number if isinstance(pin, Pin) else pin
        self._channel = number - 26 if number >= 26 else number
        depth = enter()
        try:
            cs = _world.adc.read_register(0)
            if not cs & 1:
                _world.adc.write_register(0, cs | 1)
        finally:
            leave(depth)

    def read_u16(self):
        """One conversion, stretched to 16 bits as the port does."""
        depth = enter()
        try:
            clock.spend(_REGISTER_US)
            raw = _world.adc.one_reading(self._channel)
        finally:
            leave(depth)
        return raw << 4 | raw >> 8


class _Memory32:
    """`mem32`: the registers that are modelled; the RP2's atomic aliases (xor, set, clear) work."""

    def __getitem__(self, address):
        depth = enter()
        try:
            clock.spend(_REGISTER_US)
            block = address & ~0x3FFF
            offset = address & 0xFFF
            if block == _world.adc.base:
                return boxed(_world.adc.read_register(offset), depth)
            if block == _WATCHDOG and offset == 0:
                return boxed(_WATCHDOG_ENABLE if _world.watchdog_us else 0, depth)
            if block == _WATCHDOG and offset == 8:
                return _world.config["reset_reason"]  # 1: the watchdog's time was up, 2: a reset was asked for
            if block == _WATCHDOG and 0x0C <= offset <= 0x28:
                return boxed(_world.watchdog_scratch[(offset - 0x0C) >> 2], depth)
            raise NotImplementedError("register 0x%08x is not modelled" % address)
        finally:
            leave(depth)

    def __setitem__(self, address, value):
        depth = enter()
        try:
            clock.spend(_REGISTER_US)
            block = address & ~0x3FFF
            offset = address & 0xFFF
            how = address >> 12 & 3
            value &= 0xFFFFFFFF
            if block == _world.adc.base:
                if how:
                    value = _combine(_world.adc.read_register(offset), value, how)
                _world.adc.write_register(offset, value)
            elif block == _WATCHDOG and offset == 0:
                old = _WATCHDOG_ENABLE if _world.watchdog_us else 0
                if old and not (_combine(old, value, how) if how else value) & _WATCHDOG_ENABLE:
                    _world.stop_watchdog()
            elif block == _WATCHDOG and 0x0C <= offset <= 0x28:
                index = (offset - 0x0C) >> 2
                if how:
                    value = _combine(_world.watchdog_scratch[index], value, how)
                _world.watchdog_scratch[index] = value
            else:
                raise NotImplementedError("register 0x%08x is not modelled" % address)
        finally:
            leave(depth)


def _combine(old, value, how):
    return old ^ value if how == 1 else old | value if how == 2 else old & ~value


_WATCHDOG = 0x400D8000 if _world.rp2350 else 0x40058000
_WATCHDOG_ENABLE = 1 << 30  # CTRL.ENABLE
mem32 = _Memory32()


class WDT:
    """The watchdog: cannot be stopped."""

    def __init__(self, id=0, timeout=5000):
        if not 1 <= timeout <= (16777 if _world.rp2350 else 8388):
            raise ValueError("watchdog timeout of %d ms" % timeout)
        self._timeout_us = timeout * 1000
        self.feed()

    def feed(self):
        """Start the time anew."""
        _spend(_WATCHDOG_US)
        depth = enter()
        try:
            _world.feed_watchdog(self._timeout_us)
        finally:
            leave(depth)


class RTC:
    """The clock of the calendar: set by the host, otherwise 2021-01-01 at boot."""

    def datetime(self, value=None):
        """(year, month, day, weekday, hours, minutes, seconds, subseconds)."""
        import time

        if value is None:
            t = time.gmtime()
            return (t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0)
        time.set_epoch(time.mktime((value[0], value[1], value[2], value[4], value[5], value[6], 0, 0)))
        return None


def idle():
    """Wait for an interrupt, at most 1 ms."""
    _spend(_IDLE_US)
    clock.idle(1000)


def lightsleep(ms=None):
    """Wait `ms`; an interrupt ends it."""
    _spend(_IDLE_US)
    clock.idle((1000 if ms is None else ms) * 1000)


def disable_irq():
    """Interrupts off; returns the state for `enable_irq`."""
    return clock.disable()


def enable_irq(state):
    """Interrupts as they were."""
    clock.enable(state)


def reset():
    """The board starts anew; does not return."""
    depth = enter()
    try:
        stop.stop("reset")
    finally:
        leave(depth)


soft_reset = reset


def reset_cause():
    """PWRON_RESET or WDT_RESET (the chip resets itself through its watchdog)."""
    return _world.config["reset_cause"]


def unique_id():
    """Eight bytes."""
    return b"RHOMBOID"


def freq(hz=None):
    """CPU clock."""
    return _world.board["CPU_HZ"]


def bootloader(timeout=0):
    """Not on the virtual board."""
    sys.exit("bootloader")
