"""Modes of the device and what leads from one to the next; one tick of the loop belongs to exactly one mode."""

import gc
from array import array
from time import ticks_diff

from micropython import const, heap_lock, heap_unlock

from rhomboid.drivers import button
from rhomboid.supervision import faults as fault_codes
from rhomboid.supervision import led, watchdog

READY = const(0)
SET = const(1)
REST = const(2)
CALIBRATE = const(3)
SERVICE = const(4)

_REST_FEATURE_TICKS = const(50)  # 2 Hz at rest: engineering choice within 1.2 KB/s on average
_HEALTH_TICKS = const(100)
_REST_ENDS_US = const(500_000_000)  # no set for so long ends the workout and its log; below half the wrap of ticks
_LED = (led.STEADY, led.WINK, led.SLOW, led.FAST, led.OFF)


class Session:
    """READY -> SET -> REST -> SET ...; CALIBRATE from READY or REST; SERVICE when USB power is seen."""

    def __init__(self, device, pipeline, log, storage, settings, store, dog, health, faults):
        """store: settings/slots.py, where a new neutral pose is kept; dog: Watchdog; the rest as in start.py."""
        self.running = True
        self.timed = False  # this tick belongs to a set: its period counts in the health of the loop
        self.mode = READY
        self._device = device
        self._pipeline = pipeline
        self._log = log
        self._storage = storage
        self._settings = settings
        self._store = store
        self._dog = dog
        self._health = health
        self._faults = faults
        self._log_open = False
        self._locked = False
        self._back_to = READY
        self._neutral_taken = 0
        self._tick = 0
        self._since_us = 0
        self._imu_counts = array("i", [0, 0, 0])
        self._report = array("i", [0] * 11)

    def tick(self, now_us):
        """Called every 10 ms; in SET nothing in here allocates, blocks or touches the flash."""
        device = self._device
        pipeline = self._pipeline
        mode = self.mode
        self._tick += 1
        tick = self._tick
        self.timed = mode == SET
        evidence = pipeline.sense(now_us)
        if mode == SET:
            evidence |= pipeline.coach_set(now_us) | pipeline.record_set(now_us)
        else:
            evidence |= watchdog.COACHING | pipeline.record(now_us, _REST_FEATURE_TICKS)
        imu = device.imus[tick % 3]
        imu.supervise(now_us)
        self._faults.step(now_us)
        device.led.step(tick)
        gesture = device.button.poll(now_us)
        if gesture:
            self._on_gesture(gesture, now_us)
        if tick % _HEALTH_TICKS == 0:
            self._once_a_second(now_us)
        if mode != SET:
            self._at_rest(now_us)
        self._dog.feed(evidence)

    def _on_gesture(self, gesture, now_us):
        mode = self.mode
        pipeline = self._pipeline
        if gesture == button.SHORT:
            if mode == SET:
                self._end_set(now_us)
            elif mode != CALIBRATE:
                self._begin_set(now_us)
            else:
                pipeline.tracker.cancel_neutral()
                self._enter(self._back_to, now_us)
        elif gesture == button.DOUBLE:
            pipeline.coach.schedule.snooze(now_us)
            pipeline.signal("snoozed", now_us)
        elif gesture == button.ARMED:
            pipeline.signal("attention", now_us)
        elif gesture == button.NEUTRAL and mode != SET:
            pipeline.tracker.request_neutral()
            self._neutral_taken = pipeline.tracker.neutral_taken
            self._back_to = READY if mode == CALIBRATE else mode
            self._enter(CALIBRATE, now_us)

    def _begin_set(self, now_us):
        """From rest into a set: the last garbage and the log's header are dealt with now."""
        pipeline = self._pipeline
        if not self._log_open and self._storage is not None:
            try:
                self._log.begin(self._storage.new_path(), self._settings, now_us)
                self._log_open = True
            except OSError:
                pipeline.signal("warning", now_us)
        pipeline.begin_set()
        gc.collect()
        self._dog.start()
        self._health.reset()
        pipeline.signal("set_begun", now_us)
        self._enter(SET, now_us)
        self._lock_heap()

    def _lock_heap(self):
        """No garbage in a set. The interpreter then also takes call frames from the stack, which is quicker."""
        if not self._locked:
            heap_lock()
            self._locked = True

    def _unlock_heap(self):
        if self._locked:
            heap_unlock()
            self._locked = False

    def allocation_failed(self, now_us):
        """A tick of a set has tried to allocate: it is cut short, the set goes on with the heap open, the log tells."""
        self._unlock_heap()
        self._log.fault(now_us, fault_codes.BOARD, fault_codes.ALLOCATION, 1)

    def _end_set(self, now_us):
        self._unlock_heap()
        self._pipeline.signal("set_ended", now_us)
        self._enter(REST, now_us)

    def _at_rest(self, now_us):
        """One small thing per tick: a calibration that has come out, a block of the log, the end of the workout."""
        pipeline = self._pipeline
        if self.mode == CALIBRATE:
            tracker = pipeline.tracker
            if not tracker.neutral_pending():
                taken = tracker.neutral_taken != self._neutral_taken
                pipeline.signal("neutral_taken" if taken else "refused", now_us)
                self._enter(self._back_to, now_us)
        elif self._log_open:
            self._log.flush_some()
            if self.mode == REST and ticks_diff(now_us, self._since_us) > _REST_ENDS_US:
                self.close_log(now_us)
                self._enter(READY, now_us)
        if self._device.usb():
            self.close_log(now_us)
            self._enter(SERVICE, now_us)
            self.running = False

    def close_log(self, now_us):
        """Everything recorded reaches the file, and the file is closed; also from the middle of a set."""
        self._unlock_heap()
        if self._log_open:
            self._log.end(now_us)
            self._log_open = False

    def _enter(self, mode, now_us):
        self.mode = mode
        self._since_us = now_us
        self._device.led.show(_LED[mode])

    def _once_a_second(self, now_us):
        report = self._report
        health = self._health
        device = self._device
        report[0] = health.percentile_us(500)
        report[1] = health.percentile_us(990)
        report[2] = health.cells[1]
        report[3] = health.cells[2]
        report[4] = device.emg.state[1]
        for k in range(3):
            count = device.imus[k].state[0]
            report[5 + k] = count - self._imu_counts[k]
            self._imu_counts[k] = count
        if self.mode != SET:
            report[8] = gc.mem_free()
            device.gauge.read()
        report[9] = device.gauge.millivolt if device.gauge.millivolt > 0 else 0
        report[10] = device.gauge.percent * 10
        self._log.health(now_us, report)
