"""The coach of one set: features in, cue out. Ties measures, rules and schedule of one exercise together."""

from array import array

from micropython import const

from rhomboid.coaching import exercises
from rhomboid.coaching.fatigue import UNKNOWN
from rhomboid.coaching.measures import Measures, step_measures
from rhomboid.coaching.rules import RULE_BITS, VALUE, VERDICT, RuleEngine, step_rules
from rhomboid.coaching.schedule import AWAKE, CueSchedule
from rhomboid.features import FLAG_PULSE, FLAGS
from rhomboid.passing import forget

_STARTED = const(1)
_COMPLETED = const(3)
SUMMARY_PERCENT = const(30)  # engineering choice: three of ten repetitions are worth a word


class Coach:
    """exercise: a name of exercises.NAMES or a dictionary of that form. settings: emg_sites; bands, own, cues, fading,
    fade_level when they are there.

    features: the feature vector; repetition_record: the segmenter's record.
    Raises UnknownExercise, UnknownRule (one line that names the culprit).
    rule_names: list by rule number ("" = unused), for the log; cue_of_rule: array, rule number -> cue of
    haptics/language. left_out: rules that cannot be judged, list of (rule, missing site).
    """

    def __init__(self, exercise, settings, features, repetition_record):
        from rhomboid.coaching import rule_library
        from rhomboid.haptics.language import CUES

        self.exercise = exercises.load(exercise) if isinstance(exercise, str) else exercise
        rules, measures, self.left_out = rule_library.build(self.exercise, settings)
        self.rule_names = rule_library.names()
        forget("rhomboid.coaching.rule_library", "rhomboid.coaching.measure_library", "rhomboid.haptics.language")
        cues = [cue[0] for cue in CUES]
        ranks = array("i", [RULE_BITS] * RULE_BITS)
        self.cue_of_rule = array("i", [0] * RULE_BITS)
        for rank in range(len(rules)):
            number = rules[rank]["rule"]
            ranks[number] = min(ranks[number], rank)
            self.cue_of_rule[number] = cues.index(rules[rank]["cue"])
        self._fades = tuple([k for k in range(len(rules)) if rules[k]["name"] == "hold_fade"])
        self.features = features
        self._counts = array("i", [0] * (RULE_BITS + 1))  # repetitions with each verdict, and all, in this set
        self.measures = Measures(measures, features, repetition_record)
        self.rules = RuleEngine(rules, features, self.measures)
        self.schedule = CueSchedule(
            ranks,
            enabled=bool(settings.get("cues", 1)),
            # through a day of posture there is no skill to follow
            fading=bool(settings.get("fading", 0)) and self.exercise["name"] != "posture",
            level=settings.get("fade_level", 0) if self.exercise["name"] != "posture" else 0,
            skill=settings.get("skill", ()),
        )
        self.step = self._bound_step()

    def begin_set(self, t_us):
        """Before the first step of a set, beside the segmenter's reset."""
        self.measures.begin_set(t_us)
        self.rules.begin_set(t_us)
        self.schedule.begin_set()
        for number in range(RULE_BITS + 1):
            self._counts[number] = 0

    def hold_fade_permille(self):
        """How far LT or MT let go in the hold of the last repetition; UNKNOWN in an exercise without a hold."""
        worst = UNKNOWN
        for row in self._fades:
            value = self.rules.outermost(row)
            if value != UNKNOWN and (worst == UNKNOWN or value < worst):
                worst = value
        return worst

    def worst_of_set(self):
        """Summary at the end of a set: the rule that spoiled most of its repetitions, or -1 when none spoiled
        SUMMARY_PERCENT.
        """
        rule = -1
        counts = self._counts
        for number in range(RULE_BITS):
            if counts[number] * 100 >= SUMMARY_PERCENT * counts[RULE_BITS] and counts[number] > (
                counts[rule] if rule >= 0 else 0
            ):
                rule = number
        return rule

    def _bound_step(self):
        """What a tick touches stands in the defaults: on the chip a local costs a fifth of an attribute or a method."""
        measures = self.measures
        rules = self.rules
        schedule = self.schedule

        def step(
            t_us,
            event,
            phase,
            features=self.features,
            values=measures.values,
            measure_rows=measures.rows,
            measure_state=measures.state,
            record=measures.record,
            rule_rows=rules.rows,
            rule_state=rules.state,
            told=array("i", [0] * RULE_BITS),
            cells=schedule.cells,
            schedule=schedule,
            counts=self._counts,
        ):
            """Every tick after tracking, activation and segmentation: the rule whose cue starts now, or -1.

            event and phase as RepetitionSegmenter gives them. The cue to play is cue_of_rule[answer], the value that
            was outside its band rules.value(). At event 3 rules.verdict() holds the verdict bits of the repetition.
            """
            if event == _STARTED:
                schedule.begin_repetition()
            step_measures(features, values, measure_rows, measure_state, record, t_us, event, phase)
            rule = step_rules(features, values, rule_rows, rule_state, t_us, event, phase)
            if rule >= 0:
                told[rule] = rule_state[VALUE]
            if event == _COMPLETED:
                verdict = rule_state[VERDICT]
                schedule.end_repetition(verdict)
                counts[RULE_BITS] += 1
                number = 0
                while verdict:
                    counts[number] += verdict & 1
                    verdict >>= 1
                    number += 1
            if rule < 0 and cells[AWAKE] == 0:
                return -1
            rule = schedule.step(t_us, rule, features[FLAGS] & FLAG_PULSE)
            if rule >= 0:
                rule_state[VALUE] = told[rule]
            return rule

        return step
