"""Asleep between workouts, or switched off by an empty battery: everything off, the button or the cable wakes.

Waking is a reset: the boot that follows is the one that is proved everywhere else.
"""

import machine
from micropython import const

_LOOK_MS = const(50)  # a press is longer
_PRESSED_LOOKS = const(2)


def run(device, dog, flat):
    """Does not come back. The parts have been stopped; flat: only the cable wakes."""
    for imu in device.imus:
        imu.reset_pin.value(0)  # held in reset it draws least
    pressed = 0
    while True:
        machine.lightsleep(_LOOK_MS)
        pressed = pressed + 1 if device.button.pressed() else 0
        if device.usb() or (pressed == _PRESSED_LOOKS and not flat):
            dog.keep_clock(False)
            machine.reset()
