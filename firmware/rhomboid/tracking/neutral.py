"""Neutral pose: from arbitrary sensor headings and small mounting errors to segments, and headings set right later.

    segment = heading * sensor * mounting                                            (design section 5)
    heading   the turn about the vertical nearest to reference * conj(sensor at neutral * pod)
    mounting  conj(sensor at neutral) * conj(heading) * reference
    pod       the mounting as it should be: how the pod's place turns the sensor against its segment

A heading cannot be told from a pod's turn about the vertical, so the pods' places have to be known. What is left beside
them is small: a sensor that leans more than 60 degrees from its reference is worn the wrong way round and refused.
"""

from array import array

import micropython
from micropython import const

from rhomboid.features import PHASE, PHASE_REST
from rhomboid.fixed.quaternion import ONE, multiply, normalise, orient
from rhomboid.fixed.trigonometry import EIGHTHS_PER_CDEG, HALF_TURN, polar

SEGMENTS = const(3)

# Thorax and humerus upright facing laboratory X; scapula internal 35, upward 5, posterior -10 degrees (design 5)
DEFAULT_REFERENCE_Q14 = (
    (11585, 11585, 0, 0),
    (11793, 10226, 4236, 2614),
    (11585, 11585, 0, 0),
)

# Pods of thorax, scapula, humerus, segment to sensor. Aligned: each sensor's axes are those of its segment. Reference
# pods (hardware/wearing.md) lie flat, sensor Y up and Z away from the skin, on sternum, scapular spine and outer arm
ALIGNED_PODS_Q14 = (16384, 0, 0, 0) * 3
_REFERENCE_PODS_Q14 = ((11585, 0, -11585, 0), (11585, 0, 11585, 0))
_OUTER_ARM_Q14 = {"right": (16384, 0, 0, 0), "left": (0, 0, 16384, 0)}

# Still: within 3 degrees for 1 s (domain 1.3: static hold under 3 deg/s for 1-2 s)
STILL_TICKS = const(100)
_MEAN_TICKS = const(128)
# (8192 * 2 * sin(3 deg / 4))^2: distance of two quaternions in Q13 that are 3 degrees apart
_MOVED = const(45993)
# A pose that is wanted must come within this time (engineering choice)
REQUEST_TICKS = const(1000)

# as in features.py: viper folds constants of its own module only
_FLAGS = const(15)
_FLAG_PULSE = const(8)

# cells of the still array
RUN = const(0)  # ticks in the sums of the present still run
_LIVE = const(1)  # sensors of this run
CLOCK = const(2)  # ticks since the start
REQUEST = const(3)  # ticks left to a request for a neutral pose, 0 = none
_ANCHOR = const(4)
_SUM = const(16)
STILL_CELLS = const(28)

# answers of watch()
STILL_POSE = const(1)
REQUEST_EXPIRED = const(2)

# Re-zero (design section 5): at most 1 deg/min x minutes + 2 deg, tilt within 5 degrees of the neutral pose
_BOUND_CDEG = const(200)
_TICKS_PER_CDEG = const(60)
# (4096 * sin(5 deg / 2))^2
_TILT_GATE = const(31921)
# What is more than the drift that a sensor has shown so far is a change of the body, and stays: beyond 3 degrees, how
# well a rate is known after so much time (2 degrees / time, at most 1 deg/min), and 0.05 deg/min for a rate that
# changes (engineering choices; design section 7: drift up to 0.5 deg/min per sensor, so 1 deg/min between two)
_SPREAD_CDEG = const(300)
_TICKS_PER_CDEG_UNSTEADY = const(1200)
_RATE_TICKS = const(60000)  # rates are 1/100 degree in 10 minutes
_RATE_MOST = const(1000)
_LONGEST_TICKS = const(1000000)  # 1000 * 10^6 < 2^30
_OBSERVED_TICKS = const(600000)  # 100 minutes at 1 deg/min, times 60000, is less than 2^30 too
# A heading is set right at most once in this time, so that steps of 2 degrees cannot add up (engineering choice)
SPACING_TICKS = const(6000)
# (512 * cos(60 deg / 2))^2
_WORN_RIGHT = const(196608)

_TILTED = const(-2)
# reasons of a correction
REZERO = const(0)
HEADING_FOUND = const(1)
# cells of one correction record; the ring holds the last eight
RECORD_TIME_US = const(0)
RECORD_SEGMENT = const(1)
RECORD_CDEG = const(2)
RECORD_REASON = const(3)
RECORD_CELLS = const(4)
RECORDS = const(8)


class PoseRefused(Exception):
    """A stored calibration or a reference is not made of rotations."""


def default_reference_q14(side):
    """Reference of the default neutral pose, 12 integers: thorax, scapula, humerus, each (w, x, y, z) to laboratory."""
    thorax, (w, x, y, z), humerus = DEFAULT_REFERENCE_Q14
    if side == "left":
        # thorax * mirror(conj(thorax) * scapula), mirror: (w, -x, -y, z)
        w, x, y, z = x, w, -z, -y
    return list(thorax) + [w, x, y, z] + list(humerus)


def reference_pods_q14(side):
    """The reference pods of a side, 12 integers: thorax, scapula, humerus, each (w, x, y, z) from segment to sensor."""
    thorax, scapula = _REFERENCE_PODS_Q14
    return list(thorax + scapula + _OUTER_ARM_Q14[side])


@micropython.viper
def watch(sensors: ptr32, live: int, still: ptr32, features: ptr32) -> int:
    """Follow how long all live sensors have been still; answers 0, STILL_POSE (sums fit for use) or REQUEST_EXPIRED.

    A run begins anew when any sensor leaves 3 degrees around its orientation at the beginning, or when a sensor comes
    or goes. Its sums cover the last 64 to 128 ticks. Frames marked by a pulse are not taken in.
    Bounds: |component| <= 2^15 * 1.2; a distance in Q13 below 2^15.3, four squares below 2^31 after the clamp at 2^14;
    sums below 2^7 * 2^15.3.
    """
    m = 1
    m = m << 31
    still[CLOCK] = int(still[CLOCK]) + 1
    answer = 0
    request = int(still[REQUEST])
    if request:
        request -= 1
        still[REQUEST] = request
        if request == 0:
            return REQUEST_EXPIRED
    if int(features[_FLAGS]) & _FLAG_PULSE:
        return 0
    run = int(still[RUN]) + 1
    if live != int(still[_LIVE]) or live == 0:
        still[_LIVE] = live
        run = 1
    i = 0
    while i < 12 and run > 1:
        if (live >> (i >> 2)) & 1:
            k = i
            square = 0
            while k < i + 4:
                d = (((int(sensors[k]) ^ m) - m) - ((int(still[_ANCHOR + k]) ^ m) - m)) >> 2
                if d > 16384 or d < -16384:
                    d = 16384
                square += d * d
                k += 1
            if square > _MOVED:
                run = 1
        i += 4
    i = 0
    while i < 12:
        q = (int(sensors[i]) ^ m) - m
        if run == 1:
            still[_ANCHOR + i] = q
        else:
            q += (int(still[_SUM + i]) ^ m) - m
            if run == _MEAN_TICKS:
                q = q >> 1
                still[_ANCHOR + i] = q >> 6
        still[_SUM + i] = q
        i += 1
    if run == _MEAN_TICKS:
        answer = STILL_POSE
        run = _MEAN_TICKS >> 1
    elif run == STILL_TICKS:
        answer = STILL_POSE
    still[RUN] = run
    return answer


class NeutralPose:
    """Calibration of three segments against a reference pose.

    reference    int32[12] Q15, segment to laboratory at neutral
    calibration  int32[18] Q15: heading (w, z) and mounting (w, x, y, z) of each segment
    known        mask of segments with a calibration; lost: mask of segments whose heading is arbitrary
    corrections  ring of RECORDS records of RECORD_CELLS integers, written in turn; corrected: records ever written
    """

    def __init__(self, reference_q14, pod_axes_q14):
        """12 integers each: segment to laboratory at neutral, and segment to sensor as the pods' places have it.

        Raises PoseRefused when one of them is not a rotation.
        """
        self.reference = _rotations(reference_q14, "reference")
        self._pods = _rotations(pod_axes_q14, "pod")
        self.calibration = array("i", [ONE, 0, ONE, 0, 0, 0] * SEGMENTS)
        self.known = 0
        self.lost = 0
        self.still = array("i", [0] * STILL_CELLS)
        self.corrections = array("i", [0] * (RECORDS * RECORD_CELLS))
        self.corrected = 0
        self.lean_cdeg = array("i", [0] * SEGMENTS)  # of each pod from upright in its place, at the last pose tried
        self._mean = array("i", [0] * 12)
        self._work = array("i", [0] * 12)
        self._taken = array("i", [0] * 18)
        self._twist = array("i", [0] * 12)
        self._turn = array("i", [0] * SEGMENTS)
        self._pair = array("i", [0, 0])
        self._lean = array("i", [0] * 6)
        self._lean_angles = array("i", [0] * 3)
        self._since = array("i", [0] * SEGMENTS)
        self._wanted = array("i", [0] * SEGMENTS)
        # against the thorax: change of the body in its neutral pose, drift taken out so far, and in how many ticks
        self._changed = array("i", [0] * SEGMENTS)
        self._drifted = array("i", [0] * SEGMENTS)
        self._observed = array("i", [0] * SEGMENTS)

    def restore(self, heading_q14, mount_q14):
        """Take over a stored calibration (12 integers each); headings count as lost until the next still neutral pose.

        Raises PoseRefused when one of them is not a rotation.
        """
        heading = array("i", heading_q14)
        mount = array("i", mount_q14)
        if len(heading) != 12 or len(mount) != 12:
            raise PoseRefused("a calibration has 12 integers for headings and 12 for mountings")
        for i in range(0, 12, 4):
            _check_rotation(heading, i, "heading")
            _check_rotation(mount, i, "mounting")
        for i in range(SEGMENTS):
            normalise(self._work, 0, heading, 4 * i)
            self.calibration[6 * i] = self._work[0]
            self.calibration[6 * i + 1] = self._work[3]
            normalise(self.calibration, 6 * i + 2, mount, 4 * i)
        self.known = (1 << SEGMENTS) - 1
        self.lost = self.known

    def stored_q14(self):
        """(heading_q14, mount_q14): two lists of 12 integers for the settings. Allocates: at rest only."""
        heading = []
        mount = []
        for i in range(0, 18, 6):
            # rounding can leave a component one step beyond one
            w, z, *mounting = [max(-16384, min(q >> 1, 16384)) for q in self.calibration[i : i + 6]]
            heading += [w, 0, 0, z]
            mount += mounting
        return heading, mount

    def take(self, live):
        """Calibrate the live segments on the still pose that watch() has just reported; True when it was taken.

        A segment that is not live loses its calibration. Refused, and everything kept, when nothing is live or a sensor
        leans more than 60 degrees from its reference. Nothing is allocated.
        """
        work = self._work
        taken = self._taken
        for i in range(SEGMENTS):
            if (live >> i) & 1:
                if not normalise(self._mean, 4 * i, self.still, _SUM + 4 * i):
                    return False
                multiply(work, 0, self._mean, 4 * i, self._pods, 4 * i, 0)
                multiply(work, 0, self.reference, 4 * i, work, 0, 2)
                self._measure_lean(i)
                if (work[0] >> 6) * (work[0] >> 6) + (work[3] >> 6) * (work[3] >> 6) < _WORN_RIGHT:
                    return False
                work[1] = 0
                work[2] = 0
                normalise(work, 0, work, 0)
                taken[6 * i] = work[0]
                taken[6 * i + 1] = work[3]
                multiply(work, 4, work, 0, self._mean, 4 * i, 0)
                multiply(work, 4, work, 4, self.reference, 4 * i, 1)
                normalise(taken, 6 * i + 2, work, 4)
        if not live:
            return False
        for i in range(18):
            self.calibration[i] = taken[i]
        for i in range(SEGMENTS):
            self._since[i] = self.still[CLOCK]
            self._forget_drift(i)
        self.known = live
        self.lost &= ~live
        return True

    def rezero(self, live, t_us, features):
        """Set headings right in a still pose with the gravity tilt of the neutral one; nothing else changes.

        The thorax may face elsewhere by now, so scapula and humerus are set right against it (against each other when
        its own heading is lost), as far as that is drift. It is turned back itself, and the others with it, when that
        is within the bound of all of them. Not within a repetition: a shoulder blade held back is no drift. Nothing is
        allocated.
        """
        live &= self.known
        if not live or features[PHASE] != PHASE_REST or not (live & self.lost or self._any_due(live)):
            return
        anchor = self._measure_turns(live)
        if anchor == _TILTED:
            return
        for i in range(SEGMENTS):
            if (live >> i) & 1:
                against = _wrapped((self._turn[anchor] if anchor >= 0 else 0) - self._turn[i])
                if not ((self.lost >> i) & 1 or i == anchor):
                    against = self._drift_in(against, i, anchor) if self._due(i) else 0
                self._wanted[i] = against
        back = self._turn_of_all(live, anchor)
        for i in range(SEGMENTS):
            if (live >> i) & 1:
                cdeg = _wrapped(self._wanted[i] + back)
                if (self.lost >> i) & 1:
                    self._find_heading(i, anchor)
                    self._turn_by(i, back)
                    self._report(t_us, i, cdeg, HEADING_FOUND)
                elif self._due(i) and (cdeg or i != anchor):
                    self._turn_by(i, cdeg)
                    if cdeg:
                        self._report(t_us, i, cdeg, REZERO)

    def _measure_turns(self, live):
        """_twist and _turn of the live segments from the reference; the first one with a heading, -1, or _TILTED."""
        work = self._work
        orient(self.still_mean(live), self.calibration, work, SEGMENTS)
        anchor = -1
        for i in range(SEGMENTS):
            if (live >> i) & 1:
                multiply(self._twist, 4 * i, work, 4 * i, self.reference, 4 * i, 2)
                x = self._twist[4 * i + 1] >> 3
                y = self._twist[4 * i + 2] >> 3
                if x * x + y * y > _TILT_GATE:
                    return _TILTED
                self._turn[i] = self._heading_of(4 * i)
                if anchor < 0 and not (self.lost >> i) & 1:
                    anchor = i
        return anchor

    def _drift_in(self, against, i, anchor):
        """How much of a turn against the anchor is drift; the rest is a change of the body, which is remembered."""
        since = min(self.still[CLOCK] - self._since[i], _LONGEST_TICKS)
        bound = self._bound(i)
        if anchor:
            return against if abs(against) <= bound else 0  # without the thorax there is no history
        observed = self._observed[i]
        rate = 0
        unsure = since // _TICKS_PER_CDEG
        if observed:
            rate = max(-_RATE_MOST, min(_RATE_MOST, self._drifted[i] * _RATE_TICKS // observed))
            unsure = min(unsure, _BOUND_CDEG * since // observed)
        expected = rate * since // _RATE_TICKS
        limit = min(bound, _SPREAD_CDEG + unsure + since // _TICKS_PER_CDEG_UNSTEADY)
        surplus = _wrapped(against - expected)
        if abs(surplus) <= limit:
            self._changed[i] = 0  # back in the neutral pose
        else:
            surplus = _wrapped(surplus - self._changed[i])
        if abs(surplus) > limit:
            self._changed[i] = _wrapped(self._changed[i] + surplus)
            return expected
        drift = expected + surplus
        if observed < _OBSERVED_TICKS:
            self._drifted[i] += drift
            self._observed[i] = observed + since
        return drift

    def _forget_drift(self, i):
        self._changed[i] = 0
        self._drifted[i] = 0
        self._observed[i] = 0

    def still_mean(self, live):
        """Mean sensor orientations of the still run, int32[12] Q15; segments that are not live keep an old one."""
        for i in range(SEGMENTS):
            if (live >> i) & 1:
                normalise(self._mean, 4 * i, self.still, _SUM + 4 * i)
        return self._mean

    def _measure_lean(self, i):
        """lean_cdeg[i] from the turn (w, x, y, z) in _work: its part about horizontal axes, 2 atan(|x, y| / |w, z|)."""
        lean = self._lean
        lean[0] = self._work[1]
        lean[1] = self._work[2]
        lean[2] = self._work[0]
        lean[3] = self._work[3]
        polar(lean, 3, 2, self._lean_angles)
        self.lean_cdeg[i] = 2 * self._lean_angles[2] // EIGHTHS_PER_CDEG

    def _heading_of(self, i):
        pair = self._pair
        pair[0] = self._twist[i + 3]
        pair[1] = self._twist[i]
        polar(pair, 1, 0, pair)
        return _wrapped(2 * pair[0] // EIGHTHS_PER_CDEG)

    def _due(self, i):
        return self.still[CLOCK] - self._since[i] >= SPACING_TICKS

    def _bound(self, i):
        return _BOUND_CDEG + (self.still[CLOCK] - self._since[i]) // _TICKS_PER_CDEG

    def _any_due(self, live):
        for i in range(SEGMENTS):
            if (live >> i) & 1 and self._due(i):
                return True
        return False

    def _turn_of_all(self, live, anchor):
        """The turn that faces the anchor as in the neutral pose; 0 when it is more than drift for one of the live."""
        if anchor < 0:
            return 0
        back = -self._turn[anchor]
        for i in range(SEGMENTS):
            if (live & ~self.lost) >> i & 1:
                if not self._due(i) or abs(_wrapped(back + self._wanted[i])) > self._bound(i):
                    return 0
        return back

    def _find_heading(self, i, anchor):
        """Turn a segment of unknown heading to its reference, seen from the anchor when there is one."""
        work = self._work
        twist = self._twist
        for k in range(4):
            work[k] = twist[4 * i + k] if k == 0 or k == 3 else 0
            work[4 + k] = 0
        if anchor >= 0:
            work[4] = twist[4 * anchor]
            work[7] = twist[4 * anchor + 3]
            multiply(work, 0, work, 0, work, 4, 2)
        self._put_heading(i, 1)
        self.lost &= ~(1 << i)
        for k in range(SEGMENTS):
            if k == i or i == 0:
                self._forget_drift(k)

    def _turn_by(self, i, cdeg):
        """Turn the heading by at most 40 degrees."""
        work = self._work
        half = cdeg * 5719 // 2000  # radians in Q15: 32768 pi / 36000
        work[0] = ONE
        work[1] = 0
        work[2] = 0
        work[3] = half + ((half * half >> 15) * half >> 15) // 3  # tangent
        self._put_heading(i, 0)

    def _put_heading(self, i, conjugate):
        """Heading of i = the turn in _work, or its conjugate, times what it was."""
        work = self._work
        work[4] = self.calibration[6 * i]
        work[5] = 0
        work[6] = 0
        work[7] = self.calibration[6 * i + 1]
        normalise(work, 0, work, 0)
        multiply(work, 0, work, 0, work, 4, conjugate)
        normalise(work, 0, work, 0)
        self.calibration[6 * i] = work[0]
        self.calibration[6 * i + 1] = work[3]
        self._since[i] = self.still[CLOCK]

    def _report(self, t_us, segment, cdeg, reason):
        i = (self.corrected & (RECORDS - 1)) * RECORD_CELLS
        self.corrections[i + RECORD_TIME_US] = t_us
        self.corrections[i + RECORD_SEGMENT] = segment
        self.corrections[i + RECORD_CDEG] = cdeg
        self.corrections[i + RECORD_REASON] = reason
        self.corrected += 1


def _wrapped(cdeg):
    half = HALF_TURN // EIGHTHS_PER_CDEG
    if cdeg > half:
        return cdeg - 2 * half
    if cdeg <= -half:
        return cdeg + 2 * half
    return cdeg


def _rotations(values_q14, what):
    """int32[12] Q15 from three Q14 quaternions. Raises PoseRefused."""
    given = array("i", values_q14)
    if len(given) != 12:
        raise PoseRefused("a %s has 12 integers, this one has %d" % (what, len(given)))
    made = array("i", [0] * 12)
    for i in range(0, 12, 4):
        _check_rotation(given, i, what)
        normalise(made, i, given, i)
    return made


def _check_rotation(q_q14, i, what):
    square = 0
    for k in range(i, i + 4):
        square += q_q14[k] * q_q14[k]
    if not 0.97 < square / (1 << 28) < 1.03:
        raise PoseRefused("%s %d is not a unit quaternion in Q14: %s" % (what, i // 4, list(q_q14[i : i + 4])))
