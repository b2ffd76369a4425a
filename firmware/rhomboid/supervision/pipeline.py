"""One tick of the data flow: samples -> features -> coaching -> cue -> tactor, every stage -> recording."""

import gc
from array import array
from time import ticks_us

from micropython import const

from rhomboid import features as f
from rhomboid.activation import spectrum
from rhomboid.activation.chain import EmgChain
from rhomboid.activation.repetition_activation import RepetitionActivation
from rhomboid.coaching import exercises
from rhomboid.coaching.coach import Coach
from rhomboid.coaching.fatigue import END_SET, Fatigue
from rhomboid.drivers import shtp
from rhomboid.fixed import clock64
from rhomboid.haptics.dose import HapticDose
from rhomboid.haptics.patterns import Patterns
from rhomboid.supervision import markers
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

# places in Pipeline.stages, and cells of Pipeline.set
SENSE = const(0)
COACH = const(1)
TARGET = const(0)  # repetitions after which the set is over, 0 = open
OVER = const(1)  # 1: it is
ADVICE = const(2)  # highest of coaching/fatigue.py in this set
CLEAN = const(3)  # repetitions of this set without a fault
EFFORT = const(4)  # sum over its repetitions of the peak of the site that worked hardest, per mille MVC
_INDEX = const(0)
_CONCENTRIC_MS = const(2)
_RANGE_CDEG = const(5)
_OF_INDEX = const(10_000)


class Pipeline:
    """All stages for one set of settings. `cells` is the feature vector; `stages` what a tick calls with now_us: SENSE
    and COACH, which another exercise or mode replaces at rest; `set`: cells TARGET, OVER, ADVICE, CLEAN, EFFORT.

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
        self._settings = settings
        worn = len(settings["emg_sites"])
        self.spectra = spectrum.Spectra(worn, settings["rest_uv_q4"])
        self.fatigue = Fatigue(worn)
        self.chain = EmgChain(
            sites, settings["highpass_hz"], settings["mains_hz"], settings["mvc_uv_q4"], cells, self.spectra
        )
        self.effort = RepetitionActivation(channels, cells)
        side = settings["side"]
        pod_axes_q14 = settings["pod_axes_q14"] or reference_pods_q14(side)
        self.tracker = Tracker(device.imus, side, settings["reference_q14"], cells, pod_axes_q14)
        if settings["mount_q14"] and settings["heading_q14"]:
            self.tracker.restore(settings["heading_q14"], settings["mount_q14"])
        self.patterns = Patterns(settings["haptic_strength_percent"], settings["cue_patterns"])
        self.dose = HapticDose(self.patterns, now_us)
        self._raw_emg = settings["raw_emg"]
        self._logged = array("i", [0, 0, 0])
        self._told = array("i", [0])  # heading corrections in the log
        self.set = array("i", [0] * 5)
        self.planned = ()  # entry of the plan that the exercise was loaded from
        self._clock = clock
        self._sense = self._bound_sense(clock, device.emg, self.tracker)
        self.stages = [self._sense, None]
        self.load(settings["exercise"])

    def _coach(self, exercise):
        self.exercise = exercises.NAMES.index(exercise["name"])
        self.continuous = exercise.get("continuous", False)
        self.segmenter = RepetitionSegmenter(exercise)
        self.coach = Coach(exercise, self._settings, self.cells, self.segmenter.record)
        self.stages[COACH] = self._bound_coach_set(exercise["drive"])

    def load(self, exercise):
        """At rest: coach this exercise from now on, a name or a dictionary of coaching/exercises. Raises as above."""
        if hasattr(self, "coach"):  # room for the new one first
            self.stages[COACH] = None
            del self.coach, self.segmenter
            gc.collect()
        self._coach(exercises.load(exercise) if isinstance(exercise, str) else exercise)

    def begin_set(self, now_us, repetitions=0):
        """The next tick belongs to a new set, which is over after so many repetitions (0: when the athlete says)."""
        self.segmenter.reset()
        self.coach.begin_set(now_us)
        self.fatigue.begin_set()
        self.spectra.begin_set()
        for k in range(len(self.set)):
            self.set[k] = 0
        self.set[TARGET] = repetitions

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
            spectra=self.spectra.cells,
            spectrum_step=spectrum.step,
            rest_uv_q4=self.spectra.rest_uv_q4,
            worn=len(self.spectra.rest_uv_q4),
            samples=self.spectra.samples,
            table=self.chain.table,
            power=self.spectra.power,
            spectrum_complete=self._spectrum_complete,
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
            if worn:
                channel = spectrum_step(cells, rest_uv_q4, worn, samples, table, power, spectra)
                if channel:
                    spectrum_complete(channel - 1, now_us)

        return coach_set

    def _spectrum_complete(self, channel, now_us):
        spectra = self.spectra
        out = spectra.out
        spectrum.result(channel, spectra.power, spectra.cells, out)
        self._log.fatigue(now_us, channel, out[0], out[1], out[2], out[3], out[4])
        self.fatigue.spectrum(channel, out[0], out[1])

    def _completed(self, now_us):
        effort = self.effort
        effort.end(self.segmenter.record[_START_US])
        self._log.repetition(
            now_us,
            self.exercise,
            self.segmenter.record,
            effort.peak_permille,
            effort.mean_permille,
            effort.onset_us,
            self.coach.rules.verdict(),
        )
        this = self.set
        record = self.segmenter.record
        if not self.coach.rules.verdict():
            this[CLEAN] += 1
        hardest = 0
        for c in range(len(effort.peak_permille)):
            if effort.peak_permille[c] > hardest:
                hardest = effort.peak_permille[c]
        this[EFFORT] += hardest
        if this[TARGET] and record[_INDEX] >= this[TARGET]:
            this[OVER] = 1
        fatigue = self.fatigue
        # without a tempo no two movements are meant to be equally fast
        pace_ms = record[_CONCENTRIC_MS] if self.coach.exercise["tempo_ms"] else 0
        advice = fatigue.repetition(record[_RANGE_CDEG], pace_ms, self.coach.hold_fade_permille())
        if advice > this[ADVICE]:
            this[ADVICE] = advice
            self._log.marker(now_us, markers.FATIGUE, advice * _OF_INDEX + fatigue.index)
            if advice >= END_SET and not this[OVER]:
                self.signal("end_set", now_us)

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

    def record_angles(self, now_us):
        """One record of the pose alone."""
        self._log.segment_angles((now_us - LAG_US) & _TICKS_MASK)

    def quiet_emg(self):
        """The EMG front ends are off: nothing is known of the muscles."""
        cells = self.cells
        for c in range(4):
            cells[f.ENVELOPE_0_UV_Q4 + c] = 0
            cells[f.MVC_0_PERMILLE + c] = cells[f.UT_LT_Q8 + min(c, 2)] = f.UNDEFINED
            cells[f.QUALITY_0 + c] = 0
        self.stages[SENSE] = self._sense_pose

    def wake_emg(self):
        """They are on again: the filters settle anew."""
        self.chain.restart()
        self.stages[SENSE] = self._sense

    def _sense_pose(self, now_us):
        """Segments up to this tick, without EMG."""
        clock64.advance(self._clock, now_us)
        self.cells[_FLAGS] = _FLAG_PULSE if self.dose.marked(now_us) else 0
        self.tracker.step(now_us)
        if self.tracker.neutral.corrected != self._told[0]:
            self._record_corrections()

    def signal(self, name, now_us):
        """Play a pattern of the device itself (ready, neutral_taken, ...)."""
        self.play_admitted(self.patterns.names.index(name), now_us)

    def play_admitted(self, cue, now_us):
        """Play a pattern when the dose allows it; True when it did."""
        if not self.dose.admit(cue, now_us):
            return False
        self.play(cue)
        self._log.marker(now_us, markers.SIGNAL, cue)
        return True

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
