"""Kinds of the log's markers: what the athlete or the device did, beside repetitions, cues and faults."""

from micropython import const

SET_BEGIN = const(0)
SET_END = const(1)
NEUTRAL_POSE = const(2)  # value: how far the worst pod leans, 1/100 degree
MVC_BEGUN = const(3)  # value: effort asked for, per mille of the maximum
MVC_TEST = const(4)  # a test begins; value: channel
MVC_TEST_REFUSED = const(5)  # value: 16 * reason + channel, reasons as in activation/mvc_series.py
MVC_REST = const(6)  # value: channel * 1000000 + rest level in microvolt/16
MVC_REFERENCE = const(7)  # value: channel * 1000000 + reference in microvolt/16
MVC_AGREEMENT = const(8)  # value: channel * 1000000 + agreement of the channel's own two tests, per mille
MVC_REFUSED = const(9)  # nothing was changed; value as of MVC_TEST_REFUSED
CALIBRATION_CANCELLED = const(10)  # nothing was changed
NEUTRAL_REFUSED = const(11)  # nothing was changed
# names in the log, in the order of the numbers
MARKERS = (
    "set_begin",
    "set_end",
    "neutral_pose",
    "mvc_begun",
    "mvc_test",
    "mvc_test_refused",
    "mvc_rest",
    "mvc_reference",
    "mvc_agreement",
    "mvc_refused",
    "calibration_cancelled",
    "neutral_refused",
)
