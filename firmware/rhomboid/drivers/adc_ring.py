"""EMG by ADC FIFO -> DMA -> ring in SRAM, four conversions summed to one 14-bit sample per millisecond and channel.

RP2040 data sheet 4.9 (ADC) and 2.5 (DMA), RP2350 data sheet 12.4 and 12.6. The FIFO carries no channel number: position
in the stream is the channel, so after an overrun the converter is stopped, drained and restarted at the first channel.
"""

import gc
from array import array
from time import ticks_us

import micropython
import rp2
import uctypes
from machine import ADC, Pin, mem32
from micropython import const

OVERSAMPLING = const(4)
FRAME_US = const(1000)
_ADC_CLOCK_HZ = const(48_000_000)
_FCS_ENABLED = const(0x0100_0009)  # THRESH 1, DREQ_EN, EN
_FCS_CLEAR = const(0x0C00)  # OVER and UNDER are cleared by writing 1
_FCS_OVER = const(0x0800)
_CS_READY = const(0x100)
# fits the 28-bit counter of the RP2350: 4.66 h at 16 kS/s
_TRANSFERS = const(0x0FFF_FFF0)
_REARM_ABOVE = const(0x0FF0_0000)  # a minute before the end (engineering choice)
_OVERRUN_MARGIN = const(256)  # conversions the DMA may write while the oldest frames are read: 16 ms at 16 kS/s
# state cells
GAP_FRAMES = const(0)  # lost just before the frames of the last take()
LOST_FRAMES = const(1)  # lost since start()
NEWEST_US = const(2)  # ticks at the end of the newest frame taken
RESTARTS = const(3)
_READ = const(4)  # conversions consumed since the DMA was armed
_PENDING_GAP = const(5)  # frames lost in a restart, reported by the next take()
_CHANNELS = const(6)
_MASK = const(7)
_CAPACITY = const(8)
_CELLS = const(9)
_TICKS_MASK = const(0x3FFF_FFFF)

_REGISTERS = {  # ADC base, DREQ_ADC
    "rp2040": (0x4004_C000, 36),
    "rp2350": (0x400A_0000, 48),
}
_FILLERS_MOST = const(6)


@micropython.viper
def drain(ring: ptr16, state: ptr32, untransferred: int, out: ptr16, most: int) -> int:
    """Sum 4 round-robin rounds into up to `most` interleaved samples, oldest first; answers how many frames.

    untransferred: what the DMA has still to do, 0..2^28. When it has lapped the reader the oldest frames are skipped
    and counted. Bounds: 12-bit inputs, sums <= 16380 fit int16; conversions counted below 2^28, times 1000 us per frame
    only for frames within the ring or a gap below 2^20 frames (17 minutes).
    """
    channels = int(state[_CHANNELS])
    per_frame = channels << 2
    ready = _TRANSFERS - untransferred - int(state[_READ])
    gap = int(state[_PENDING_GAP])
    state[_PENDING_GAP] = 0
    newest_us = int(state[NEWEST_US])
    if ready > int(state[_CAPACITY]):
        skipped = (ready - int(state[_CAPACITY]) + per_frame - 1) // per_frame
        state[_READ] = int(state[_READ]) + skipped * per_frame
        state[LOST_FRAMES] = int(state[LOST_FRAMES]) + skipped
        ready -= skipped * per_frame
        newest_us += skipped * FRAME_US
        gap += skipped
    state[GAP_FRAMES] = gap
    n = ready // per_frame
    if n > most:
        n = most
    mask = int(state[_MASK])
    k = int(state[_READ])
    o = 0
    for i in range(n):
        for c in range(channels):
            j = k + channels
            s = int(ring[k & mask] & 0xFFF) + int(ring[j & mask] & 0xFFF)
            j += channels
            s += int(ring[j & mask] & 0xFFF)
            j += channels
            out[o] = s + int(ring[j & mask] & 0xFFF)
            o += 1
            k += 1
        k += 3 * channels
    state[_READ] = k
    state[NEWEST_US] = (newest_us + n * FRAME_US) & _TICKS_MASK
    return n


def _aligned(size):
    """A memoryview of `size` bytes whose address is a multiple of `size`, as a DMA ring needs.

    A filler that ends at the next such address pushes the ring there; where an earlier hole takes the filler, another
    one follows. All fillers are freed again, so that the heap loses nothing.
    """
    fillers = []
    for _ in range(_FILLERS_MOST):
        gc.collect()
        ring = bytearray(size)
        lead = -uctypes.addressof(ring) & (size - 1)
        if lead == 0:
            return memoryview(ring)
        del ring
        gc.collect()
        fillers.append(bytearray(lead))
    del fillers
    gc.collect()
    block = bytearray(2 * size)
    lead = -uctypes.addressof(block) & (size - 1)
    return memoryview(block)[lead : lead + size]


class AdcRing:
    """EMG samples of all channels. `state` cells: GAP_FRAMES, LOST_FRAMES, NEWEST_US, RESTARTS."""

    def __init__(self, mcu, adc_channels, ring_bytes):
        """mcu "rp2040" or "rp2350"; adc_channels ascending ADC inputs; ring_bytes a power of two <= 32768."""
        base, self._dreq = _REGISTERS[mcu]
        self._cs = base
        self._fcs = base + 0x08
        self._fifo = base + 0x0C
        self._div = base + 0x10
        self.channels = len(adc_channels)
        self._first = adc_channels[0]
        self._round_robin = sum(1 << c for c in adc_channels)
        for c in adc_channels:
            ADC(Pin(26 + c))  # switches the pad to analogue
        self._ring = _aligned(ring_bytes)
        self._ring_bits = 0
        while 1 << self._ring_bits < ring_bytes:
            self._ring_bits += 1
        self._per_frame = OVERSAMPLING * self.channels
        self.state = state = array("i", [0] * _CELLS)
        state[_CHANNELS] = self.channels
        state[_MASK] = ring_bytes // 2 - 1
        state[_CAPACITY] = ring_bytes // 2 - _OVERRUN_MARGIN
        self._dma = rp2.DMA()
        self._control = self._dma.pack_ctrl(
            size=1,
            inc_read=False,
            inc_write=True,
            ring_sel=True,
            ring_size=self._ring_bits,
            treq_sel=self._dreq,
            irq_quiet=True,
        )
        self.take = self._bound_take()

    def start(self):
        """Start (or restart) conversion at the first channel."""
        self.stop()
        rate_hz = 1000 * self._per_frame
        mem32[self._div] = (_ADC_CLOCK_HZ // rate_hz - 1) << 8
        mem32[self._fcs] = _FCS_ENABLED | _FCS_CLEAR
        dma = self._dma
        dma.config(read=self._fifo, write=self._ring, count=_TRANSFERS, ctrl=self._control, trigger=True)
        self.state[_READ] = 0
        self.state[GAP_FRAMES] = 0
        self.state[NEWEST_US] = ticks_us()
        mem32[self._cs] = (self._round_robin << 16) | (self._first << 12) | 0b1001  # START_MANY, EN

    def stop(self):
        """Stop conversion and drain the FIFO; safe at any time."""
        mem32[self._cs] = 1
        while not mem32[self._cs] & _CS_READY:
            pass
        self._dma.active(0)
        while mem32[self._fcs] >> 16 & 0xF:
            mem32[self._fifo]
        mem32[self._fcs] = _FCS_CLEAR

    def watch(self):
        """Restart after an overrun (then True), and when the transfer counter is nearly used up: a gap, counted."""
        overrun = mem32[self._fcs] & _FCS_OVER
        if overrun or self.state[_READ] > _REARM_ABOVE:
            self.restart()
        return overrun

    def restart(self):
        """Restart at the first channel: after an overrun channels may have rotated. Time without samples is counted.

        What the ring still holds is given up with it: its channels are not to be trusted either.
        """
        state = self.state
        before_us = state[NEWEST_US]
        self.start()
        lost = ((state[NEWEST_US] - before_us) & _TICKS_MASK) // FRAME_US
        state[_PENDING_GAP] += lost
        state[LOST_FRAMES] += lost
        state[RESTARTS] += 1

    def _bound_take(self):
        """take(frames, most): see drain(). What it touches stands in its defaults (see pipeline.py)."""

        def take(frames, most, ring=self._ring, state=self.state, dma=self._dma, drain=drain):
            return drain(ring, state, dma.count, frames, most)

        return take
