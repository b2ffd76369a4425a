"""Everything that runs, made once at power-on: settings, parts, stages, session. Dropped from memory afterwards."""

import gc
from array import array
from time import ticks_us

from rhomboid import VERSION
from rhomboid import features as f
from rhomboid.fixed import clock64
from rhomboid.passing import forget
from rhomboid.recording.storage import Storage
from rhomboid.settings.store import SaveError
from rhomboid.supervision import boots, led
from rhomboid.supervision import faults as fault_codes

# RAM for records between two flushes, where code and state leave so much (engineering choice)
LOG_BYTES = {"rp2040": 40_960, "rp2350": 131_072}
_LOG_LEAST_BYTES = 8192
_LOG_STEP_BYTES = 4096
# what is loaded between sets for a moment: another exercise with the library of rules is the largest
_RESERVE_BYTES = 24_576


def build(device, board, dog, resets):
    from rhomboid.coaching import exercises
    from rhomboid.recording.ulog import LogWriter
    from rhomboid.settings.store import Store
    from rhomboid.supervision.faults import FaultWatch
    from rhomboid.supervision.health import LoopHealth
    from rhomboid.supervision.markers import MARKERS
    from rhomboid.supervision.pipeline import Pipeline
    from rhomboid.supervision.session import Session

    number, new = boots.count()
    store = Store()
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
    storage = _storage(board, device.problems)
    log = LogWriter(_LOG_LEAST_BYTES, cells, clock, storage, device.emg.channels)
    pipeline = Pipeline(device, settings, cells, clock, log, now_us)
    log.texts = {
        "sys_name": "Rhomboid",
        "ver_sw": VERSION,
        "ver_hw": board.NAME,
        "rules": tuple(pipeline.coach.rule_names),
        "exercises": exercises.NAMES,
        "markers": MARKERS,
        "problems": tuple(device.problems + reasons + ([boots.NEW_STORAGE] if new else [])),
        "boots": number,
    }
    if settings["raw_emg"] or settings["raw_imu"]:
        from rhomboid.recording import state

        log.texts.update(state.texts(pipeline, device.imus))
    health = LoopHealth()
    watch = FaultWatch(device, len(settings["emg_sites"]), cells, log)
    session = Session(device, pipeline, log, storage, settings, store, dog, health, watch)
    _enlarge(log, LOG_BYTES[board.MCU])
    device.start()
    if resets:
        log.fault(ticks_us(), fault_codes.BOARD, fault_codes.WATCHDOG_RESET, 1)
    device.led.show(led.STEADY)
    pipeline.signal("warning" if resets or new or reasons else "ready", ticks_us())
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


def _enlarge(log, most_bytes):
    """The log's memory: what the heap can give."""
    size = most_bytes
    while size > _LOG_LEAST_BYTES:
        gc.collect()
        if gc.mem_free() - size >= _RESERVE_BYTES:
            try:
                log.resize(size)
                return
            except MemoryError:  # not in one piece
                pass
        size -= _LOG_STEP_BYTES


def _storage(board, problems):
    """Logs go to the microSD card when one is there: only a card takes raw streams during a set."""
    from rhomboid.drivers import sdcard

    card = sdcard.mount(board.SD_SPI, problems)
    if card is None:
        forget("rhomboid.drivers.sdcard")
        return Storage("/logs", None)
    return Storage("/sd/logs", card)


def _nothing():
    pass
