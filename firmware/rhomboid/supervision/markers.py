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
FATIGUE = const(12)  # value: advice of coaching/fatigue.py * 10000 + index
SET_SUMMARY = const(13)  # value: the rule that spoiled most of the set, -1 = none; its cue is played
PLAN_SET = const(14)  # a set of the plan begins; value: block * 1000000 + session * 10000 + entry * 100 + set, from 0
PLAN_DONE = const(15)  # value: 0 = a session, 1 = the whole plan
REST_OVER = const(16)  # value: seconds
PLAN_REFUSED = const(17)  # the plan on the device cannot be used: see problems
SKILL = const(18)  # value: share of repetitions with cues from now on, %
ATTENTION = const(19)  # the pulse before the effort
POSTURE_BEGUN = const(20)
POSTURE_ENDED = const(21)  # value: minutes
BREAK_DUE = const(22)
BREAK_TAKEN = const(23)
BREAK_MISSED = const(24)
MOBILITY_BEGUN = const(25)  # value: number of the exercise
MOBILITY = const(26)  # value: the smallest share of a needed range that was reached, per mille
MOBILITY_TARGET = const(27)  # value: range from now on, 1/100 degree
SET_EFFORT = const(28)  # of a set of the plan; value: mean peak of the site that worked hardest, per mille MVC
SIGNAL = const(29)  # a pattern of the device itself is played; value: its number
UTC_S = const(30)  # value: seconds since 1970 by the device's calendar, at the beginning of a log
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
    "fatigue",
    "set_summary",
    "plan_set",
    "plan_done",
    "rest_over",
    "plan_refused",
    "skill",
    "attention",
    "posture_begun",
    "posture_ended",
    "break_due",
    "break_taken",
    "break_missed",
    "mobility_begun",
    "mobility",
    "mobility_target",
    "set_effort",
    "signal",
    "utc_s",
)
