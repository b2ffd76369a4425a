"""The synthetic athlete at the MVC tests: holds the button, rests, and pushes when the device says so.

What it knows of the tests is what the athlete is told: relax after the long press; then, one site after the other and
all of them twice, take the position, push for four seconds, rest.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from host_tools.athlete.body import REST_PERMILLE, draw_body
from host_tools.athlete.emg import AthleteEmg
from host_tools.athlete.keyframes import Keyframes
from host_tools.athlete.motion import Motion
from host_tools.stimuli.source import Array

HOLD_S = (0.5, 5.8)  # the long press
FIRST_TEST_S = 11.52  # from here on a test is announced every TEST_S
TEST_S = 20.0
_PUSH_S = (5.0, 9.0)  # after the announcement
_REACTION_S = 0.3
_RAMP_S = 0.6
_ROUNDS = 2
_AFTER_TESTS_S = 3.0
# What a muscle does in another's test, as a share of its maximum, where it is not 0.3 (engineering choices; the test of
# the lower trapezius excites the whole muscle, domain.md 2.2)
_OTHERS = {("LT", "MT"): 0.9, ("LT", "UT"): 0.6, ("MT", "LT"): 0.7}
# Shares of their maximum that people reach in two tries after each other (engineering choice)
_TRIES = (0.94, 1.0)
_SWING_DEG = 20.0
_SWING_S = 0.8


@dataclass(frozen=True)
class MvcTests:
    """How the tests go. effort: share of the maximum; moving: the arm swings while it pushes; tense: no rest at rest.

    refused: numbers of the pushes, from 0, after which the device announces the same test once more; presses: further
    (begin_s, end_s) of the button.
    """

    sites: tuple[str, ...] = ("UT", "MT", "LT", "LAT")
    effort: float = 1.0
    moving: bool = False
    tense: bool = False
    refused: tuple[int, ...] = ()
    presses: tuple[tuple[float, float], ...] = ()
    duration_s: float = 0.0  # 0: until all tests are over


class CalibratingAthlete:
    """A stimulus source: one person who does the MVC tests. presses: (begin_s, end_s) of the button."""

    _BEFORE_S = 30.0
    _AFTER_S = 60.0

    def __init__(self, tests: MvcTests, seed: int, left: bool = False) -> None:
        body_rng, sway_rng, emg_rng = np.random.default_rng(seed).spawn(3)
        self.body = draw_body(body_rng, left)
        self.presses = [HOLD_S, *tests.presses]
        pushes = _ROUNDS * len(tests.sites) + len(tests.refused)
        self.duration_s = tests.duration_s or FIRST_TEST_S + TEST_S * pushes + _AFTER_TESTS_S
        self.thorax, self.arm, self.scapula = (Keyframes(np.zeros(3)) for _ in range(3))
        self.tremor = Keyframes(np.zeros(1))
        rest = 150.0 if tests.tense else REST_PERMILLE
        self.activation = {muscle: Keyframes(np.array([rest])) for muscle in self.body.mvc_uv}
        # a refused test is announced again: there are as many pushes as fit
        test = 0
        for slot in range(int((self.duration_s - FIRST_TEST_S) / TEST_S)):
            self._push(tests, test, FIRST_TEST_S + slot * TEST_S)
            test += slot not in tests.refused
        self._motion = Motion(sway_rng, self.body, self, self._BEFORE_S, self._AFTER_S)
        self._site_rng = dict(zip(self.body.mvc_uv, emg_rng.spawn(len(self.body.mvc_uv)), strict=True))

    def orientation(self, segment: str, t_s: Array) -> Rotation:
        """Segment to laboratory."""
        return self._motion.orientation(segment, t_s)

    def emg(self, site: str, first_s: float, rate_hz: float) -> AthleteEmg:
        """The signal of a site; to be asked once per site."""
        body = self.body
        curve = self.activation[site]
        return AthleteEmg(self._site_rng[site], curve, body.mvc_uv[site], body.median_hz[site], first_s, rate_hz)

    def _push(self, tests: MvcTests, test: int, announced_s: float) -> None:
        own = tests.sites[test % len(tests.sites)]
        share = tests.effort * _TRIES[test // len(tests.sites) % _ROUNDS]
        begin_s, end_s = (announced_s + at + _REACTION_S for at in _PUSH_S)
        for muscle, curve in self.activation.items():
            rest = curve.end_value
            level = 1000 * share * (1.0 if muscle == own else _OTHERS.get((own, muscle), 0.3))
            curve.move_to(np.maximum(rest, level), begin_s, begin_s + _RAMP_S)
            curve.move_to(rest, end_s, end_s + _RAMP_S)
        if tests.moving:
            for swing in range(int((end_s - begin_s) / _SWING_S)):
                target = np.array([_SWING_DEG * (1 - swing % 2), 0.0, 0.0])
                self.arm.move_to(target, begin_s + swing * _SWING_S, begin_s + (swing + 1) * _SWING_S)
            self.arm.move_to(np.zeros(3), end_s, end_s + _SWING_S)
