"""Which board this is: the name in the file /board, or else what MicroPython says of the machine."""

import os

_BY_MACHINE = (
    ("Feather RP2350", "feather_rp2350"),
    ("Pico 2", "pico2_w"),
    ("Pico", "pico"),
)


class UnknownBoard(Exception):
    """No board file fits; the text names the remedy."""


def load():
    """The board's data module; raises UnknownBoard."""
    name = ""
    try:
        with open("/board") as file:
            name = file.read().strip()
    except OSError:
        machine = os.uname().machine
        for mark, known in _BY_MACHINE:
            if mark in machine:
                name = known
                break
    try:
        return getattr(__import__("rhomboid.boards." + name), "boards").__dict__[name]
    except (ImportError, KeyError, AttributeError) as error:
        raise UnknownBoard("board '%s' has no file in rhomboid/boards; write its name to /board" % name) from error
