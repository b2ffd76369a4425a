"""The first screen in plain words: what went well, what to work on, how sure we are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from host_tools.analysis import words
from host_tools.analysis.cue_response import AGAIN, BETTER
from host_tools.analysis.fatigue import COMPARED, FATIGUE
from host_tools.analysis.firmware_words import exercises
from host_tools.analysis.log_data import LogData
from host_tools.analysis.set_summary import SetSummary, spread
from host_tools.analysis.training import ExerciseDone, Training
from host_tools.report import quantity
from host_tools.report.quality_tables import angle_limits, good_share

# engineering choices: from these shares on something is worth praise or a warning
MOST_CLEAN = 0.8
MOST_BETTER = 2 / 3
EVEN_RANGE = 0.10  # standard deviation over mean
GOOD_SIGNAL = 0.95
LIMITED = 0.05  # of the time in sets
SLOWER = 0.20  # domain.md 4: in squats 20 % is about half of the possible repetitions
KEPT_SPEED = 0.10
OFTEN = 1 / 3  # of the sets; what is rarer may be chance
MOST_NAMED = 4  # sets by their numbers, more are only counted
MOST_FAULTS = 3  # told one by one: nobody works on more at once
PHASES = (("concentric", "way out"), ("isometric", "hold"), ("eccentric", "return"))


@dataclass(frozen=True)
class Assurance:
    """How sure one thing is: level "good", "limited" or "not known", and why."""

    level: str
    text: str


@dataclass(frozen=True)
class Overview:
    went_well: list[str]
    to_work_on: list[str]
    how_sure: list[Assurance]


def overview(log: LogData, done: Training) -> Overview:
    return Overview(_went_well(done), _to_work_on(log, done), _how_sure(log, done))


def _went_well(done: Training) -> list[str]:
    total = len(done.repetitions)
    clean = sum(not r.faults for r in done.repetitions)
    found = []
    if total and clean / total >= MOST_CLEAN:
        found.append(f"{_of(clean, total, 'repetition')} without a fault.")
    better, again = (sum(cue.outcome == what for cue in done.cues) for what in (BETTER, AGAIN))
    if better + again and better / (better + again) >= MOST_BETTER:
        found.append(f"Cues helped: the next repetition was without that fault {better} of {better + again} times.")
    for one in done.exercises:
        found += _well_done(one)
    return found


def _well_done(one: ExerciseDone) -> list[str]:
    name = words.exercise(one.name)
    found = []
    phases = [(phase, mean, low, high) for phase, _, mean, low, high in _tempo(one)]
    if phases and all(low <= mean <= high for _, mean, low, high in phases):
        found.append(f"{name}: tempo as wanted ({' – '.join(f'{mean:.1f}' for _, mean, _, _ in phases)} s).")
    ranges = spread([r.range_deg for r in one.repetitions])
    if ranges and ranges.sd is not None and ranges.n >= 5 and ranges.sd <= EVEN_RANGE * ranges.mean:
        found.append(f"{name}: every repetition went about as far ({ranges.mean:.0f}° ± {ranges.sd:.0f}°).")
    losses = [s.speed_loss for s in one.sets if s.speed_loss is not None]
    if losses and max(losses) < KEPT_SPEED:
        found.append(f"{name}: you kept your speed to the end of {'every set' if len(losses) > 1 else 'the set'}.")
    seen = {fault for r in one.repetitions for fault in r.faults}
    watched = exercises()[one.name].rules if one.name in exercises() else ()
    never = [words.rule_fault(rule) for rule in watched if rule not in seen]
    if never and one.repetitions:
        found.append(f"{name}: never seen: {', '.join(never)}.")
    return found


def _to_work_on(log: LogData, done: Training) -> list[str]:
    total = len(done.repetitions)
    faults = Counter(fault for r in done.repetitions for fault in r.faults)
    found = []
    counted = faults.most_common()
    for fault, times in counted[:MOST_FAULTS]:
        said = words.rule_said(fault)
        found.append(f"{_capital(words.rule_fault(fault))}: in {_of(times, total, 'repetition')}. {_capital(said)}.")
    if counted[MOST_FAULTS:]:
        rest = ", ".join(f"{words.rule_fault(fault)} ({times})" for fault, times in counted[MOST_FAULTS:])
        found.append(f"Also seen: {rest}.")
    for one in done.exercises:
        found += _hard(log, one)
    return found


def _hard(log: LogData, one: ExerciseDone) -> list[str]:
    name = words.exercise(one.name)
    found = []
    slow = [s for s in one.sets if s.speed_loss is not None and s.speed_loss >= SLOWER]
    if slow:
        worst = max(slow, key=lambda s: s.speed_loss or 0)
        found.append(
            f"{name}: the last {COMPARED} repetitions were up to {100 * (worst.speed_loss or 0):.0f} % slower than the "
            f"first {COMPARED} ({_sets(slow, one)}): a longer rest or fewer repetitions keep the quality."
        )
    for c, site in enumerate(log.sites):
        tired = [s for s in one.sets if s.changes[c].meaning == FATIGUE]
        if tired and len(tired) >= OFTEN * len(one.sets):
            found.append(f"{name}: the {words.SITES.get(site, site)} tired ({_sets(tired, one)}).")
    for phase, label, mean, low, high in _tempo(one):
        if not low <= mean <= high:
            aim = f"{low:.1f} to {high:.1f} s is wanted"
            found.append(f"{name}: the {label} took {mean:.1f} s on average ({phase} phase; {aim}).")
    return found


def _tempo(one: ExerciseDone) -> list[tuple[str, str, float, float, float]]:
    """Phase, its plain name, mean, lowest and highest mean that is as wanted; only phases that have an aim."""
    aims = exercises()[one.name].tempo_ms if one.name in exercises() else {}
    found = []
    for phase, label in PHASES:
        mean = spread([getattr(r, f"{phase}_s") for r in one.repetitions])
        if phase in aims and mean is not None:
            aim, percent = aims[phase]
            found.append((phase, label, mean.mean, aim * (1 - percent / 100) / 1000, aim * (1 + percent / 100) / 1000))
    return found


def _how_sure(log: LogData, done: Training) -> list[Assurance]:
    found = [Assurance("limited", sentence) for sentence in log.damage]
    if not log.damage:
        found.append(Assurance("good", "The log is whole: the device closed it, and every record is proved."))
    found += _angles_sure(log, done)
    found += _muscles_sure(log, done)
    return found


def _angles_sure(log: LogData, done: Training) -> list[Assurance]:
    if not len(log.times("segment_angles")):
        return [Assurance("not known", "Movement: the log holds no angles.")]
    limits = [(part, cause) for part, cause in angle_limits(log, list(done.spans)) if part >= LIMITED]
    limits = [(part, cause) for part, cause in limits if cause != words.FLAGS[words.FLAG_PULSE]]
    if not limits:
        said = "Movement: all sensors followed. Changes within this session can be trusted to a few degrees; compared"
        return [Assurance("good", f"{said} with another day, less than 5 to 9° at the shoulder blade says nothing.")]
    return [
        Assurance("limited", f"Movement: in {quantity.share(part)} of the time in sets {cause}.")
        for part, cause in limits
    ]


def _muscles_sure(log: LogData, done: Training) -> list[Assurance]:
    if not log.sites:
        return [Assurance("not known", "Muscles: the log holds no muscle signals.")]
    found = []
    shares = {site: good_share(log, c, list(done.spans)) for c, site in enumerate(log.sites)}
    bad = {site: share for site, share in shares.items() if share is not None and share < GOOD_SIGNAL}
    for site, share in bad.items():
        found.append(
            Assurance("limited", f"{words.site(site)}: a good signal in {quantity.share(share)} of the time in sets.")
        )
    good = [site for site, share in shares.items() if share is not None and site not in bad]
    if good:
        found.append(Assurance("good", f"Muscle signals were good: {', '.join(good)}."))
    without = [site for site, mvc in zip(log.sites, log.mvc_uv_q4, strict=True) if not mvc]
    method = log.info.get("mvc_method", "")
    if without:
        found.append(
            Assurance(
                "not known",
                f"Share of the maximum: no reference contraction (MVC) is set for {', '.join(without)}, so % MVC and "
                "ratios with these muscles are not known.",
            )
        )
    elif method == "assumed":
        found.append(
            Assurance("limited", "Share of the maximum: the references were assumed, not measured by a test on you.")
        )
    return found


def _of(part: int, whole: int, what: str) -> str:
    return f"{part} of {whole} {what}{'' if whole == 1 else 's'}"


def _sets(found: Sequence[SetSummary], one: ExerciseDone) -> str:
    if len(found) > MOST_NAMED:
        return f"in {len(found)} of {len(one.sets)} sets"
    numbers = [s.number for s in found if s.number is not None]
    return f"set{'' if len(numbers) == 1 else 's'} {quantity.numbers(numbers)}" if numbers else "outside of sets"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
