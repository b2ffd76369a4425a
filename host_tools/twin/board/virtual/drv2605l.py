"""The virtual DRV2605L: its registers and its sequencer (data sheet SLOS854C).

GO plays the waveform sequencer of mode 0 and clears itself when the sequence, wait slots included, has ended. Mode 7
runs the auto-calibration. Each GO is written to the journal with the waveform bytes, as truth for the host.
"""

from micropython import const

from virtual import clock, journal

_STATUS = const(0x00)
_MODE = const(0x01)
_RTP = const(0x02)
_SEQUENCE = const(0x04)
_GO = const(0x0C)
_COMPENSATION = const(0x18)
_BACK_EMF = const(0x19)
_FEEDBACK = const(0x1A)
_CONTROL4 = const(0x1E)
_BATTERY = const(0x21)
_LRA_PERIOD = const(0x22)

_STANDBY = const(0x40)
_RESET = const(0x80)
_DIAGNOSTIC_FAILED = const(0x08)

# register values after power-up, data sheet table 4 on
_DEFAULTS = (
    b"\xe0\x40\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x05\x19\xff\x19\xff\x3e\x8c\x0c\x6c\x36\x93\xf5\xa0"
    b"\x20\x80\x33\x00\x00"
)
# typical time of an auto-calibration by AUTO_CAL_TIME, data sheet register 0x1E
_CALIBRATION_MS = (250, 350, 600, 1100)


def effect_ms(effect):
    """How long a ROM waveform of the LRA library lasts. Engineering choice: the data sheet gives names, not lengths."""
    if effect == 15:
        return 750
    if effect == 16:
        return 1000
    if effect in (118,):
        return 10000  # the long buzz for programmatic stopping
    if 47 <= effect <= 51:
        return 140  # buzzes
    if 52 <= effect <= 57:
        return 100  # pulsing
    if 58 <= effect <= 69:
        return 60  # transition clicks and hums
    if 70 <= effect <= 117:
        return 500 if (effect - 70) % 2 == 0 else 250  # ramps, long and short
    if effect in (10, 11, 12, 37, 38, 39, 40):
        return 120  # double and triple clicks, long doubles
    return 60


class VirtualDrv2605l:
    """One driver with its LRA. `unplugged`: no acknowledge; `motor_open`: the LRA is not connected."""

    def __init__(self, name, back_emf=0x6E, compensation=0x0D):
        self.name = name
        self.unplugged = False
        self.motor_open = False
        self.registers = bytearray(_DEFAULTS)
        self.back_emf = back_emf
        self.compensation = compensation
        self.goes = 0
        self._pointer = 0
        self._finish = clock.slot(self._on_finish, "drv")

    def present(self):
        """Does it acknowledge its address?"""
        return not self.unplugged

    def stretch_us(self):
        """It never holds the clock."""
        return 0

    def power_on(self):
        """Supply comes: registers at their defaults, motor off."""
        clock.cancel(self._finish)
        self.registers[:] = _DEFAULTS

    def read(self, buffer):
        """Registers from the pointer on."""
        for i in range(len(buffer)):
            at = self._pointer
            buffer[i] = self.registers[at] if at < len(self.registers) else 0
            if at == _STATUS:
                self.registers[_STATUS] &= ~0x03
            self._pointer = at + 1

    def read_end(self):
        """Nothing follows a read."""

    def write(self, data):
        """Pointer, then values."""
        if not data:
            return
        self._pointer = data[0]
        for i in range(1, len(data)):
            self._set(self._pointer, data[i])
            self._pointer += 1

    def _set(self, register, value):
        if register in (_STATUS, _BATTERY, _LRA_PERIOD) or register >= len(self.registers):
            return
        if register == _MODE and value & _RESET:
            self.power_on()
            return
        self.registers[register] = value
        if register == _GO:
            if value & 1:
                self._go()
            else:
                clock.cancel(self._finish)
                journal.write("motor_off", '"tactor": "%s"' % self.name)
        elif register == _MODE:
            if value & _STANDBY:
                clock.cancel(self._finish)
                self.registers[_GO] = 0
            elif value & 7 == 5:
                self._real_time()
        elif register == _RTP and self.registers[_MODE] & 0x47 == 5:
            self._real_time()

    def _real_time(self):
        journal.write("rtp", '"tactor": "%s", "amplitude": %d' % (self.name, self.registers[_RTP]))

    def sequence_ms(self):
        """Length of what the sequencer holds."""
        total = 0
        for i in range(_SEQUENCE, _SEQUENCE + 8):
            value = self.registers[i]
            if value == 0:
                break
            total += (value & 0x7F) * 10 if value & 0x80 else effect_ms(value)
        return total

    def _go(self):
        mode = self.registers[_MODE]
        if mode & _STANDBY:
            self.registers[_GO] = 0
            return
        if mode & 7 == 0:
            self.goes += 1
            length_ms = self.sequence_ms()
            waveform = ",".join([str(v) for v in self.registers[_SEQUENCE : _SEQUENCE + 8]])
            journal.write("go", '"tactor": "%s", "waveform": [%s], "ms": %d' % (self.name, waveform, length_ms))
            self.registers[_LRA_PERIOD] = 0x3A  # 58 * 98.46 us: 175 Hz
            self.registers[_BATTERY] = 0xA8  # 3.7 V
        elif mode & 7 == 7:
            length_ms = _CALIBRATION_MS[self.registers[_CONTROL4] >> 4 & 3]
            journal.write("calibration", '"tactor": "%s"' % self.name)
        elif mode & 7 == 6:
            length_ms = 300
        else:
            return
        clock.at(self._finish, clock.now_us() + length_ms * 1000)

    def _on_finish(self):
        registers = self.registers
        registers[_GO] = 0
        mode = registers[_MODE] & 7
        if mode in (6, 7):
            # an LRA driven as an ERM does not calibrate
            failed = self.motor_open or not registers[_FEEDBACK] & 0x80
            if failed:
                registers[_STATUS] |= _DIAGNOSTIC_FAILED
            else:
                registers[_STATUS] &= ~_DIAGNOSTIC_FAILED
                if mode == 7:
                    registers[_COMPENSATION] = self.compensation
                    registers[_BACK_EMF] = self.back_emf
                    registers[_FEEDBACK] = registers[_FEEDBACK] & ~3 | 1
