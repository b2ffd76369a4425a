"""Posture through the day: the EMG front ends off, a slow pose against the neutral one, breaks asked for and counted.

Imported when the mode begins and dropped when it ends. The log gets angles every ten seconds only.
"""

from micropython import const

from rhomboid.coaching import posture
from rhomboid.coaching.fatigue import STOP
from rhomboid.supervision import markers
from rhomboid.supervision.pipeline import ADVICE, COACH

_INDEX = const(0)  # of the segmenter's record
_RECORD_S = const(10)  # 0.1 Hz: a day of eight hours takes some 0.3 MB; engineering choice
_MINUTE = const(60)


class PostureMode:
    """step() every tick, second() every second, leave() at the end; the pipeline coaches `posture` meanwhile."""

    def __init__(self, device, pipeline, log, now_us):
        self._device = device
        self._pipeline = pipeline
        self._log = log
        self._seconds = 0
        self._index = 0
        self._breaks = posture.Breaks(now_us)
        device.emg.stop()
        device.emg_power(False)
        pipeline.quiet_emg()
        pipeline.planned = ()
        pipeline.load("posture")
        pipeline.begin_set(now_us)
        pipeline.set[ADVICE] = STOP  # a day is no set: no advice about its fatigue
        log.marker(now_us, markers.POSTURE_BEGUN, 0)

    def step(self, now_us):
        """Pose, cues, breaks."""
        pipeline = self._pipeline
        pipeline.stages[COACH](now_us)
        index = pipeline.segmenter.record[_INDEX]
        # a retraction counts when it is complete: not while it goes on
        retracted = index > self._index and not pipeline.segmenter.phase[0]
        if retracted or index < self._index:
            self._index = index
        event = self._breaks.step(now_us, retracted)
        if event == posture.DUE:
            pipeline.signal("break_due", now_us)
            self._log.marker(now_us, markers.BREAK_DUE, 0)
        elif event == posture.TAKEN:
            pipeline.signal("break_taken", now_us)
            self._log.marker(now_us, markers.BREAK_TAKEN, self._breaks.cells[3])
        elif event == posture.MISSED:
            self._log.marker(now_us, markers.BREAK_MISSED, self._breaks.cells[4])

    def second(self, now_us):
        """True every ten seconds: then angles and health belong into the log."""
        self._seconds += 1
        if self._seconds % _RECORD_S:
            return False
        self._pipeline.record_angles(now_us)
        return True

    def snooze(self):
        """No cues for a while, and the next break in its full time."""
        self._breaks.skip()

    def leave(self, now_us):
        """EMG on again; the exercise has to be loaded by who takes over."""
        self._log.marker(now_us, markers.POSTURE_ENDED, self._seconds // _MINUTE)
        self._device.emg_power(True)
        self._device.emg.start()
        self._pipeline.wake_emg()
