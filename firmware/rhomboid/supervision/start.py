"""From power-on to the loop: board, settings, parts, pipeline, and back to the REPL for SERVICE."""

import gc
import os
from array import array
from time import ticks_us

import machine
import micropython

from rhomboid import VERSION
from rhomboid import features as f
from rhomboid.fixed import clock64
from rhomboid.service import unplugged
from rhomboid.settings.slots import SaveError
from rhomboid.supervision import board as boards
from rhomboid.supervision import faults as fault_codes
from rhomboid.supervision import led
from rhomboid.supervision.watchdog import Watchdog

# RAM for records between two flushes; the rest of the heap is code and state (engineering choice)
_LOG_BYTES = {"rp2040": 40_960, "rp2350": 131_072}
_SAFE_AFTER_RESETS = 3


def run():
    """Run until SERVICE; returns to the REPL. Sensors that fail are left to their supervision."""
    micropython.alloc_emergency_exception_buf(128)  # a failing bus raises with the heap locked
    board = boards.load()
    dog = Watchdog(board.MCU)
    resets = dog.resets_in_a_row() + 1 if dog.bitten() else 0
    dog.count_resets(resets)

    from rhomboid.supervision import loop
    from rhomboid.supervision.device import Device

    device = Device(board)
    if resets >= _SAFE_AFTER_RESETS or not machine.Pin(board.BUTTON, machine.Pin.IN, machine.Pin.PULL_UP).value():
        device.led.flicker()
        return
    session, health = _build(device, board, dog, resets)
    dog.start()
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
        unplugged.restart(machine.Pin(board.USB_SENSE))


def _build(device, board, dog, resets):
    from rhomboid.coaching import exercises
    from rhomboid.recording.storage import Storage
    from rhomboid.recording.ulog import LogWriter
    from rhomboid.settings.slots import Slots
    from rhomboid.supervision.faults import FaultWatch
    from rhomboid.supervision.health import LoopHealth
    from rhomboid.supervision.markers import MARKERS
    from rhomboid.supervision.pipeline import Pipeline
    from rhomboid.supervision.session import Session

    store = Slots()
    settings, reasons = store.load()
    for key in ("emg_sites", "mvc_uv_q4", "rest_uv_q4"):
        settings[key] = settings[key][: device.emg.channels]
    device.bring_up(settings["drv_calibration"], _nothing)
    if not settings["drv_calibration"]:
        _set_up_tactors(device, store, settings, reasons)
    gc.collect()
    cells = array("i", [f.UNDEFINED] * f.COUNT)
    now_us = ticks_us()
    clock = clock64.new_clock(now_us)
    storage = Storage(_log_folder())
    log = LogWriter(_LOG_BYTES[board.MCU], cells, clock, storage, device.emg.channels)
    pipeline = Pipeline(device, settings, cells, clock, log, now_us)
    log.texts = {
        "sys_name": "Rhomboid",
        "ver_sw": VERSION,
        "ver_hw": board.NAME,
        "rules": tuple(pipeline.coach.rule_names),
        "exercises": exercises.NAMES,
        "markers": MARKERS,
        "problems": tuple(device.problems + reasons),
    }
    if settings["raw_emg"] or settings["raw_imu"]:
        from rhomboid.recording import state

        log.texts.update(state.texts(pipeline, device.imus))
    health = LoopHealth()
    watch = FaultWatch(device, len(settings["emg_sites"]), cells, log)
    session = Session(device, pipeline, log, storage, settings, store, dog, health, watch)
    gc.collect()
    device.start()
    if resets:
        log.fault(ticks_us(), fault_codes.BOARD, fault_codes.WATCHDOG_RESET, 1)
    device.led.show(led.STEADY)
    return session, health


def _set_up_tactors(device, store, settings, reasons):
    """The first start with these motors: what their calibration finds is kept, unless a slot is there to be mended."""
    found = device.calibrate_tactors()
    if found and not reasons:
        settings["drv_calibration"] = found
        try:
            store.save(settings)
        except SaveError as error:
            reasons.append(str(error))


def _log_folder():
    """Logs go to the microSD card when one is mounted at /sd: only a card takes raw streams during a set."""
    try:
        os.stat("/sd")
    except OSError:
        return "/logs"
    return "/sd/logs"


def _nothing():
    pass
