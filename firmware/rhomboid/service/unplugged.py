"""SERVICE ends when the cable is pulled: the device starts anew and is READY."""

import time

import machine
from micropython import const

_BOUNCE_MS = const(200)  # a plug that is pulled slowly makes contact again
_STEP_MS = const(10)


def restart(usb_pin, dog):
    """From now on, when USB power goes for good, reset; the clock that the host has set goes on."""

    def on_falling(usb_pin):
        for _ in range(_BOUNCE_MS // _STEP_MS):
            if usb_pin.value():
                return
            time.sleep_ms(_STEP_MS)
        dog.keep_clock(False)
        machine.reset()

    usb_pin.irq(on_falling, machine.Pin.IRQ_FALLING)
