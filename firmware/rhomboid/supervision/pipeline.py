"""One tick of the data flow: samples -> features -> coaching -> cue -> tactor, every stage -> recording."""

from array import array
from time import ticks_us

from micropython import const

from rhomboid import features as f
from rhomboid.activation.chain import EmgChain
from rhomboid.activation.repetition_activation import RepetitionActivation
from rhomboid.coaching import exercises
from rhomboid.coaching.coach import Coach
from rhomboid.drivers import adc_ring, shtp
from rhomboid.fixed import clock64
from rhomboid.haptics.dose import HapticDose
from rhomboid.haptics.patterns import CUE_NAMES, Patterns
from rhomboid.supervision import watchdog
from rhomboid.tracking.common_time import LAG_US
from rhomboid.tracking.repetitions import COMPLETED, STARTED, RepetitionSegmenter
from rhomboid.tracking.segments import Tracker

_MAX_FRAMES = const(64)  # a stall of 400 ms is worked off in eight ticks
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
        self._clock = clock
        self._log = log
        self._emg = device.emg
        self._emg_state = device.emg.state
        self._imus = tuple(device.imus)
        self._upper = device.tactors["upper"]
        self._lower = device.tactors["lower"]
        self.frames = array("h", [0] * (_MAX_FRAMES * channels))
        self.chain = EmgChain(sites, settings["highpass_hz"], settings["mains_hz"], settings["mvc_uv_q4"], cells)
        self.effort = RepetitionActivation(channels, cells, self.chain.onsets)
        self.tracker = Tracker(device.imus, settings["side"], settings["reference_q14"], cells)
        exercise = exercises.load(settings["exercise"])
        self._exercise = exercises.NAMES.index(settings["exercise"])
        self._drive = exercise["drive"]
        self.segmenter = RepetitionSegmenter(exercise)
        self.coach = Coach(settings["exercise"], settings, cells, self.segmenter.record)
        self.patterns = Patterns(settings["haptic_strength_percent"])
        self.dose = HapticDose(self.patterns, now_us)
        self._feature_ticks = 100 // settings["feature_hz"]
        self._raw_emg = settings["raw_emg"]
        self._raw_imu = settings["raw_imu"]
        self._logged = array("i", [0, 0, 0])
        self._corrected = 0
        self._tick = 0

    def begin_set(self):
        """The next tick belongs to a new set."""
        self.segmenter.reset()
        self.coach.begin_set(ticks_us())
        for k in range(len(self._imus)):
            self._logged[k] = self._imus[k].state[shtp.COUNT]

    def sense(self, now_us):
        """EMG and segments up to this tick; answers the evidence for the watchdog."""
        cells = self.cells
        frames = self.frames
        emg = self._emg
        state = self._emg_state
        clock64.advance(self._clock, now_us)
        n = emg.take(frames, _MAX_FRAMES)
        self.chain.process(frames, n, state[adc_ring.GAP_FRAMES], state[adc_ring.NEWEST_US])
        cells[f.FLAGS] = f.FLAG_PULSE if self.dose.marked(now_us) else 0
        tracker = self.tracker
        tracker.step(now_us)
        if tracker.neutral.corrected != self._corrected:
            self._record_corrections()
        self._tick += 1
        if self._raw_emg:
            self._log.raw_emg(frames, n, state[adc_ring.GAP_FRAMES], state[adc_ring.NEWEST_US])
        return watchdog.EMG | watchdog.TRACKING

    def coach_set(self, now_us):
        """Repetitions, rules and cues of a set; answers the evidence for the watchdog."""
        segmenter = self.segmenter
        event = segmenter.step(now_us, self.cells[self._drive])
        if event == STARTED:
            self.effort.begin(segmenter.record[1])
        self.effort.step()
        coach = self.coach
        rule = coach.step(now_us, event, segmenter.phase[0])
        if event == COMPLETED:
            effort = self.effort
            effort.end()
            self._log.repetition(
                now_us,
                self._exercise,
                segmenter.record,
                effort.peak_permille,
                effort.mean_permille,
                effort.onset_us,
                coach.rules.verdict(),
            )
        if rule >= 0:
            cue = coach.cue_of_rule[rule]
            if self.dose.admit(cue, now_us):
                tactor = self.play(cue)
                started_us = ticks_us()
                if tactor >= 0:
                    self._log.cue(now_us, rule, tactor, cue, coach.rules.value(), now_us, started_us)
        return watchdog.COACHING

    def record(self, now_us, every_ticks):
        """Features at the rate of this mode; answers the evidence for the watchdog."""
        log = self._log
        if self._tick % every_ticks == 0:
            t_us = now_us - LAG_US
            log.segment_angles(t_us & 0x3FFF_FFFF)
            t_us = self._emg_state[adc_ring.NEWEST_US]
            log.emg_envelope(t_us)
            log.activation(t_us)
        if self._raw_imu:
            self._record_quaternions(now_us)
        return watchdog.RECORDING

    def record_set(self, now_us):
        """Features at the rate of a set."""
        return self.record(now_us, self._feature_ticks)

    def signal(self, name, now_us):
        """Play a pattern of the device itself (ready, neutral_taken, ...)."""
        cue = CUE_NAMES.index(name)
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

    def _record_quaternions(self, now_us):
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
        while self._corrected < neutral.corrected:
            i = (self._corrected & 7) * 4
            record = neutral.corrections
            self._log.heading_correction(record[i], record[i + 1], record[i + 2])
            self._corrected += 1
