"""Tracker: three orientation sensors in, the angle features of this tick out."""

from array import array

import micropython
from micropython import const

from rhomboid.fixed.cardan import PAIRS, RADII, joint_pairs
from rhomboid.fixed.quaternion import orient
from rhomboid.fixed.trigonometry import polar
from rhomboid.tracking.common_time import resample
from rhomboid.tracking.neutral import (
    ALIGNED_PODS_Q14,
    REQUEST,
    REQUEST_EXPIRED,
    REQUEST_TICKS,
    SEGMENTS,
    NeutralPose,
    default_reference_q14,
    watch,
)

# viper folds constants of its own module only; the same as in features.py, fixed/cardan.py, fixed/trigonometry.py
_INTERNAL_ROTATION = const(0)
_UPWARD_ROTATION = const(1)
_POSTERIOR_TILT = const(2)
_HUMERAL_ELEVATION = const(3)
_PLANE_OF_ELEVATION = const(4)
_THORAX_FLEXION = const(5)
_THORAX_LATERAL = const(6)
_THORAX_ROTATION = const(7)
_HUMERAL_FLEXION = const(8)
_ELEVATION_RATE = const(9)
_SCAPULA_RATE = const(10)
_INTERNAL_ROTATION_CHANGE = const(11)
_RETRACTION = const(14)
_FLAGS = const(15)
_HUMERAL_ABDUCTION = const(34)
_FLAG_REFERENCE_MISSING = const(1)
_FLAG_HEADING_LOST = const(2)
_FLAG_OUT_OF_RANGE = const(4)
_FLAG_PULSE = const(8)
_FLAG_THORAX_DEAD = const(16)
_LAG_US = const(20_000)
_SEGMENTS = const(3)
_PAIRS = const(10)
_SCAPULA_HALF_DIFFERENCE = const(0)
_SCAPULA_HALF_SUM = const(1)
_THORAX_HALF_DIFFERENCE = const(2)
_THORAX_HALF_SUM = const(3)
_HUMERUS_HALF_DIFFERENCE = const(4)
_HUMERUS_HALF_SUM = const(5)
_HUMERUS_SAGITTAL = const(6)
_SCAPULA_TILTED = const(7)
_THORAX_TILTED = const(8)
_HUMERUS_RAISED = const(9)
_HALF_TURN = const(144000)
_QUARTER_TURN = const(72000)

# A skin sensor follows the scapula up to 90-100 degrees of elevation (domain 1.2): flagged beyond
_RANGE_CDEG = const(10000)
# Plane of elevation is undefined below 10 degrees of elevation (design section 5), and so is the sagittal angle of an
# arm within 10 degrees of the lateral axis
_UNDEFINED_CDEG = const(1000)
# Rates: first-order low pass of 2^2 ticks (engineering choice: 40 ms, below the 100 ms of a cue)
_RATE_SHIFT = const(2)
_NO_RATE = const(-1000000)

# cells of the body array
_PRESENT = const(0)  # mask of sensors that were fitted
_KNOWN = const(1)
_LOST = const(2)
_SIDE = const(3)  # 1 right, -1 left
_NEUTRAL = const(4)  # internal, upward, posterior at neutral, 1/100 degree; thorax heading in eighths of it
_SMOOTHED = const(8)  # the same three angles and elevation, low-passed, Q4
_BODY_CELLS = const(12)


@micropython.viper
def describe(angles: ptr32, live: int, body: ptr32, features: ptr32):
    """Half angles of `joint_pairs` and `polar` -> the angle features and flags.

    Signs by side: on the left the mirrored quaternion (w, -x, -y, z) has the first two Cardan angles negated and the
    plane of elevation counted from the other side.
    Bounds: angles within 3 * 144000 before they are wrapped; rates 2 * 18000 * 16 * 100 < 2^26.
    """
    m = 1
    m = m << 31
    none = 0 - 32768
    side = (int(body[_SIDE]) ^ m) - m
    known = int(body[_KNOWN])
    flags = int(features[_FLAGS]) & _FLAG_PULSE
    if int(body[_PRESENT]) & (7 ^ known):
        flags |= _FLAG_REFERENCE_MISSING
    if int(body[_LOST]) & known:
        flags |= _FLAG_HEADING_LOST
    flags |= (7 ^ live) * _FLAG_THORAX_DEAD
    live &= known

    i = _INTERNAL_ROTATION
    while i < _FLAGS:
        features[i] = none
        i += 1
    features[_HUMERAL_ABDUCTION] = none
    speed = 0
    if live & 1:
        half = (int(angles[_THORAX_HALF_SUM]) ^ m) - m
        less = (int(angles[_THORAX_HALF_DIFFERENCE]) ^ m) - m
        a = (half + less - ((int(body[_NEUTRAL + 3]) ^ m) - m)) * (0 - side)
        while a > _HALF_TURN:
            a -= 2 * _HALF_TURN
        while a <= 0 - _HALF_TURN:
            a += 2 * _HALF_TURN
        features[_THORAX_ROTATION] = (a + 4) >> 3
        a = less - half
        if a > _HALF_TURN:
            a -= 2 * _HALF_TURN
        if a <= 0 - _HALF_TURN:
            a += 2 * _HALF_TURN
        features[_THORAX_FLEXION] = (a + 4) >> 3
        a = (2 * ((int(angles[_THORAX_TILTED]) ^ m) - m) - _QUARTER_TURN) * side
        features[_THORAX_LATERAL] = (a + 4) >> 3

    if live & 3 == 3:
        half = (int(angles[_SCAPULA_HALF_SUM]) ^ m) - m
        less = (int(angles[_SCAPULA_HALF_DIFFERENCE]) ^ m) - m
        a = (half + less) * side
        if a > _HALF_TURN:
            a -= 2 * _HALF_TURN
        if a <= 0 - _HALF_TURN:
            a += 2 * _HALF_TURN
        features[_INTERNAL_ROTATION] = (a + 4) >> 3
        a = (_QUARTER_TURN - 2 * ((int(angles[_SCAPULA_TILTED]) ^ m) - m)) * side
        features[_UPWARD_ROTATION] = (a + 4) >> 3
        a = half - less
        if a > _HALF_TURN:
            a -= 2 * _HALF_TURN
        if a <= 0 - _HALF_TURN:
            a += 2 * _HALF_TURN
        features[_POSTERIOR_TILT] = (a + 4) >> 3
        i = 0
        while i < 3:
            a = (int(features[_INTERNAL_ROTATION + i]) ^ m) - m
            low = (int(body[_SMOOTHED + i]) ^ m) - m
            if low == _NO_RATE:
                low = a << 4
            lag = (a << 4) - low
            body[_SMOOTHED + i] = low + (lag >> _RATE_SHIFT)
            lag = (lag * 100) >> (4 + _RATE_SHIFT)
            if lag < 0:
                lag = 0 - lag
            # length of the vector of three rates, within 10 %: the largest and three eighths of the others
            if lag > speed:
                speed = lag + ((speed * 3) >> 3)
            else:
                speed = speed + ((lag * 3) >> 3)
            a -= (int(body[_NEUTRAL + i]) ^ m) - m
            features[_INTERNAL_ROTATION_CHANGE + i] = a
            i += 1
        a = (int(features[_INTERNAL_ROTATION_CHANGE]) ^ m) - m
        features[_RETRACTION] = 0 - a
        features[_SCAPULA_RATE] = speed
    else:
        body[_SMOOTHED] = _NO_RATE
        body[_SMOOTHED + 1] = _NO_RATE
        body[_SMOOTHED + 2] = _NO_RATE

    if live & 5 == 5:
        elevation = (2 * ((int(angles[_HUMERUS_RAISED]) ^ m) - m) + 4) >> 3
        features[_HUMERAL_ELEVATION] = elevation
        if elevation > _RANGE_CDEG:
            flags |= _FLAG_OUT_OF_RANGE
        a = ((int(angles[_HUMERUS_HALF_SUM]) ^ m) - m) + ((int(angles[_HUMERUS_HALF_DIFFERENCE]) ^ m) - m)
        if side < 0:
            a = _HALF_TURN - a
        while a > _HALF_TURN:
            a -= 2 * _HALF_TURN
        while a <= 0 - _HALF_TURN:
            a += 2 * _HALF_TURN
        a = (a + 4) >> 3
        if elevation >= _UNDEFINED_CDEG and elevation <= 18000 - _UNDEFINED_CDEG:
            features[_PLANE_OF_ELEVATION] = a
            # outward part of the elevation; a parabola for the cosine: |elevation * 3| < 2^16, times 10000 < 2^30
            features[_HUMERAL_ABDUCTION] = elevation * (10000 - a * a // 8100) // 10000
        if a < 0:
            a = 0 - a
        if a > 9000:
            a = 18000 - a
        lateral = 0
        if elevation > 9000 - _UNDEFINED_CDEG and elevation < 9000 + _UNDEFINED_CDEG and a < _UNDEFINED_CDEG:
            lateral = 1
        if lateral == 0:
            a = (int(angles[_HUMERUS_SAGITTAL]) ^ m) - m
            if a < 0 - _QUARTER_TURN:
                a += 2 * _HALF_TURN
            features[_HUMERAL_FLEXION] = (a + 4) >> 3
        low = (int(body[_SMOOTHED + 3]) ^ m) - m
        if low == _NO_RATE:
            low = elevation << 4
        lag = (elevation << 4) - low
        body[_SMOOTHED + 3] = low + (lag >> _RATE_SHIFT)
        features[_ELEVATION_RATE] = (lag * 100) >> (4 + _RATE_SHIFT)
    else:
        body[_SMOOTHED + 3] = _NO_RATE
    features[_FLAGS] = flags


class NotFitted:
    """The place of a sensor that this athlete does not wear: it never has a sample."""

    def __init__(self):
        self.quat_q14 = array("h", [0] * 32)
        self.time_us = array("i", [0] * 8)
        self.state = array("i", [0, 0])


class Tracker:
    """Angles of thorax, scapula and humerus at one common time, LAG_US before the tick.

    Without a neutral pose the angles are UNDEFINED and FLAG_REFERENCE_MISSING is set.
    """

    def __init__(self, imus, side, reference_q14, features, pod_axes_q14=()):
        """imus: thorax, scapula, humerus, each with quat_q14, time_us, state (drivers/bno08x.py), or None.

        side: "right" or "left"; reference_q14: 12 integers, segment to laboratory at neutral in the order of imus,
        empty for the default reference of that side; features: the feature vector that step() writes; pod_axes_q14: 12
        integers, segment to sensor as the pods' places have it (neutral.reference_pods_q14), empty for aligned sensors.
        Raises PoseRefused when reference or pod axes are not made of rotations.
        """
        thorax, scapula, humerus = [imu or NotFitted() for imu in imus]
        self.features = features
        self.neutral = NeutralPose(reference_q14 or default_reference_q14(side), pod_axes_q14 or ALIGNED_PODS_Q14)
        self.sensors = array("i", [0] * 12)
        self.segments = array("i", [0] * 12)
        self.neutral_taken = 0  # neutral poses taken so far
        self.neutral_failed = 0  # requests that expired or were refused
        self._epochs = array("i", [0] * SEGMENTS)
        self._pairs = array("i", [0] * (2 * PAIRS))
        self._angles = array("i", [0] * PAIRS)
        self._body = array("i", [0] * _BODY_CELLS)
        self._still = self.neutral.still
        self._calibration = self.neutral.calibration
        for i in range(SEGMENTS):
            if imus[i]:
                self._body[_PRESENT] |= 1 << i
        self._body[_SIDE] = -1 if side == "left" else 1
        self._angles_of_reference(len(features))
        self.step = self._bound_step(thorax, scapula, humerus)

    def request_neutral(self):
        """Take the next still pose as the neutral one; `neutral_taken` or `neutral_failed` counts up within 10 s."""
        self._still[REQUEST] = REQUEST_TICKS

    def cancel_neutral(self):
        """Forget a request; the calibration stays as it is."""
        self._still[REQUEST] = 0

    def neutral_pending(self):
        """True while a request waits for a still pose."""
        return self._still[REQUEST] != 0

    def restore(self, heading_q14, mount_q14):
        """Take over the calibration of an earlier session; see NeutralPose.restore."""
        self.neutral.restore(heading_q14, mount_q14)
        self._note_calibration()

    def _bound_step(self, thorax, scapula, humerus):
        """step(t_us): write the angle features and flags of the tick at `t_us` (ticks_us).

        What it touches stands in its defaults: locals cost the chip a fifth of an attribute.
        """

        def step(
            t_us,
            resample=resample,
            quat_0=thorax.quat_q14,
            time_0=thorax.time_us,
            state_0=thorax.state,
            quat_1=scapula.quat_q14,
            time_1=scapula.time_us,
            state_1=scapula.state,
            quat_2=humerus.quat_q14,
            time_2=humerus.time_us,
            state_2=humerus.state,
            sensors=self.sensors,
            epochs=self._epochs,
            watch=watch,
            still=self._still,
            features=self.features,
            orient=orient,
            calibration=self._calibration,
            segments=self.segments,
            joint_pairs=joint_pairs,
            pairs=self._pairs,
            polar=polar,
            radii=RADII,
            angles=self._angles,
            describe=describe,
            body=self._body,
            self=self,
        ):
            live = resample(
                t_us - _LAG_US,
                quat_0,
                time_0,
                state_0,
                quat_1,
                time_1,
                state_1,
                quat_2,
                time_2,
                state_2,
                sensors,
                epochs,
            )
            if live > 7:
                self.neutral.lost |= live >> 4
                live &= 7
                self._note_calibration()
            pose = watch(sensors, live, still, features)
            if pose:
                self._settle(pose, live, t_us)
            orient(sensors, calibration, segments, _SEGMENTS)
            joint_pairs(segments, pairs)
            polar(pairs, _PAIRS, radii, angles)
            describe(angles, live, body, features)

        return step

    def _settle(self, pose, live, t_us):
        if pose == REQUEST_EXPIRED:
            self.neutral_failed += 1
        elif self._still[REQUEST]:
            self._still[REQUEST] = 0
            if self.neutral.take(live):
                self.neutral_taken += 1
            else:
                self.neutral_failed += 1
        else:
            self.neutral.rezero(live, t_us, self.features)
        self._note_calibration()

    def _note_calibration(self):
        self._body[_KNOWN] = self.neutral.known
        self._body[_LOST] = self.neutral.lost

    def _angles_of_reference(self, cells):
        """Neutral scapular angles and thorax heading, by the same kernels that every tick uses."""
        body = self._body
        scratch = array("i", [0] * cells)
        joint_pairs(self.neutral.reference, self._pairs)
        polar(self._pairs, PAIRS, RADII, self._angles)
        body[_KNOWN] = 7
        describe(self._angles, 7, body, scratch)
        body[_KNOWN] = 0
        body[_NEUTRAL] = scratch[_INTERNAL_ROTATION]
        body[_NEUTRAL + 1] = scratch[_UPWARD_ROTATION]
        body[_NEUTRAL + 2] = scratch[_POSTERIOR_TILT]
        body[_NEUTRAL + 3] = self._angles[_THORAX_HALF_SUM] + self._angles[_THORAX_HALF_DIFFERENCE]
        for i in range(4):
            body[_SMOOTHED + i] = _NO_RATE
