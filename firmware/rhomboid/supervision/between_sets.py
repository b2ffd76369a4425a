"""What a finished set leads to: a word about it, what tiredness means for the rest, the next step of the plan.

Imported when it is needed, at rest, and dropped from memory again: its functions keep nothing.
"""

from micropython import const

from rhomboid.coaching import exercises, fatigue, plan, plan_form
from rhomboid.coaching.schedule import SHARES_PERCENT
from rhomboid.supervision import markers
from rhomboid.supervision.pipeline import ADVICE, CLEAN, EFFORT

_INDEX = const(0)  # of the segmenter's record
_LONGEST_REST_S = const(500)  # what ticks can measure
_LONGER_PERCENT = const(150)  # engineering choice: half as long again
# Effort further from the plan's %MVC than this is told after the set; engineering choice beside the 14 % by which the
# amplitude of EMG differs within a day (domain 2.2)
_LEAST_EFFORT_PERCENT = const(75)
_MOST_EFFORT_PERCENT = const(133)


def stored_plan(settings):
    """The plan on the device, or None when there is none. Raises PlanRefused."""
    try:
        with open(plan_form.PATH, "rb") as file:
            data = file.read()
    except OSError:
        return None
    return plan.Plan(data, any(settings["mvc_uv_q4"]), settings["plan_place"])


def exercise_of(walk):
    """The plan's exercise with the plan's tempo, in the form of coaching/exercises."""
    exercise = dict(exercises.load(walk.exercise()))
    exercise["tempo_ms"] = walk.tempo_ms(exercise)
    return exercise


def prepare(training, now_us):
    """Load the exercise of the next set when that is another one; answers its repetitions, 0 = open.

    A plan that cannot be used is told and trained without.
    """
    pipeline = training.pipeline
    settings = training.settings
    walk = None
    try:
        walk = stored_plan(settings)
    except plan.PlanRefused as refused:
        training.refuse_plan(refused.args[0], now_us)
    if walk is None or walk.done():
        pipeline.fatigue.speed_limit = fatigue.SPEED_LOSS
        if pipeline.planned or pipeline.coach.exercise["name"] != settings["exercise"]:
            pipeline.planned = ()
            pipeline.load(settings["exercise"])
        return 0
    entry = walk.entry()
    if pipeline.planned != entry:
        pipeline.load(exercise_of(walk))
        pipeline.planned = entry
    pipeline.fatigue.speed_limit = fatigue.FAST_LOSS if entry[plan_form.INTENT] == 1 else fatigue.SPEED_LOSS
    return walk.repetitions()


def close(training, now_us):
    """After a set: tell what it was like, go one step on in the plan.

    Answers (seconds of rest, 0 = as the athlete likes; True when the settings have something new to keep).
    """
    pipeline = training.pipeline
    settings = training.settings
    log = training.log
    coach = pipeline.coach
    worst = coach.worst_of_set()
    log.marker(now_us, markers.SET_SUMMARY, worst)
    if worst >= 0 and coach.schedule.speaks():
        training.say(coach.cue_of_rule[worst])
    advice = pipeline.set[ADVICE]
    if advice == fatigue.STOP:
        training.say(training.pipeline.patterns.names.index("stop_today"))
    elif advice:
        training.say(training.pipeline.patterns.names.index("rest_longer"))
    new = _keep_skill(coach.schedule, settings, log, now_us)
    rest_s = _next_of_plan(training, now_us)
    if rest_s < 0:
        return 0, new
    if advice:
        rest_s = min(_LONGEST_REST_S, rest_s * _LONGER_PERCENT // 100)
    return rest_s, True


def _keep_skill(schedule, settings, log, now_us):
    """Skill outlives the power switch. True when it has changed."""
    if not settings["fading"]:
        return False
    level = schedule.level()
    skill = schedule.skill()
    if level == settings["fade_level"] and skill == settings["skill"]:
        return False
    if level != settings["fade_level"]:
        log.marker(now_us, markers.SKILL, SHARES_PERCENT[level])
    settings["fade_level"] = level
    settings["skill"] = skill
    return True


def _next_of_plan(training, now_us):
    """One step on in the plan; seconds of rest, -1 without a plan."""
    pipeline = training.pipeline
    settings = training.settings
    if not pipeline.planned:
        return -1
    try:
        walk = stored_plan(settings)
    except plan.PlanRefused:
        walk = None  # told when the next set is prepared
    repetitions = pipeline.segmenter.record[_INDEX]
    if walk is None or walk.done() or not repetitions:
        return -1
    rest_s = walk.rest_s()
    _tell_effort(training, walk.entry()[plan_form.MVC_PERCENT], repetitions, now_us)
    if walk.end_set(repetitions, pipeline.set[CLEAN]):
        training.log.marker(now_us, markers.PLAN_DONE, 1 if walk.done() else 0)
        training.say(training.pipeline.patterns.names.index("session_done"))
        rest_s = 0
    settings["plan_place"] = walk.place
    return rest_s


def _tell_effort(training, wanted_percent, repetitions, now_us):
    """The effort of the set against the plan's %MVC."""
    permille = training.pipeline.set[EFFORT] // repetitions
    training.log.marker(now_us, markers.SET_EFFORT, permille)
    if wanted_percent and 10 * permille < wanted_percent * _LEAST_EFFORT_PERCENT:
        training.say(training.pipeline.patterns.names.index("more_effort"))
    elif wanted_percent and 10 * permille > wanted_percent * _MOST_EFFORT_PERCENT:
        training.say(training.pipeline.patterns.names.index("less_effort"))
