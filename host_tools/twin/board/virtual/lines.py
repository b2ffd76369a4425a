"""The wires of the board: levels, who drives them, edges.

A level is what a pin reads. The firmware drives the pins it has made outputs, the models drive theirs; an undriven
pin reads its pull resistor. Edges on a pin with an armed interrupt call the handler; a model may listen to a pin that
the firmware drives.
"""

from virtual import clock

PINS = 48
RISING = 8
FALLING = 4

levels = bytearray(PINS)
_external = bytearray(b"\x02" * PINS)  # level that a model drives, 2 = none
_output = bytearray(b"\x02" * PINS)  # level that the firmware drives, 2 = none
_pulls = bytearray(PINS)
_resistors = bytearray(b"\x02" * PINS)  # pulls on the board itself, 2 = none
_handlers = [None] * PINS
_listeners = [None] * PINS


def listen(pin, action):
    """A model hears `action(level)` when the level of `pin` changes."""
    _listeners[pin] = action


def arm(pin, handler, argument, trigger, hard):
    """The firmware wants `handler(argument)` on the edges in `trigger`; None disarms."""
    _handlers[pin] = (handler, argument, trigger, hard) if handler is not None else None


def _settle(pin):
    # a low driver wins, as on an open-drain line
    external = _external[pin]
    output = _output[pin]
    level = external if external < output else output
    if level == 2:
        level = _resistors[pin] if _resistors[pin] != 2 else _pulls[pin]
    if level == levels[pin]:
        return
    levels[pin] = level
    if _listeners[pin] is not None:
        _listeners[pin](level)
    armed = _handlers[pin]
    if armed is not None and armed[2] & (RISING if level else FALLING):
        clock.interrupt(armed[0], armed[1], armed[3])


def drive(pin, level):
    """A model drives `pin` to 0 or 1, or lets it go (2). Heap open."""
    _external[pin] = level
    _settle(pin)


def output(pin, level):
    """The firmware drives `pin` to 0 or 1, or lets it go (2). Heap open."""
    _output[pin] = level
    _settle(pin)


def resistor(pin, level):
    """A resistor on the board pulls `pin` to `level`."""
    _resistors[pin] = level
    _settle(pin)


def pull(pin, level):
    """The chip's own resistor on `pin` pulls to `level` (a floating pin reads 0)."""
    _pulls[pin] = level
    _settle(pin)


def external(pin):
    """What a model drives on `pin`: 0, 1, or 2 for nothing."""
    return _external[pin]
