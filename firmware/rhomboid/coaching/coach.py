"""The coach of one set: features in, cue out. Ties measures, rules and schedule of one exercise together."""

import sys
from array import array

from micropython import const

from rhomboid.coaching import exercises
from rhomboid.coaching.measures import Measures
from rhomboid.coaching.rules import RULE_BITS, RuleEngine
from rhomboid.coaching.schedule import AWAKE, CueSchedule
from rhomboid.features import FLAG_PULSE, FLAGS

_STARTED = const(1)
_COMPLETED = const(3)


def _forget(package, name):
    """Drop an imported data module, so that its strings do not stay in memory."""
    sys.modules.pop(package + "." + name, None)
    parent = sys.modules.get(package)
    if parent is not None and hasattr(parent, name):
        delattr(parent, name)


class Coach:
    """exercise: a name of exercises.NAMES. settings: emg_sites, bands (optional), cues (0 or 1), fading (0 or 1),
    fade_level.

    features: the feature vector; repetition_record: the segmenter's record.
    Raises UnknownExercise, UnknownRule (one line that names the culprit).
    rule_names: list by rule number ("" = unused), for the log; cue_of_rule: array, rule number -> cue of
    haptics/patterns. left_out: rules that cannot be judged, list of (rule, missing site).
    """

    def __init__(self, exercise, settings, features, repetition_record):
        from rhomboid.coaching import rule_library
        from rhomboid.haptics.patterns import CUE_NAMES

        self.exercise = exercises.load(exercise)
        rules, measures, self.left_out = rule_library.build(self.exercise, settings)
        self.rule_names = rule_library.names()
        _forget("rhomboid.coaching", "rule_library")
        _forget("rhomboid.coaching", "measure_library")
        ranks = array("i", [RULE_BITS] * RULE_BITS)
        self.cue_of_rule = array("i", [0] * RULE_BITS)
        for rank in range(len(rules)):
            number = rules[rank]["rule"]
            ranks[number] = min(ranks[number], rank)
            self.cue_of_rule[number] = CUE_NAMES.index(rules[rank]["cue"])
        self.features = features
        self.measures = Measures(measures, features, repetition_record)
        self.rules = RuleEngine(rules, features, self.measures)
        self.schedule = CueSchedule(
            ranks,
            enabled=bool(settings.get("cues", 1)),
            fading=bool(settings.get("fading", 0)),
            level=settings.get("fade_level", 0),
        )

    def begin_set(self, t_us):
        """Before the first step of a set, beside the segmenter's reset."""
        self.measures.begin_set(t_us)
        self.rules.begin_set(t_us)
        self.schedule.begin_set()

    def step(self, t_us, event, phase):
        """Every tick after tracking, activation and segmentation: number of the rule whose cue starts now, or -1.

        event and phase as RepetitionSegmenter gives them. The cue to play is cue_of_rule[answer], the value that was
        outside its band rules.value(). At event 3 rules.verdict() holds the verdict bits of the repetition.
        """
        schedule = self.schedule
        if event == _STARTED:
            schedule.begin_repetition()
        self.measures.step(t_us, event, phase)
        rule = self.rules.step(t_us, event, phase)
        if event == _COMPLETED:
            schedule.end_repetition(self.rules.verdict())
        if rule < 0 and schedule.cells[AWAKE] == 0:
            return -1
        return schedule.step(t_us, rule, self.features[FLAGS] & FLAG_PULSE)
