"""A led series of contractions: rest level, then rounds of tests, one per site; judged test by test.

    rest     2 s to relax, 4 s measured
    a test   announced, 5 s to take the position, 4 s of effort, 11 s of rest
    rounds   two; in each every site has its test, so that a muscle rests while the others work

The reference of a site is its highest 0.5 s mean over ALL tests, its own or another's (domain 2.2). A test in which an
electrode was off or the body moved does not count and is repeated once; when that fails too, so does the series.
Durations and limits without a source are engineering choices; isometric tests of 3-5 s with rest are usual.
"""

from array import array

from micropython import const

from rhomboid import features as f
from rhomboid.activation.normalisation import ReferenceTests

ROUNDS = const(2)
# all in ticks of 10 ms
RELAX_TICKS = const(200)
MEASURE_TICKS = const(400)
PREPARE_TICKS = const(500)
EFFORT_TICKS = const(400)
RECOVER_TICKS = const(1100)
TEST_TICKS = PREPARE_TICKS + EFFORT_TICKS + RECOVER_TICKS
# of an effort: the force comes up, and the pulse that asked for it dies away
RAMP_TICKS = const(100)

# Answers of step()
NOTHING = const(0)
ANNOUNCE = const(1)  # the test of `site` comes
BEGIN = const(2)
STOP = const(3)
REPEAT = const(4)  # the test did not count: it comes once more
ACCEPTED = const(5)
REFUSED = const(6)  # see reason, blamed

# Reasons of a refusal
FINE = const(0)
ELECTRODE = const(1)
WEAK = const(2)
MOVING = const(3)
NOT_RELAXED = const(4)
UNEQUAL = const(5)
REASONS = ("", "electrode", "weak", "moving", "not_relaxed", "unequal")

_ELECTRODE_BITS = f.QUALITY_RAIL | f.QUALITY_FLAT | f.QUALITY_ELECTRODE_OFF | f.QUALITY_MAINS
_ALL_DEAD = f.FLAG_THORAX_DEAD | f.FLAG_SCAPULA_DEAD | f.FLAG_HUMERUS_DEAD
_BAD_TENTHS = const(1)  # more than so many tenths of the judged ticks make a channel bad
_MOTION_TENTHS = const(5)
# The body is still when all sensors stay within 3 degrees for 1 s (domain 1.3, as for the neutral pose)
_STILL_TICKS = const(100)
# Domain 2.1: rest 2-14 uV
REST_MOST_UV_Q4 = const(480)
# Domain 2.1: 80 uV is the peak of a latissimus near rest in a box lift; no maximum is lower
WEAK_UV_Q4 = const(1280)
_REST_SHARE = const(10)  # and it is ten times the rest level

# Two tries of a site's own test that differ more are no two maxima: those lie within some 15 % (domain 2.2: SEM)
AGREEMENT_LEAST_PERMILLE = const(500)

_RELAX = const(0)
_MEASURE = const(1)
_PREPARE = const(2)
_EFFORT = const(3)
_RECOVER = const(4)
_OVER = const(5)


class MvcSeries:
    """channels: of the EMG chain; sites: how many of them have electrodes, at least one; features: the vector.

    After ACCEPTED: rest_uv_q4, references_uv_q4(), agreement_permille (smaller over larger of a site's own two tests).
    """

    def __init__(self, channels, sites, features):
        self.site = 0
        self.reason = FINE
        self.blamed = 0  # the site that a refusal speaks of
        self.effort_permille = 1000
        self.rest_uv_q4 = array("i", [0] * sites)
        self._highest = array("i", [0] * sites)
        self.agreement_permille = array("i", [0] * sites)
        self._own = array("i", [0] * sites)
        self._sites = sites
        self._features = features
        self._plateau = ReferenceTests(channels, features)
        self._bad = array("i", [0] * sites)
        self._motion = array("i", [0] * sites)
        self._sum = array("i", [0] * sites)
        self._stage = _RELAX
        self._ticks = 0
        self._judged = 0
        self._longest_still = 0
        self._test = 0  # tests that counted
        self._repeated = False

    def relaxing(self):
        """True until the first test is announced."""
        return self._stage < _PREPARE

    def step(self, still_ticks):
        """One tick; still_ticks: for how long all sensors have stayed within 3 degrees. Answers what happens now."""
        self._ticks += 1
        stage = self._stage
        ticks = self._ticks
        if stage == _RELAX:
            if ticks == RELAX_TICKS:
                self._next_stage(_MEASURE)
        elif stage == _MEASURE:
            self._judge(still_ticks)
            for c in range(self._sites):
                self._sum[c] += self._features[f.ENVELOPE_0_UV_Q4 + c]
            if ticks == MEASURE_TICKS:
                return self._end_rest()
        elif stage == _PREPARE:
            if ticks == PREPARE_TICKS:
                self._next_stage(_EFFORT)
                self._plateau.begin()
                for c in range(self._sites):
                    self._plateau.best_uv_q4[c] = 0
                return BEGIN
        elif stage == _EFFORT:
            self._plateau.step()
            if ticks > RAMP_TICKS:
                self._judge(still_ticks)
            if ticks == EFFORT_TICKS:
                self._next_stage(_RECOVER, False)
                return STOP
        elif stage == _RECOVER:
            if ticks == 100:  # a second for the pulse of the end
                return self._end_test()
            if ticks == RECOVER_TICKS:
                return self._announce()
        return NOTHING

    def references_uv_q4(self):
        """What 1000 per mille is, per site."""
        plateau = self._plateau
        for c in range(self._sites):
            plateau.best_uv_q4[c] = self._highest[c]
        return plateau.references_uv_q4(self.effort_permille)[: self._sites]

    def _next_stage(self, stage, clear=True):
        self._stage = stage
        self._ticks = 0
        if clear:
            self._judged = 0
            self._longest_still = 0
            for c in range(self._sites):
                self._bad[c] = 0
                self._motion[c] = 0

    def _judge(self, still_ticks):
        features = self._features
        self._judged += 1
        if features[f.FLAGS] & _ALL_DEAD == _ALL_DEAD:
            self._longest_still = _STILL_TICKS  # nothing to see the body with
        elif still_ticks > self._longest_still:
            self._longest_still = still_ticks
        for c in range(self._sites):
            bits = features[f.QUALITY_0 + c]
            if bits & _ELECTRODE_BITS:
                self._bad[c] += 1
            if bits & f.QUALITY_MOTION:
                self._motion[c] += 1

    def _verdict(self):
        """Reason against what was judged since the stage began, and whom to blame."""
        for c in range(self._sites):
            if 10 * self._bad[c] > _BAD_TENTHS * self._judged:
                self.blamed = c
                return ELECTRODE
        self.blamed = self.site
        if self._longest_still < _STILL_TICKS or 10 * self._motion[self.site] > _MOTION_TENTHS * self._judged:
            return MOVING
        return FINE

    def _end_rest(self):
        reason = self._verdict()
        if reason:
            return self._refuse(reason)
        for c in range(self._sites):
            self.rest_uv_q4[c] = self._sum[c] // MEASURE_TICKS
            if self.rest_uv_q4[c] > REST_MOST_UV_Q4:
                self.blamed = c
                return self._refuse(NOT_RELAXED)
        return self._announce()

    def _announce(self):
        if self._test == ROUNDS * self._sites:
            return self._end_series()
        self.site = self._test % self._sites
        self._next_stage(_PREPARE)
        return ANNOUNCE

    def _end_test(self):
        site = self.site
        reason = self._verdict()
        if reason:
            if self._repeated:
                return self._refuse(reason)
            self._repeated = True
            self.reason = reason
            return REPEAT
        best = self._plateau.best_uv_q4
        own = best[site]
        if self._test >= self._sites:
            larger = max(own, self._own[site])
            self.agreement_permille[site] = min(own, self._own[site]) * 1000 // larger if larger else 0
        self._own[site] = own
        for c in range(self._sites):
            self._highest[c] = max(self._highest[c], best[c])
        self._test += 1
        self._repeated = False
        return NOTHING

    def _end_series(self):
        references = self.references_uv_q4()
        for c in range(self._sites):
            if references[c] < WEAK_UV_Q4 or self._highest[c] < _REST_SHARE * self.rest_uv_q4[c]:
                self.blamed = c
                return self._refuse(WEAK)
            if self.agreement_permille[c] < AGREEMENT_LEAST_PERMILLE:
                self.blamed = c
                return self._refuse(UNEQUAL)
        self.reason = FINE
        self._stage = _OVER
        return ACCEPTED

    def _refuse(self, reason):
        self.reason = reason
        self._stage = _OVER
        return REFUSED
