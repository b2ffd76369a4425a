"""Calibration without a screen: neutral pose and MVC tests led by pulses, kept only when they are good.

A result carries when (device clock and log number), how, and how good; what is refused or cancelled changes nothing.
"""

import time

from micropython import const

from rhomboid.activation import mvc_series
from rhomboid.supervision import markers
from rhomboid.tracking.neutral import RUN

# answers of step()
GOES_ON = const(0)
KEEP = const(1)  # the settings have a new result
ENDED = const(2)

_SITE = const(1_000_000)  # of a marker's value, see markers.py
_EVERY_SEGMENT = const(7)  # neutral.py: bits of known
_REASON = const(16)
# A clock that was never set counts from 2021 or earlier: before 2024 it does not know the date
_SET_FROM_S = 1_704_067_200
_TEST_SIGNALS = ("test_1", "test_2", "test_3", "test_4")


def clock_seconds():
    """Seconds since 1970, 0 when the device's clock was not set. Allocates: at rest only."""
    seconds = time.time()
    return seconds if seconds >= _SET_FROM_S else 0


class Calibration:
    """One at a time: begin_neutral() or begin_mvc(), then step() each tick until it answers KEEP or ENDED.

    After KEEP: keep() puts the result into the settings, tell() into the log, whose head then has it too.
    """

    def __init__(self, pipeline, log, settings):
        self._pipeline = pipeline
        self._log = log
        self._settings = settings
        self._neutral_before = 0
        self._series = None

    def begin_neutral(self):
        """Ask for a neutral pose within 10 s; an MVC series that goes on is given up."""
        tracker = self._pipeline.tracker
        self._series = None
        self._neutral_before = tracker.neutral_taken
        tracker.request_neutral()

    def begin_mvc(self, now_us):
        """Begin with the rest level. False when there is no site to test."""
        pipeline = self._pipeline
        sites = len(self._settings["emg_sites"])
        if not sites:
            pipeline.signal("refused", now_us)
            return False
        self._series = mvc_series.MvcSeries(len(pipeline.chain.sites), sites, pipeline.cells)
        self._log.marker(now_us, markers.MVC_BEGUN, self._series.effort_permille)
        pipeline.signal("ready", now_us)
        return True

    def testing(self):
        """True in a series of MVC tests and when one has come out."""
        return self._series is not None

    def make_submaximal(self, now_us):
        """From now on the series is one of known submaximal effort; only until its first test."""
        series = self._series
        if series is not None and series.relaxing():
            series.effort_permille = self._settings["submaximal_permille"]
            self._log.marker(now_us, markers.MVC_BEGUN, series.effort_permille)
            self._pipeline.signal("attention", now_us)

    def cancel(self, now_us):
        """Give it up; everything stays as it was."""
        self._pipeline.tracker.cancel_neutral()
        self._series = None
        self._log.marker(now_us, markers.CALIBRATION_CANCELLED, 0)
        self._pipeline.signal("refused", now_us)

    def step(self, now_us):
        """One tick."""
        series = self._series
        return self._step_mvc(series, now_us) if series else self._step_neutral(now_us)

    def _step_neutral(self, now_us):
        tracker = self._pipeline.tracker
        if tracker.neutral_pending():
            return GOES_ON
        if tracker.neutral_taken == self._neutral_before:
            self._log.marker(now_us, markers.NEUTRAL_REFUSED, 0)
            self._pipeline.signal("refused", now_us)
            return ENDED
        self._pipeline.signal("neutral_taken", now_us)
        return KEEP

    def _step_mvc(self, series, now_us):
        pipeline = self._pipeline
        log = self._log
        event = series.step(pipeline.tracker.neutral.still[RUN])
        if event == mvc_series.ANNOUNCE:
            pipeline.signal(_TEST_SIGNALS[series.site], now_us)
        elif event == mvc_series.BEGIN:
            log.marker(now_us, markers.MVC_TEST, series.site)
            pipeline.signal("test_begin", now_us)
        elif event == mvc_series.STOP:
            pipeline.signal("test_stop", now_us)
        elif event == mvc_series.REPEAT:
            log.marker(now_us, markers.MVC_TEST_REFUSED, _REASON * series.reason + series.blamed)
            pipeline.signal("refused", now_us)
        elif event == mvc_series.REFUSED:
            log.marker(now_us, markers.MVC_REFUSED, _REASON * series.reason + series.blamed)
            pipeline.signal("refused", now_us)
            self._series = None
            return ENDED
        elif event == mvc_series.ACCEPTED:
            pipeline.signal("tests_taken", now_us)
            return KEEP
        return GOES_ON

    def keep(self, log_number):
        """The result into the settings, with when, how and how good; log_number: of the log that tells of it."""
        settings = self._settings
        series = self._series
        if series:
            settings["mvc_uv_q4"] = references = series.references_uv_q4()
            settings["rest_uv_q4"] = list(series.rest_uv_q4)
            settings["mvc_agreement_permille"] = list(series.agreement_permille)
            settings["mvc_method"] = "maximal" if series.effort_permille == 1000 else "submaximal"
            settings["mvc_minutes"] = clock_seconds() // 60
            settings["mvc_log"] = log_number
            for c in range(len(references)):
                self._pipeline.chain.mvc_uv_q4[c] = references[c]
        else:
            neutral = self._pipeline.tracker.neutral
            settings["neutral_lean_cdeg"] = list(neutral.lean_cdeg)
            if neutral.known != _EVERY_SEGMENT:
                return  # a dead sensor has no pose: this one holds until the power goes, the stored one stays
            settings["heading_q14"], settings["mount_q14"] = neutral.stored_q14()
            settings["neutral_minutes"] = clock_seconds() // 60
            settings["neutral_log"] = log_number

    def tell(self, now_us):
        """The result into the log."""
        settings = self._settings
        log = self._log
        if self._series:
            self._series = None
            for c in range(len(settings["mvc_uv_q4"])):
                log.marker(now_us, markers.MVC_REST, c * _SITE + settings["rest_uv_q4"][c])
                log.marker(now_us, markers.MVC_REFERENCE, c * _SITE + settings["mvc_uv_q4"][c])
                log.marker(now_us, markers.MVC_AGREEMENT, c * _SITE + settings["mvc_agreement_permille"][c])
        else:
            log.marker(now_us, markers.NEUTRAL_POSE, max(settings["neutral_lean_cdeg"]))
