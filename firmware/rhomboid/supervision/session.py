"""Modes of the device and what leads from one to the next; one tick of the loop belongs to exactly one mode."""

import gc
from array import array
from time import ticks_diff, ticks_us

from micropython import const, heap_lock, heap_unlock

from rhomboid.drivers import button
from rhomboid.passing import forget
from rhomboid.supervision import faults as fault_codes
from rhomboid.supervision import led, markers, power
from rhomboid.supervision.pipeline import OVER

READY = const(0)
SET = const(1)
REST = const(2)
CALIBRATE = const(3)
SERVICE = const(4)
POSTURE = const(5)
MOBILITY = const(6)

_REST_FEATURE_TICKS = const(50)  # 2 Hz at rest: engineering choice within 1.2 KB/s on average
_SECOND = const(100)  # ticks
_TURNS = const(5)
_KEEP = const(1)  # calibration.KEEP; GOES_ON is 0
_SET = const(1)  # SET, POSTURE: a name with an underscore is folded by the compiler
_POSTURE = const(5)
_ATTENTION_TURNS = const(20)  # of 50 ms from the beginning of a set; engineering choice: before the first repetition
_REST_ENDS_US = const(500_000_000)  # no set for so long ends the workout and its log; below half the wrap of ticks
_LED = (led.STEADY, led.WINK, led.SLOW, led.FAST, led.OFF, led.BLINK, led.FAST)


def _none():
    """A part that is not in memory now."""
    return None


class Session:
    """READY -> SET -> REST -> SET ...; CALIBRATE, POSTURE and MOBILITY from READY or REST; SERVICE at USB power."""

    def __init__(self, device, pipeline, log, storage, settings, store, dog, health, faults):
        """store: settings/store.py, where a new calibration is kept; dog: Watchdog; the rest as in start.py."""
        self.running = True
        self.timed = False  # this tick belongs to a set: its period counts in the health of the loop
        self.mode = READY
        self.sleeps = False  # once it no longer runs: sleep, until the button or the cable
        self.flat = False  # and only the cable
        self._device = device
        self._pipeline = pipeline
        self._log = log
        self._storage = storage
        self._settings = settings
        self._store = store
        self._dog = dog
        self._health = health
        self._faults = faults
        self._on_card = storage.card is not None
        self._drop_calibration()
        self._training = _none()  # supervision/training.py while no set goes on
        self._checked = array("i", [0])  # see there
        self._log_open = False
        self._log_path = ""  # of the open log, or of the one that comes next
        self._locked = False
        self._back_to = READY
        self._pauses = _none()  # flush between strokes, in sets that cannot wait for their end
        self._slow = 0
        self._attention = 0  # turns until the pulse before the effort
        self._power = power.PowerWatch(device.gauge, settings["sleep_minutes"])
        self._since_us = 0
        self._imu_counts = array("i", [0, 0, 0])
        self._report = array("i", [0] * 11)
        self._rest().prepare(ticks_us())
        self.tick = self._bound_tick()

    def _rest(self):
        """What surrounds the sets; in a set it is not in memory."""
        if self._training is None:
            from rhomboid.supervision.training import Training

            self._training = Training(
                self._device, self._pipeline, self._log, self._settings, self._store, self._checked, ticks_us()
            )
        return self._training

    def _bound_tick(self):
        """tick(now_us), called every 10 ms; in SET nothing in it allocates, blocks or touches the flash.

        Slow things take turns: the button is looked at every 20 ms, each sensor's life every 50 ms, faults every 50 ms.
        What it touches stands in its defaults, see pipeline.py.
        """
        pipeline = self._pipeline
        device = self._device
        settings = self._settings

        def tick(
            now_us,
            self=self,
            count=array("i", [0]),
            stages=pipeline.stages,
            record=pipeline.record,
            set_ticks=100 // settings["feature_hz"],
            turns=tuple([imu.supervise for imu in device.imus] + [self._slow_turn, self._faults.step]),
            poll=device.button.poll,
            raw=settings["raw_emg"] or settings["raw_imu"],
            feed=self._dog.feed,
        ):
            mode = self.mode
            in_set = mode == _SET
            self.timed = in_set
            k = count[0] + 1
            if k == _SECOND:
                k = 0
            count[0] = k
            stages[0](now_us)
            if in_set:
                stages[1](now_us)
                if k % set_ticks == 0:
                    record(now_us)
            else:
                if k % _REST_FEATURE_TICKS == 0 and mode != _POSTURE:
                    record(now_us)
                self._at_rest(now_us)
            turns[k % _TURNS](now_us)
            if k & 1:
                gesture = poll(now_us)
                if gesture:
                    self._on_gesture(gesture, now_us)
            elif k == 0:
                self._once_a_second(now_us)
            if raw:
                self._stream(now_us)
            feed()

        return tick

    def _stream(self, now_us):
        if self._settings["raw_imu"]:
            self._pipeline.record_quaternions(now_us)
        if self._on_card:
            self._log.stream_block()

    def _slow_turn(self, now_us):
        self._slow += 1
        self._device.led.step(self._slow)
        if self.mode == SET:
            if self._pipeline.set[OVER]:
                self._end_set(now_us)
            elif self._attention:
                self._attention -= 1
                if not self._attention:
                    self._call_attention(now_us)
        if self._device.usb():  # in a set too: no electrodes on a body that a cable connects to the mains
            self.close_log(now_us)
            self._enter(SERVICE, now_us)
            self.running = False
        elif self._pauses is not None and self.mode == SET:
            self._pauses.step(now_us)

    def _call_attention(self, now_us):
        """The pulse before the effort, unless the first repetition has begun or cues are off."""
        pipeline = self._pipeline
        if not pipeline.segmenter.phase[0] and pipeline.coach.schedule.speaks():
            pipeline.signal("attention", now_us)
            self._log.marker(now_us, markers.ATTENTION, 0)

    def _on_gesture(self, gesture, now_us):
        mode = self.mode
        pipeline = self._pipeline
        if gesture == button.SHORT:
            self._on_short(now_us)
        elif gesture == button.DOUBLE:
            if mode == CALIBRATE and self._calibration.testing():
                self._calibration.make_submaximal(now_us)
            else:
                pipeline.coach.schedule.snooze(now_us)
                if mode == POSTURE:
                    self._rest().skip_break()
                pipeline.signal("snoozed", now_us)
        elif gesture == button.ARMED:
            pipeline.signal("attention", now_us)
        elif mode == SET or mode == MOBILITY:
            return
        elif gesture == button.TRIPLE and mode != CALIBRATE:
            if mode == POSTURE:
                self._end_posture(now_us)
            else:
                self._open_log(now_us)
                self._rest().begin_posture(now_us)
                self._enter(POSTURE, now_us)
        elif gesture == button.NEUTRAL:
            if mode != CALIBRATE:
                self._back_to = mode
                self._load_calibration()
            self._calibration.begin_neutral()
            self._enter(CALIBRATE, now_us)
        elif gesture == button.MVC and mode != CALIBRATE:
            if mode == POSTURE:
                pipeline.signal("refused", now_us)  # the EMG front ends are off
                return
            self._open_log(now_us)
            self._back_to = mode
            self._load_calibration()
            if self._calibration.begin_mvc(now_us):
                self._enter(CALIBRATE, now_us)
            else:
                self._end_calibration(now_us)

    def _load_calibration(self):
        from rhomboid.supervision.calibration import Calibration

        self._calibration = Calibration(self._pipeline, self._log, self._settings)

    def _drop_calibration(self):
        self._calibration = _none()
        forget("rhomboid.supervision.calibration", "rhomboid.activation.mvc_series")

    def _end_calibration(self, now_us):
        self._drop_calibration()
        gc.collect()
        self._enter(self._back_to, now_us)

    def _on_short(self, now_us):
        mode = self.mode
        if mode == SET:
            self._end_set(now_us)
        elif mode == CALIBRATE:
            self._calibration.cancel(now_us)
            self._end_calibration(now_us)
        elif mode == POSTURE:
            self._end_posture(now_us)
        elif mode == MOBILITY:
            self._end_check(now_us)
        elif self._rest().wants_check():
            self._open_log(now_us)
            self._rest().begin_check(now_us)
            self._back_to = mode
            self._enter(MOBILITY, now_us)
        else:
            self._begin_set(now_us)

    def _end_check(self, now_us):
        self._rest().end_check(now_us)
        self._enter(self._back_to, now_us)

    def _end_posture(self, now_us):
        self._rest().end_posture(now_us)
        self.close_log(now_us)
        self._enter(READY, now_us)

    def _begin_set(self, now_us):
        """From rest into a set: the last garbage is dealt with now."""
        pipeline = self._pipeline
        self._open_log(now_us)
        training = self._rest()
        training.begin_set(now_us)
        pipeline.begin_set(now_us, training.repetitions)
        del training
        self._training = _none()
        forget("rhomboid.supervision.training")
        self._attention = _ATTENTION_TURNS
        self._pauses = self._new_pauses() if pipeline.continuous or self._power.low else None
        gc.collect()
        self._health.reset()
        pipeline.signal("set_begun", now_us)
        self._log.marker(now_us, markers.SET_BEGIN, 0)
        self._enter(SET, now_us)
        self._lock_heap()

    def _open_log(self, now_us):
        """A workout's log begins with its first calibration or set; its header is written at once, at rest."""
        if self._log_open:
            return
        try:
            self._log_number()
            self._log.begin(self._log_path, self._settings, now_us)
            self._log_open = True
            seconds = self._dog.clock_seconds()
            if seconds:
                self._log.marker(now_us, markers.UTC_S, seconds)
        except OSError:
            self._log_path = ""  # the log has turned its warning on

    def _log_number(self):
        """Number of the open log, or of the one that comes next. Raises OSError."""
        if not self._log_path:
            self._log_path = self._storage.new_path()
        return int(self._log_path.split("/")[-1].split(".")[0])

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
        self._pipeline.end_set()
        self._pipeline.signal("set_ended", now_us)
        self._log.marker(now_us, markers.SET_END, 0)
        self._rest().set_over(now_us)
        self._log.flush_soon()
        self._enter(REST, now_us)

    def _at_rest(self, now_us):
        """One small thing per tick: a calibration that has come out, a block of the log, the end of the workout."""
        mode = self.mode
        if mode == POSTURE:
            self._rest().posture_step(now_us)
            if self._log_open:
                self._log.flush_some()
            return
        self._rest().step(now_us)
        if mode == MOBILITY:
            self._rest().check_step()
        if mode == CALIBRATE:
            outcome = self._calibration.step(now_us)
            if outcome:
                if outcome == _KEEP:
                    self._keep(now_us)
                self._end_calibration(now_us)
        elif self._log_open:
            self._log.flush_some()
            if mode == REST and ticks_diff(now_us, self._since_us) > _REST_ENDS_US:
                self.close_log(now_us)
                self._enter(READY, now_us)

    def _keep(self, now_us):
        """A new calibration goes to the settings; when that cannot be stored, it holds until the power goes.

        What follows new references is another log, so that each log is read by the references in its head.
        """
        new_references = self._calibration.testing()
        try:
            number = self._log_number()
        except OSError:
            number = 0
        self._calibration.keep(number)
        self._open_log(now_us)
        self._calibration.tell(now_us)
        self._rest().keep_settings(now_us)
        if new_references:
            self.close_log(now_us)

    def close_log(self, now_us):
        """Everything recorded reaches the file, and the file is closed; also from the middle of a set."""
        self._unlock_heap()
        if self._log_open:
            self._log.end(now_us)
            self._log_open = False
            self._log_path = ""

    def _enter(self, mode, now_us):
        self.mode = mode
        self._since_us = now_us
        self._device.led.show(_LED[mode])

    def _once_a_second(self, now_us):
        report = self._report
        health = self._health
        if self._log.warning:
            self._log.warning = False
            self._pipeline.signal("warning", now_us)
        if self._log.stopped and self._log_open:
            self._log_open = False  # storage full or failed: training goes on
            self._log_path = ""
        device = self._device
        self._watch_power(now_us)
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
        if self.mode == POSTURE:
            if not self._rest().posture_second(now_us):
                return
        elif self.mode != SET:
            self._rest().second(now_us)
            if self.mode == MOBILITY and self._rest().check_over():
                self._end_check(now_us)
        report[9] = device.gauge.millivolt if device.gauge.millivolt > 0 else 0
        report[10] = device.gauge.percent * 10
        self._log.health(now_us, report)

    def _watch_power(self, now_us):
        asked = self._power.step(self.mode == SET, self.mode == READY)
        self._dog.keep_clock(self.mode == SET)
        if asked == power.RUNG:
            locked = self._locked
            self._unlock_heap()
            self._power.descend(self._device, self._pipeline, self._log, self._settings, now_us)
            self._pauses = self._pauses or self._new_pauses()  # from now on a set is kept as it goes on
            if locked:
                gc.collect()
                self._lock_heap()
        elif asked:
            self.flat = asked == power.FLAT
            self.close_log(now_us)
            self.sleeps = True
            self.running = False

    def _new_pauses(self):
        from rhomboid.recording.pauses import PauseFlush

        return PauseFlush(self._log, self._pipeline.cells)
