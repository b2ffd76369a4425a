"""The first act after any reset: both tactors silent."""

from machine import I2C, Pin

from rhomboid.drivers import drv2605l
from rhomboid.supervision import board as boards


def run():
    """Write GO = 0 and standby to every tactor; an absent chip is found out later, by its set-up."""
    try:
        board = boards.load()
    except boards.UnknownBoard:
        return
    for number in board.TACTOR_BUS.values():
        sda, scl, hz = board.I2C[number]
        bus = _Bus(I2C(number, scl=Pin(scl), sda=Pin(sda), freq=hz, timeout=5000))
        drv2605l.Drv2605l("", bus).stop()


class _Bus:
    def __init__(self, i2c):
        self.i2c = i2c
