"""Safe mode: sensors and motors stay off, the LED flickers by itself, four pulses are felt once; the prompt is free."""

import sys
from io import StringIO
from time import sleep_ms

from micropython import const

from rhomboid.drivers.drv2605l import TactorError
from rhomboid.haptics.language import CUES, slots

_FELT_MS = const(900)
_MOST_CHARACTERS = const(2000)


def keep(error):
    """The traceback of what brought the device here goes to the file /crash, for `rhomboid doctor`."""
    text = StringIO()
    sys.print_exception(error, text)
    try:
        with open("/crash", "w") as file:
            file.write(text.getvalue()[:_MOST_CHARACTERS])
    except OSError:
        pass  # no room: the prompt shows it too


def show(device):
    """Come back after the pulses."""
    device.led.flicker()
    sequence = slots([cue for cue in CUES if cue[0] == "safe_mode"][0][1], 100)
    for tactor in device.tactors.values():
        try:
            tactor.setup([])
        except TactorError:
            continue  # the LED tells too
        tactor.play(sequence)
    sleep_ms(_FELT_MS)
    for tactor in device.tactors.values():
        tactor.stop()
