"""The chip's `rp2` module, on the virtual board: DMA channels."""

from virtual import clock, here
from virtual.heap import boxed, enter, leave

_controller = here.world.dma
_REGISTER_US = clock.COSTS["register"]


class DMA:
    """A DMA channel, as in MicroPython's rp2 port."""

    def __init__(self):
        here.world.aligning = False
        for channel in _controller.channels:
            if channel.number not in _controller.claimed:
                _controller.claimed.append(channel.number)
                self._channel = channel
                self.channel = channel.number
                return
        raise OSError(16)

    def pack_ctrl(self, default=None, **settings):
        """A control word; defaults as the port's: 32-bit, both addresses advancing, unpaced, no chain."""
        if default is None:
            base = _controller.pack(
                0,
                {
                    "enable": 1,
                    "size": 2,
                    "inc_read": 1,
                    "inc_write": 1,
                    "chain_to": self.channel,
                    "treq_sel": 0x3F,
                    "irq_quiet": 1,
                },
            )
        else:
            base = default
        return _controller.pack(base, settings)

    @staticmethod
    def unpack_ctrl(word):
        """The fields of a control word."""
        return _controller.unpack(word)

    def config(self, *, read=None, write=None, count=None, ctrl=None, trigger=False):
        """Set registers, then start when `trigger`."""
        depth = enter()
        try:
            clock.spend(_REGISTER_US)
            channel = self._channel
            if read is not None:
                channel.read = read
            if write is not None:
                channel.write = write
            if count is not None:
                channel.reload = count
            if ctrl is not None:
                channel.ctrl = ctrl
            if trigger:
                channel.trigger()
        finally:
            leave(depth)

    @property
    def count(self):
        """Transfers left."""
        depth = enter()
        try:
            clock.spend(_REGISTER_US)
            _controller.adc.sync()
            channel = self._channel
            value = channel.count
            if channel.mode:
                value |= channel.mode << 28
            if channel.moved:
                here.world.samples_seen(channel)
            return boxed(value, depth)
        finally:
            leave(depth)

    @count.setter
    def count(self, value):
        self._channel.reload = value

    @property
    def read(self):
        """Source."""
        return self._channel.read

    @read.setter
    def read(self, value):
        self._channel.read = value

    @property
    def write(self):
        """Destination as it was given (positions come from `count`)."""
        return self._channel.write

    @write.setter
    def write(self, value):
        self._channel.write = value

    @property
    def ctrl(self):
        """Control word."""
        return self._channel.ctrl

    @ctrl.setter
    def ctrl(self, value):
        self._channel.ctrl = value

    def active(self, value=None):
        """Is it running? With a value: start or stop it."""
        depth = enter()
        try:
            clock.spend(_REGISTER_US)
            channel = self._channel
            if value is None:
                _controller.adc.sync()
            elif value:
                channel.trigger()
            else:
                channel.abort()
            return channel.busy
        finally:
            leave(depth)

    def irq(self, handler=None, hard=False):
        """Call `handler(dma)` at the end of a transfer."""
        self._channel.handler = handler
        self._channel.handler_hard = hard

    def close(self):
        """Stop and give the channel back."""
        if self.channel in _controller.claimed:
            self.active(0)
            _controller.claimed.remove(self.channel)
