"""The virtual ADC by its registers, its FIFO, and the DMA channels that empty it (RP2040 data sheet 4.9 and 2.5,
RP2350 12.4, 12.6).

Nothing happens per conversion: `sync` computes at once all conversions since the last look. The FIFO carries no channel
number; when nothing empties it, conversions are lost and the round robin goes on, so the channels come out rotated.
"""

from array import array

import micropython
import uctypes
from micropython import const

from virtual import clock, journal
from virtual.emg import FRAME_US

# registers, offset from the base
_CS = const(0x00)
_RESULT = const(0x04)
_FCS = const(0x08)
_FIFO = const(0x0C)
_DIV = const(0x10)

_EN = const(1)
_START_ONCE = const(4)
_START_MANY = const(8)
_READY = const(0x100)
_FCS_EN = const(1)
_FCS_SHIFT = const(2)
_DREQ_EN = const(8)
_UNDER = const(0x400)
_OVER = const(0x800)

_DEPTH = const(8)  # both data sheets: eight element receive sample FIFO
_CYCLE_Q8 = const(256)
_US_Q8 = 48 * 256  # ADC clock cycles in a microsecond, Q8
_FRAME_Q8 = FRAME_US * _US_Q8

# cells of the conversion kernel
_MUX = const(0)
_PERIOD = const(1)  # of a conversion, ADC cycles Q8
_PHASE = const(2)  # within the stimulus frame, ADC cycles Q8
_FRAME = const(3)  # index in the window
_LIMIT = const(4)  # frames in the window
_COLUMNS = const(5)
_MAINS_AT = const(6)
_NOISE = const(7)
_POWER = const(8)
_NEXT = const(9)  # 5 cells: the input after this one
_COLUMN = const(14)  # 5 cells: column of the stimulus, -1 = none
_FAULT = const(19)  # 5 cells
_AMPLITUDE = const(24)  # 5 cells
_OTHER_MAINS = const(29)  # 5 cells: 400 for the second table

NO_FAULT = 0
RAIL = 1
OFF = 2  # electrode off: mains and noise, no muscle
MAINS = 3  # mains on top of the muscle
FLAT = 4
LOW_RAIL = 5
LOOSE = 6  # a contact that comes and goes: OFF for 170 ms, then well for 230 ms
OTHER_MAINS = 7  # of the other frequency

MAINS_LENGTH = 400  # 0.1 s of mains at 4 kHz: whole periods of 50 and of 60 Hz; two tables, one of each
_LOOSE_US = (230000, 170000)


@micropython.viper
def _convert(dst: int, at: int, mask: int, shift: int, n: int, src: ptr16, mains: ptr16, c: ptr32) -> int:
    """Up to n conversions to dst[at...] (16 bit, index modulo mask + 1); stops at the end of the window; returns how
    many."""
    out = ptr16(dst)
    mux = int(c[0])
    period = int(c[1])
    phase = int(c[2])
    frame = int(c[3])
    limit = int(c[4])
    columns = int(c[5])
    power = int(c[8])
    done = 0
    while done < n and frame < limit:
        column = int(c[14 + mux])
        fault = int(c[19 + mux])
        if power == 0 or column > 4:
            v = 0
        else:
            v = int(src[frame * columns + column])
            if fault:
                if fault == 1:
                    v = 4095
                elif fault == 5:
                    v = 0
                elif fault == 4:
                    v = 2048
                else:
                    m = (int(mains[int(c[6]) + int(c[29 + mux])]) & 0xFFFF) ^ 0x8000
                    m = ((m - 0x8000) * int(c[24 + mux])) >> 14
                    if fault == 2:
                        x = (int(c[7]) * 1664525 + 1013904223) & 0x3FFFFFFF
                        c[7] = x
                        v = 2048 + ((x >> 24) - 32)
                    v = v + m
                    if v < 0:
                        v = 0
                    if v > 4095:
                        v = 4095
        out[(at + done) & mask] = v >> shift
        done += 1
        mux = int(c[9 + mux])
        phase += period
        while phase >= 3072000:  # _FRAME_Q8
            phase -= 3072000
            frame += 1
            x = int(c[6]) + 1
            c[6] = 0 if x >= 400 else x
    c[0] = mux
    c[2] = phase
    c[3] = frame
    return done


class DmaChannel:
    """One channel of the DMA controller; `controller.adc` feeds those that are paced by the ADC."""

    def __init__(self, controller, number):
        self.controller = controller
        self.number = number
        self.read = 0
        self.write = 0  # address, or buffer as it was given
        self.reload = 0
        self.count = 0
        self.ctrl = 0
        self.busy = False
        self.handler = None
        self.handler_hard = False
        self._address = 0
        self._at = 0
        self._mask = 0
        self.mode = 0
        self.moved = 0  # since the firmware looked at the count
        self.finish = clock.slot(self._on_finish, "dma")

    def trigger(self):
        """Start with the values set."""
        controller = self.controller
        controller.adc.sync()
        fields = controller.unpack(self.ctrl)
        mode = self.reload >> 28 if controller.rp2350 else 0
        count = self.reload & 0x0FFFFFFF if controller.rp2350 else self.reload
        if not fields["enable"] or not count:
            return
        if mode not in (0, 1, 15):
            raise ValueError("DMA count 0x%x: the upper four bits are a mode on the RP2350" % self.reload)
        if fields["treq_sel"] != controller.dreq_adc or self._read_address() != controller.adc.base + _FIFO:
            raise NotImplementedError("DMA channel %d: only the ADC FIFO is modelled as a source" % self.number)
        if fields["size"] != 1 or fields["inc_read"] or not fields["inc_write"]:
            raise NotImplementedError("DMA channel %d: 16-bit transfers from the FIFO to memory only" % self.number)
        ring = 1 << fields["ring_size"] if fields["ring_size"] else 0
        if isinstance(self.write, int):
            self._address = self.write
        else:
            self._address = uctypes.addressof(self.write)
            size = len(self.write) * len(bytes(memoryview(self.write)[:1]))
            if size < (ring or 2 * count):
                raise ValueError("DMA channel %d would write past its buffer of %d bytes" % (self.number, size))
        if ring:
            if not fields["ring_sel"]:
                raise ValueError("DMA channel %d: the ring is on the read side" % self.number)
            if self._address & (ring - 1):
                raise ValueError("DMA channel %d: buffer not aligned to its ring of %d bytes" % (self.number, ring))
        self._mask = (ring >> 1) - 1 if ring else 0x3FFFFFFF
        self._at = 0
        self.count = count
        self.mode = mode
        self.busy = True
        controller.adc.sinks_changed()

    def _read_address(self):
        return self.read if isinstance(self.read, int) else uctypes.addressof(self.read)

    def abort(self):
        """Stop where it is."""
        self.controller.adc.sync()
        self.busy = False
        clock.cancel(self.finish)
        self.controller.adc.sinks_changed()

    def accept(self, values):
        """Samples that waited in the FIFO; returns how many were taken."""
        taken = 0
        while values and taken < len(values) and self.busy:
            _poke16(self._address, self._at & self._mask, values[taken])
            taken += 1
            self._moved(1)
        return taken

    def place(self):
        """(address, index, mask) of the next 16-bit word."""
        return self._address, self._at & self._mask, self._mask

    def _moved(self, n):
        self._at = (self._at + n) & self._mask if self._mask != 0x3FFFFFFF else self._at + n
        self.moved += n
        if self.mode == 15:
            return
        self.count -= n
        if self.count == 0:
            if self.mode == 1:
                self.count = self.reload & 0x0FFFFFFF
                return
            self.busy = False
            clock.cancel(self.finish)
            chain_to = self.controller.unpack(self.ctrl)["chain_to"]
            journal.write("dma_end", '"channel": %d' % self.number)
            if chain_to != self.number:
                self.controller.channels[chain_to].trigger()
            if self.handler is not None:
                clock.interrupt(self.handler, self, self.handler_hard)

    def _on_finish(self):
        self.controller.adc.sync()


@micropython.viper
def _poke16(address: int, at: int, value: int):
    p = ptr16(address)
    p[at] = value


class DmaController:
    """The channels and the layout of their control word."""

    # field: (lowest bit, width)
    _RP2040 = {
        "enable": (0, 1),
        "high_pri": (1, 1),
        "size": (2, 2),
        "inc_read": (4, 1),
        "inc_write": (5, 1),
        "ring_size": (6, 4),
        "ring_sel": (10, 1),
        "chain_to": (11, 4),
        "treq_sel": (15, 6),
        "irq_quiet": (21, 1),
        "bswap": (22, 1),
        "sniff_en": (23, 1),
    }
    _RP2350 = {
        "enable": (0, 1),
        "high_pri": (1, 1),
        "size": (2, 2),
        "inc_read": (4, 1),
        "inc_read_rev": (5, 1),
        "inc_write": (6, 1),
        "inc_write_rev": (7, 1),
        "ring_size": (8, 4),
        "ring_sel": (12, 1),
        "chain_to": (13, 4),
        "treq_sel": (17, 6),
        "irq_quiet": (23, 1),
        "bswap": (24, 1),
        "sniff_en": (25, 1),
    }

    def __init__(self, rp2350):
        self.rp2350 = rp2350
        self.dreq_adc = 48 if rp2350 else 36
        self.adc = None
        self.fields = self._RP2350 if rp2350 else self._RP2040
        self.channels = [DmaChannel(self, i) for i in range(4)]
        self.claimed = []

    def pack(self, base, settings):
        """The control word `base` with `settings` changed."""
        word = base
        for name, value in settings.items():
            if name not in self.fields:
                raise TypeError("DMA has no field " + name)
            bit, width = self.fields[name]
            mask = (1 << width) - 1
            word = word & ~(mask << bit) | (int(value) & mask) << bit
        return word

    def unpack(self, word):
        """The fields of a control word."""
        fields = {}
        for name, place in self.fields.items():
            fields[name] = word >> place[0] & (1 << place[1]) - 1
        return fields


class VirtualAdc:
    """`inputs`: for each ADC input 0..3 the column of the EMG stream, or None."""

    def __init__(self, rp2350, controller, stream, inputs, mains_path):
        self.base = 0x400A0000 if rp2350 else 0x4004C000
        self.stream = stream
        self.controller = controller
        self.world_offset_us = 0
        self.lost = 0  # conversions lost to a full FIFO
        controller.adc = self
        self._mains = array("h", bytes(4 * MAINS_LENGTH))
        with open(mains_path, "rb") as f:
            f.readinto(self._mains)
        self._cells = array("i", [0] * 34)
        self._loose = [0] * 4  # counts of the inputs whose contact comes and goes
        self._loose_off = 0
        self._contact = clock.slot(self._on_contact, "loose contact")
        self._cells[_COLUMNS] = stream.columns
        self._cells[_NOISE] = 12345
        for i in range(5):
            self._cells[_COLUMN + i] = inputs[i] if i < len(inputs) and inputs[i] is not None else 9
            self._cells[_AMPLITUDE + i] = 1 << 14
            self._cells[_NEXT + i] = i
        self._cs = 0
        self._fcs = 0
        self._div = 0
        self._result = 0
        self._fifo = []
        self._running = False
        self._held = False
        self._release = clock.slot(self._on_release, "dma held")
        self._synced_us = 0
        self._left_q8 = 0  # time since the last conversion, ADC cycles Q8
        self._frame_base = 0  # frame of the world at index 0 of the window
        self._samples = None
        self._scratch = array("H", [0])
        self._set_period()

    def power(self, on):
        """The supply of the front ends."""
        self.sync()
        self._cells[_POWER] = 1 if on else 0

    def hold(self, us):
        """The DMA gets no access to memory for `us` microseconds: the FIFO fills, and may overrun."""
        self.sync()
        self._held = True
        clock.at(self._release, clock.now_us() + us)

    def _on_release(self):
        self.sync()
        self._held = False
        self.sinks_changed()

    def fault(self, channel, kind, amplitude):
        """Fault of ADC input `channel`; amplitude in counts for OFF, MAINS, OTHER_MAINS and LOOSE."""
        self.sync()
        self._loose[channel] = amplitude if kind == LOOSE else 0
        self._cells[_OTHER_MAINS + channel] = MAINS_LENGTH if kind == OTHER_MAINS else 0
        if kind == LOOSE:
            kind = OFF
            self._loose_off = 1
            clock.at(self._contact, clock.now_us() + _LOOSE_US[1])
        self._cells[_FAULT + channel] = MAINS if kind == OTHER_MAINS else kind
        self._cells[_AMPLITUDE + channel] = amplitude

    def _on_contact(self):
        if not any(self._loose):
            return
        self.sync()
        self._loose_off ^= 1
        for channel in range(4):
            if self._loose[channel]:
                self._cells[_FAULT + channel] = OFF if self._loose_off else NO_FAULT
        clock.at(self._contact, clock.now_us() + _LOOSE_US[self._loose_off])

    # --- registers ---

    def read_register(self, offset):
        """The word at `offset`."""
        self.sync()
        if offset == _CS:
            ready = 0 if self._running else _READY
            return self._cs & ~0x7000 | self._cells[_MUX] << 12 | (ready if self._cs & _EN else 0)
        if offset == _RESULT:
            return self._result
        if offset == _FCS:
            level = len(self._fifo)
            return self._fcs | level << 16 | (0x100 if level == 0 else 0) | (0x200 if level == _DEPTH else 0)
        if offset == _FIFO:
            if not self._fifo:
                self._fcs |= _UNDER
                return 0
            return self._fifo.pop(0)
        if offset == _DIV:
            return self._div
        raise NotImplementedError("ADC register 0x%02x" % offset)

    def write_register(self, offset, value):
        """Write the word at `offset`."""
        self.sync()
        if offset == _CS:
            self._cells[_MUX] = value >> 12 & 7
            self._cs = value & 0x001F000F & ~_START_ONCE
            self._set_order(value >> 16 & 0x1F)
            run = value & (_EN | _START_MANY) == _EN | _START_MANY
            if run and not self._running:
                self._start()
            elif not run and self._running:
                self._running = False
                self.sinks_changed()
            if value & _START_ONCE and value & _EN and not run:
                self._once()
        elif offset == _FCS:
            self._fcs = value & 0x0F00000F | self._fcs & ~value & (_UNDER | _OVER)
            if not value & _FCS_EN:
                self._fifo = []
            self.sinks_changed()
        elif offset == _DIV:
            self._div = value & 0xFFFFFF
            self._set_period()
            self.sinks_changed()
        elif offset > _DIV and offset <= 0x20:
            return  # interrupt registers: no ADC interrupt is used
        else:
            raise NotImplementedError("ADC register 0x%02x" % offset)

    def _set_period(self):
        self._cells[_PERIOD] = max(96 * _CYCLE_Q8, _CYCLE_Q8 + self._div)

    def _set_order(self, mask):
        for i in range(5):
            following = i
            if mask:
                following = (i + 1) % 5
                while not mask >> following & 1:
                    following = (following + 1) % 5
            self._cells[_NEXT + i] = following

    def _locate(self):
        # the stimulus frame that is on the pins now
        world_us = clock.now_us() + self.world_offset_us
        frame = world_us // FRAME_US
        self._cells[_PHASE] = 0
        self._open_window(frame)

    def _open_window(self, frame):
        self._samples, index, limit = self.stream.window(frame)
        self._cells[_FRAME] = index
        self._cells[_LIMIT] = limit
        self._frame_base = frame - index
        self._cells[_MAINS_AT] = frame % MAINS_LENGTH

    def _start(self):
        self._running = True
        self._synced_us = clock.now_us()
        self._left_q8 = 0
        self._locate()
        self.sinks_changed()

    def _once(self):
        clock.wait(2)
        self._locate()
        self._convert_to(uctypes.addressof(self._scratch), 0, 0, 1, 0)
        self._result = self._scratch[0]
        if self._fcs & _FCS_EN:
            self._push(self._scratch[0] >> (4 if self._fcs & _FCS_SHIFT else 0))

    def one_reading(self, channel):
        """machine.ADC: select the input and convert once; 12 bits."""
        self.sync()
        self._cells[_MUX] = channel
        self._once()
        return self._result

    # --- conversions ---

    def _push(self, value):
        if len(self._fifo) >= _DEPTH:
            self._fcs |= _OVER
            self.lost += 1
        else:
            self._fifo.append(value)

    def _convert_to(self, address, at, mask, n, shift):
        done = 0
        while done < n:
            done += _convert(
                address, (at + done) & mask, mask, shift, n - done, self._samples, self._mains, self._cells
            )
            if done < n or self._cells[_FRAME] >= self._cells[_LIMIT]:
                self._open_window(self._frame_base + self._cells[_FRAME])

    def _sink(self):
        if self._fcs & (_FCS_EN | _DREQ_EN) == _FCS_EN | _DREQ_EN and not self._held:
            for channel in self.controller.channels:
                if channel.busy:
                    return channel
        return None

    def sinks_changed(self):
        """A channel was started or stopped, or the rate changed: empty the FIFO, and plan the end of the transfer."""
        channel = self._sink()
        while channel is not None and self._fifo:
            taken = channel.accept(self._fifo)
            self._fifo = self._fifo[taken:]
            channel = self._sink()
        if channel is None:
            return
        if not self._running or channel.mode == 15:
            clock.cancel(channel.finish)
            return
        us = (channel.count * self._cells[_PERIOD] - self._left_q8 + _US_Q8 - 1) // _US_Q8
        clock.at(channel.finish, clock.now_us() + us)

    def sync(self):
        """All conversions up to now."""
        if not self._running:
            return
        now_us = clock.now_us()
        period = self._cells[_PERIOD]
        left = self._left_q8 + (now_us - self._synced_us) * _US_Q8
        self._synced_us = now_us
        n = left // period
        self._left_q8 = left - n * period
        if not n:
            return
        shift = 4 if self._fcs & _FCS_SHIFT else 0
        while n:
            channel = self._sink()
            if channel is not None:
                some = n if channel.mode == 15 else min(n, channel.count)
                address, at, mask = channel.place()
                self._convert_to(address, at, mask, some, shift)
                channel._moved(some)
                n -= some
                continue
            fifo_open = self._fcs & _FCS_EN
            if fifo_open and len(self._fifo) < _DEPTH:
                self._convert_to(uctypes.addressof(self._scratch), 0, 0, 1, shift)
                self._result = self._scratch[0]
                self._push(self._scratch[0])
                n -= 1
                continue
            # nobody takes them: the round robin goes on
            if fifo_open:
                self._fcs |= _OVER
                self.lost += n
            self._skip(n)
            n = 0

    def _skip(self, n):
        self._convert_to(uctypes.addressof(self._scratch), 0, 0, n, 0)
        self._result = self._scratch[0]
