"""What happens between two rests: a repetition, a false start or a re-grip, drawn with natural spread."""

from dataclasses import dataclass

import numpy as np

from host_tools.athlete.exercise import ARM, POSE_FIELDS, SCAPULA, Exercise, pose_vector
from host_tools.athlete.faults import Fault
from host_tools.stimuli.source import Array

# Natural spread (issue "a session"): range 10 %, tempo 15 %, angles 2 degrees; cut at 2.5 standard deviations
AMPLITUDE_SD = 0.10
TEMPO_SD = 0.15
ANGLE_SD_DEG = 2.0
_CUT_SD = 2.5
# The rest between repetitions is guided by the apparatus or by gravity: half the spread (engineering choice)
REST_ANGLE_SD_DEG = 1.0
# A false start turns back before half of the range (engineering choice)
FALSE_START_SHARE = (0.15, 0.40)


@dataclass(frozen=True)
class Draft:
    """A repetition before it has a place in time: durations in s, poses in degrees (9,), delays in ms.

    top, hold_end, way: pose at the ends of the concentric and the isometric phase and half way through the eccentric
    one, None where that is simply on the way. effort_scale, hold_effort_scale: factor per muscle on the exercise's
    activation, and on what is left at the end of the hold; onset_change_ms: per muscle.
    """

    concentric_s: float
    isometric_s: float
    eccentric_s: float
    rest_s: float
    top: Array
    hold_end: Array | None
    way: Array | None
    rest: Array
    tremor_deg: float
    scapula_lead_ms: float
    effort_scale: dict[str, float]
    hold_effort_scale: dict[str, float]
    onset_change_ms: dict[str, float]
    faults: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Repetition:
    """A repetition as it was done; times in seconds.

    set_number and number count from 1. begin_s: first motion of any part; drive_begin_s: of the part that counts;
    top_s and hold_end_s bound the isometric phase; onset_s: begin of each muscle's contraction.
    """

    set_number: int
    number: int
    begin_s: float
    arm_begin_s: float
    scapula_begin_s: float
    drive_begin_s: float
    top_s: float
    hold_end_s: float
    end_s: float
    onset_s: dict[str, float]
    faults: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Disturbance:
    """What looks like a repetition and is none: "false_start" or "regrip"; share of the range for the former."""

    kind: str
    set_number: int
    begin_s: float
    end_s: float
    share: float


def draw_repetition(
    rng: np.random.Generator, exercise: Exercise, pace: float, faults: tuple[tuple[Fault, float], ...] = ()
) -> Draft:
    """One repetition of the exercise with natural spread; faults with their degrees on top."""
    amplitude = 1 + AMPLITUDE_SD * float(_spread(rng))
    # one draw for the repetition and a smaller one for each phase; together 15 %
    tempo = 1 + TEMPO_SD * np.clip(0.9 * _spread(rng) + np.sqrt(1 - 0.81) * _spread(rng, 3), -_CUT_SD, _CUT_SD)
    start, end = pose_vector(exercise.start), pose_vector(exercise.end)
    top = start + (end - start) * amplitude + ANGLE_SD_DEG * _spread(rng, len(POSE_FIELDS))
    rest = start + REST_ANGLE_SD_DEG * _spread(rng, len(POSE_FIELDS))
    rest_s = exercise.tempo.rest_s * pace * (1 + TEMPO_SD * float(_spread(rng)))
    # the same muscle works a little harder or easier each time
    scale = {muscle: amplitude * float(1 + 0.05 * _spread(rng)) for muscle in exercise.efforts}
    onset_ms = {muscle: 10.0 * float(_spread(rng)) for muscle in exercise.efforts}
    lead_ms = exercise.scapula_lead_ms * float(1 + TEMPO_SD * _spread(rng))
    hold_scale = dict.fromkeys(exercise.efforts, 1.0)
    phase_scale = np.ones(3)
    hold_change, way_change = np.zeros(len(POSE_FIELDS)), np.zeros(len(POSE_FIELDS))
    tremor_deg = 0.0
    faults = tuple((fault, degree) for fault, degree in faults if degree)
    for fault, degree in faults:
        top = rest + (top - rest) * _scaled(fault.range_scale, degree) + degree * pose_vector(fault.top_change)
        hold_change += degree * pose_vector(fault.hold_change)
        way_change += degree * pose_vector(fault.way_change)
        tremor_deg += degree * fault.tremor_deg
        lead_ms += degree * fault.lead_change_ms
        for index, change in enumerate((fault.concentric_scale, fault.isometric_scale, fault.eccentric_scale)):
            phase_scale[index] *= _scaled(change, degree)
        for muscle in exercise.efforts:
            scale[muscle] *= _scaled(fault.effort_scale.get(muscle, 1.0), degree)
            hold_scale[muscle] *= _scaled(fault.hold_effort_scale.get(muscle, 1.0), degree)
            onset_ms[muscle] += degree * fault.onset_change_ms.get(muscle, 0.0)
    hold_end = top + hold_change
    return Draft(
        concentric_s=exercise.tempo.concentric_s * pace * float(tempo[0] * phase_scale[0]),
        isometric_s=exercise.tempo.isometric_s * pace * float(tempo[1] * phase_scale[1]),
        eccentric_s=exercise.tempo.eccentric_s * pace * float(tempo[2] * phase_scale[2]),
        rest_s=rest_s,
        top=top,
        hold_end=hold_end if hold_change.any() else None,
        way=(hold_end + rest) / 2 + way_change if way_change.any() else None,
        rest=rest,
        tremor_deg=tremor_deg,
        scapula_lead_ms=lead_ms,
        effort_scale=scale,
        hold_effort_scale=hold_scale,
        onset_change_ms=onset_ms,
        faults=tuple((fault.name, degree) for fault, degree in faults),
    )


def _scaled(factor: float, degree: float) -> float:
    """A factor at a degree: as far from 1 as it says times the degree, but never below a tenth."""
    return max(1 + degree * (factor - 1), 0.1)


def draw_regrip(rng: np.random.Generator, at_rest: Array) -> Array:
    """The pose of a hand that takes hold anew: a few degrees of the arm, less of the scapula."""
    pose = at_rest.copy()
    pose[ARM] += rng.normal(0.0, 1.0, 3) * (2.0, 1.5, 5.0)
    pose[SCAPULA] += rng.normal(0.0, 0.7, 3)
    return pose


def _spread(rng: np.random.Generator, count: int | None = None) -> Array:
    return np.clip(rng.standard_normal(count), -_CUT_SD, _CUT_SD)
