"""From power-on to the loop: board, settings, parts, pipeline, and back to the REPL for SERVICE."""

import gc
from time import ticks_us

import machine
import micropython

from rhomboid.passing import forget
from rhomboid.service import unplugged
from rhomboid.supervision import board as boards
from rhomboid.supervision.watchdog import Watchdog

# While code is loaded a collection comes every so many bytes, or the buffers through which it was read would stand as
# holes between the modules: without it 90 of 250 KB lie in pieces under 1.3 KB (seen on an emulated RP2040)
_COLLECT_EVERY_BYTES = 3000
_SAFE_AFTER_RESETS = 3


def run():
    """Run until SERVICE; returns to the REPL. Sensors that fail are left to their supervision."""
    gc.threshold(_COLLECT_EVERY_BYTES)
    micropython.alloc_emergency_exception_buf(128)  # a failing bus raises with the heap locked
    board = boards.load()
    dog = Watchdog(board.MCU)
    resets = dog.resets_in_a_row() + 1 if dog.bitten() else 0
    dog.count_resets(resets)
    dog.restore_clock()

    from rhomboid.supervision.device import Device

    device = Device(board)
    if resets >= _SAFE_AFTER_RESETS or device.button.pressed():
        from rhomboid.supervision import safe

        safe.show(device)
        return
    try:
        from rhomboid.supervision import assembly

        session, health = assembly.build(device, board, dog, resets)
        del assembly
        forget("rhomboid.supervision.assembly")
        gc.threshold(-1)
        gc.collect()
        dog.start()
        _run(session, device, dog, health, board)
    except Exception as error:
        from rhomboid.supervision import safe

        safe.keep(error)
        device.stop()
        safe.show(device)
        raise  # the traceback is for the prompt
    if session.sleeps:
        from rhomboid.supervision import sleep

        sleep.run(device, dog, session.flat)


def _run(session, device, dog, health, board):
    from rhomboid.supervision import loop

    try:
        loop.run(session, device.imus, device.edges.cells, health)
    finally:
        # SERVICE, or the host interrupted: EMG front ends off, everything recorded is kept, motors off
        micropython.kbd_intr(-1)  # a second Ctrl-C must not cut this short
        dog.stop()  # closing the log on worn flash takes longer than its time
        device.emg_power(False)
        session.close_log(ticks_us())
        device.stop()
        micropython.kbd_intr(3)
        unplugged.restart(machine.Pin(board.USB_SENSE), dog)
