"""One tick of the data flow: samples -> features -> coaching -> cue -> tactor, every stage -> recording."""

from array import array
from time import ticks_us

from micropython import const

from rhomboid.activation.chain import EmgChain
from rhomboid.activation.repetition_activation import RepetitionActivation
from rhomboid.coaching import exercises
from rhomboid.coaching.coach import Coach
from rhomboid.drivers import shtp
from rhomboid.fixed import clock64
from rhomboid.haptics.dose import HapticDose
from rhomboid.haptics.patterns import Patterns
from rhomboid.tracking.common_time import LAG_US
from rhomboid.tracking.neutral import reference_pods_q14
from rhomboid.tracking.repetitions import RepetitionSegmenter
from rhomboid.tracking.segments import Tracker

_MAX_FRAMES = const(64)  # a stall of 400 ms is worked off in eight ticks
# as in drivers/adc_ring.py, features.py, tracking/repetitions.py, haptics/dose.py: only own constants are folded
_GAP_FRAMES = const(0)
_NEWEST_US = const(2)
_FLAGS = const(15)
_PHASE = const(31)
_FLAG_PULSE = const(8)
_STARTED = const(1)
_COMPLETED = const(3)
_START_US = const(1)
_PULSE_LASTS = const(2)
_TICKS_MASK = const(0x3FFF_FFFF)
UPPER = const(0)
LOWER = const(1)
BOTH = const(2)
UNWORN = "-"


class Pipeline:
    """All stages for one set of settings. `cells` is the feature vector.

    device: supervision/device.py; log: recording/ulog.py LogWriter over the same feature vector and clock.
    Raises what the stages raise on settings they refuse (PoseRefused, UnknownExercise, PatternError, ...).
    """

    def __init__(self, device, settings, cells, clock, log, now_us):
        channels = device.emg.channels
        # inputs without electrodes are sampled all the same: position in the converter's stream is the channel
        sites = tuple(settings["emg_sites"] + [UNWORN] * (channels - len(settings["emg_sites"])))
        self.cells = cells
        self._log = log
        self._emg_state = device.emg.state
        self._imus = tuple(device.imus)
        self._upper = device.tactors["upper"]
        self._lower = device.tactors["lower"]
        self.frames = array("h", [0] * (_MAX_FRAMES * channels))
        self.chain = EmgChain(sites, settings["highpass_hz"], settings["mains_hz"], settings["mvc_uv_q4"], cells)
        self.effort = RepetitionActivation(channels, cells)
        side = settings["side"]
        pod_axes_q14 = settings["pod_axes_q14"] or reference_pods_q14(side)
        self.tracker = Tracker(device.imus, side, settings["reference_q14"], cells, pod_axes_q14)
        if settings["mount_q14"] and settings["heading_q14"]:
            self.tracker.restore(settings["heading_q14"], settings["mount_q14"])
        exercise = exercises.load(settings["exercise"])
        self._exercise = exercises.NAMES.index(settings["exercise"])
        self.segmenter = RepetitionSegmenter(exercise)
        self.coach = Coach(settings["exercise"], settings, cells, self.segmenter.record)
        self.patterns = Patterns(settings["haptic_strength_percent"], settings["cue_patterns"])
        self.dose = HapticDose(self.patterns, now_us)
        self._raw_emg = settings["raw_emg"]
        self._logged = array("i", [0, 0, 0])
        self._told = array("i", [0])  # heading corrections in the log
        self.sense = self._bound_sense(clock, device.emg, self.tracker)
        self.coach_set = self._bound_coach_set(exercise["drive"])

    def begin_set(self, now_us):
        """The next tick belongs to a new set."""
        self.segmenter.reset()
        self.coach.begin_set(now_us)

    def end_set(self):
        """Between sets there is no phase: headings may be set right."""
        self.cells[_PHASE] = 0

    # What the two functions of every 10 ms touch stands in their defaults: locals cost the chip a fifth of an
    # attribute, and a closure over more than four names would allocate at every call.

    def _bound_sense(self, clock, emg, tracker):
        def sense(
            now_us,
            clock=clock,
            cells=self.cells,
            frames=self.frames,
            state=emg.state,
            take=emg.take,
            process=self.chain.process,
            track=tracker.step,
            advance=clock64.advance,
            dose=self.dose.cells,
            marked=self.dose.marked,
            neutral=tracker.neutral,
            told=self._told,
            record_corrections=self._record_corrections,
            raw_emg=self._log.raw_emg if self._raw_emg else None,
        ):
            """EMG and segments up to this tick."""
            advance(clock, now_us)
            n = take(frames, _MAX_FRAMES)
            process(frames, n, state[_GAP_FRAMES], state[_NEWEST_US])
            cells[_FLAGS] = _FLAG_PULSE if dose[_PULSE_LASTS] and marked(now_us) else 0
            track(now_us)
            if neutral.corrected != told[0]:
                record_corrections()
            if raw_emg:
                raw_emg(frames, n, state[_GAP_FRAMES], state[_NEWEST_US])

        return sense

    def _bound_coach_set(self, drive):
        segmenter = self.segmenter

        def coach_set(
            now_us,
            cells=self.cells,
            drive=drive,
            segment=segmenter.step,
            phase=segmenter.phase,
            record=segmenter.record,
            effort_begin=self.effort.begin,
            effort_step=self.effort.step,
            coach_step=self.coach.step,
            completed=self._completed,
            cue=self._cue,
        ):
            """Repetitions, rules and cues of a set."""
            event = segment(now_us, cells[drive])
            cells[_PHASE] = phase[0]
            if event == _STARTED:
                effort_begin(record[_START_US])
            if phase[0] or event:
                effort_step()
            rule = coach_step(now_us, event, phase[0])
            if event == _COMPLETED:
                completed(now_us)
            if rule >= 0:
                cue(rule, now_us)

        return coach_set

    def _completed(self, now_us):
        effort = self.effort
        effort.end(self.segmenter.record[_START_US])
        self._log.repetition(
            now_us,
            self._exercise,
            self.segmenter.record,
            effort.peak_permille,
            effort.mean_permille,
            effort.onset_us,
            self.coach.rules.verdict(),
        )

    def _cue(self, rule, now_us):
        cue = self.coach.cue_of_rule[rule]
        if self.dose.admit(cue, now_us):
            tactor = self.play(cue)
            started_us = ticks_us()
            if tactor >= 0:
                self._log.cue(now_us, rule, tactor, cue, self.coach.rules.value(), now_us, started_us)

    def record(self, now_us):
        """One record of every feature."""
        log = self._log
        log.segment_angles((now_us - LAG_US) & _TICKS_MASK)
        t_us = self._emg_state[_NEWEST_US]
        log.emg_envelope(t_us)
        log.activation(t_us)

    def signal(self, name, now_us):
        """Play a pattern of the device itself (ready, neutral_taken, ...)."""
        cue = self.patterns.names.index(name)
        if self.dose.admit(cue, now_us):
            self.play(cue)

    def play(self, cue):
        """Start a pattern now: UPPER, LOWER or BOTH, or -1 when no tactor took it."""
        tactor = -1
        sequence = self.patterns.upper[cue]
        if sequence and self._upper.play(sequence):
            tactor = UPPER
        sequence = self.patterns.lower[cue]
        if sequence and self._lower.play(sequence):
            tactor = LOWER if tactor < 0 else BOTH
        return tactor

    def record_quaternions(self, now_us):
        """Every report that has come since the last call."""
        for k in range(len(self._imus)):
            imu = self._imus[k]
            newest = imu.state[shtp.COUNT]
            count = self._logged[k]
            if newest - count > shtp.RING:
                count = newest - shtp.RING
            while count < newest:
                slot = count & (shtp.RING - 1)
                self._log.raw_quaternion(now_us, k, imu.quat_q14, 4 * slot, imu.time_us[slot])
                count += 1
            self._logged[k] = newest

    def _record_corrections(self):
        neutral = self.tracker.neutral
        record = neutral.corrections
        while self._told[0] < neutral.corrected:
            i = (self._told[0] & 7) * 4
            self._log.heading_correction(record[i], record[i + 1], record[i + 2])
            self._told[0] += 1
