"""How an athlete answers cues and learns over weeks: one movement fault, its degree from repetition to repetition.

What is assumed, and from where. The literature of domain.md 3: faded and halved feedback reduced the error of a
shoulder task and feedback after every repetition did not (J Phys Ther Sci 2019;31:687); bandwidth feedback gave better
consistency, kept at seven days; concurrent feedback makes dependent in simple tasks (guidance, Sigrist 2013); no trial
of worn-sensor feedback shows more than limited evidence. The model has the guidance hypothesis built in, so that a
course shows what a schedule does IF that hypothesis holds; it is no evidence for it. Numbers without a source are
engineering choices.

habit      degree of the fault that the athlete shows when nobody and nothing reminds; learning lowers it
answer     what the last cues take off the degree for the moment; it fades within a few repetitions
sense      0..1: how well the athlete notices the own error; a cue teaches it
trust      0..1: how far the athlete leaves noticing to the device; it follows the share of repetitions in which the
           device speaks about errors, which the athlete knows: who is told anyway does not look himself
A cue works from the next repetition on: touch is answered after 0.3 to 0.5 s with a second task at hand (domain 3), and
a movement under way is not made over.
"""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Traits:
    """Who learns. compliance: share of cues that are followed; correction: of the degree taken off by a followed cue;
    fades: share of the answer left at the next repetition; learns: part of the habit unlearned by a repetition whose
    error is noticed; guided: the same by a cued one, smaller, for the correction was not the athlete's own; teaches:
    sense gained by a cue; forgets: part of the gain lost from a training day to the next; relies: part of the way to
    the share by which trust moves in a repetition; spread: of the degree; notices_from: smaller is not noticed.
    """

    start: float = 1.2
    compliance: float = 0.8
    correction: float = 0.6
    fades: float = 0.9
    learns: float = 0.035
    guided: float = 0.002
    teaches: float = 0.05
    sense: float = 0.10
    forgets: float = 0.02
    relies: float = 0.1
    spread: float = 0.12
    notices_from: float = 0.35


@dataclass
class Learner:
    """begin_day() before a training day, degree() at each repetition, then end_repetition()."""

    rng: np.random.Generator
    traits: Traits = field(default_factory=Traits)

    def __post_init__(self) -> None:
        self.habit = self.traits.start
        self.sense = self.traits.sense
        self.trust = 0.0
        self._answer = 0.0

    def begin_day(self) -> None:
        """What cues did for the moment is over; part of what was gained is forgotten."""
        self._answer = 0.0
        self.habit += self.traits.forgets * (self.traits.start - self.habit)

    def degrees(self, spread: np.ndarray) -> np.ndarray:
        """What the next repetitions will look like if no cue comes; spread: standard normal, one each."""
        ahead = self._copy()
        found = []
        for one in spread:
            found.append(ahead.degree(float(one)))
            ahead.end_repetition(found[-1], cued=False, share=self.trust)
        return np.array(found)

    def degree(self, spread: float) -> float:
        """Degree of the fault in the next repetition: 0 none, 1 as faults.py has it."""
        return max(0.0, self.habit - self._answer + self.traits.spread * spread)

    def end_repetition(self, degree: float, cued: bool, share: float) -> None:
        """One of this degree is over; cued: a cue was felt in it; share: 0..1, of repetitions with feedback."""
        traits = self.traits
        self._answer *= traits.fades
        self.trust += traits.relies * (share - self.trust)
        if cued:
            self.sense += traits.teaches * (1 - self.sense)
            if self.rng.random() < traits.compliance:
                self._answer += traits.correction * max(0.0, degree - self._answer)
            self.habit -= traits.guided * self.habit
        if degree > traits.notices_from:
            self.habit -= traits.learns * (1 - self.trust) * self.sense * self.habit

    def _copy(self) -> "Learner":
        other = Learner(np.random.default_rng(0), self.traits)
        other.habit, other.sense, other.trust, other._answer = self.habit, self.sense, self.trust, self._answer
        return other
