"""Sets of repetitions on the time axis: what the body does, what the muscles do, and the hand on the button."""

from dataclasses import dataclass

import numpy as np

from host_tools.athlete.body import REST_PERMILLE, Body
from host_tools.athlete.exercise import ARM, SCAPULA, THORAX, Exercise, pose_vector
from host_tools.athlete.keyframes import Keyframes
from host_tools.athlete.profiles import Profile
from host_tools.athlete.repetition import (
    FALSE_START_SHARE,
    Disturbance,
    Draft,
    Repetition,
    draw_regrip,
    draw_repetition,
)
from host_tools.stimuli.source import Array

# Pace of everything around the repetitions (engineering choices)
MOVE_TO_START_S = 1.3
PRESS_AFTER_S = 0.3
PRESS_S = 0.12
SETTLE_S = 1.6
AFTER_SET_S = 1.0
REST_BETWEEN_SETS_S = 6.0
AFTER_WORKOUT_S = 3.0
# A muscle reaches half of its concentric level within this time of its onset, and falls off in as long again
RAMP_S = 0.10
_CLOSING_S = AFTER_SET_S + PRESS_S + PRESS_AFTER_S + MOVE_TO_START_S + AFTER_WORKOUT_S
_LONGEST_DISTURBANCE_S = 4.0


@dataclass(frozen=True)
class Plan:
    """What to do: repetitions per set, or as many sets of `repetitions` as fit into `duration_s`.

    device_ends_sets: the device walks a plan and ends each set itself; the athlete only presses to begin.
    """

    sets: tuple[int, ...] = ()
    repetitions: int = 6
    duration_s: float = 0.0
    false_starts: int = 2
    regrips: int = 1
    rest_s: float = REST_BETWEEN_SETS_S
    device_ends_sets: bool = False


class Workout:
    """A whole session of one body: curves of pose and activation, and the record of what was done.

    thorax, arm, scapula: pose curves in degrees relative to neutral; activation: per muscle, curve in per mille of MVC;
    tremor: amplitude of the scapula's trembling in degrees; presses: (begin_s, end_s) of every short press of the
    button. The session begins and ends in the neutral pose.
    """

    def __init__(self, rng: np.random.Generator, body: Body, exercise: Exercise, profile: Profile, plan: Plan) -> None:
        self._rng = rng
        self._body = body
        self._exercise = exercise
        self._profile = profile
        self._plan = plan
        self.thorax, self.arm, self.scapula = (Keyframes(np.zeros(3)) for _ in range(3))
        self.tremor = Keyframes(np.zeros(1))
        self.activation = {muscle: Keyframes(np.array([REST_PERMILLE])) for muscle in body.mvc_uv}
        self.repetitions: list[Repetition] = []
        self.disturbances: list[Disturbance] = []
        self.presses: list[tuple[float, float]] = []
        # everything of a set ends before this
        self._until_s = np.inf if plan.sets else plan.duration_s - _CLOSING_S
        self._now_s = 0.4
        set_number = 0
        while self._fits_another_set(set_number):
            set_number += 1
            self._train_set(set_number, plan.sets[set_number - 1] if plan.sets else plan.repetitions)
        self.duration_s = max(self._now_s + AFTER_WORKOUT_S, plan.duration_s)

    def _fits_another_set(self, done: int) -> bool:
        if self._plan.sets:
            return done < len(self._plan.sets)
        begins_s = self._now_s + MOVE_TO_START_S + PRESS_AFTER_S + PRESS_S + SETTLE_S
        if done:
            # a further set is worth its rest from two slow repetitions on
            tempo = self._exercise.tempo
            one_s = 1.5 * (tempo.concentric_s + tempo.isometric_s + tempo.eccentric_s + tempo.rest_s)
            begins_s += self._plan.rest_s + 2 * one_s
        return begins_s <= self._until_s

    def _train_set(self, set_number: int, count: int) -> None:
        """Take the start pose, press, train, press, stand upright again."""
        exercise = self._exercise
        if set_number > 1:
            self._now_s += self._plan.rest_s
        rest = pose_vector(exercise.start)
        self._pose_to(rest, self._now_s, self._now_s + MOVE_TO_START_S)
        for muscle, curve in self.activation.items():
            level = max(REST_PERMILLE, 10 * exercise.readiness.get(muscle, 0.0))
            curve.move_to(np.array([level]), self._now_s, self._now_s + MOVE_TO_START_S)
        self._now_s += MOVE_TO_START_S + PRESS_AFTER_S
        self._press()
        self._now_s += SETTLE_S

        pauses = self._rng.integers(0, count + 1, self._plan.false_starts + self._plan.regrips)
        for number in range(1, count + 1):
            rest = self._disturb(set_number, number - 1, pauses, rest)
            faults = self._profile.faults if number >= self._profile.faulty_from else ()
            draft = draw_repetition(self._rng, exercise, self._body.pace, faults)
            ends_s = self._now_s + draft.concentric_s + draft.isometric_s + draft.eccentric_s + draft.rest_s
            if ends_s > self._until_s:
                break
            self._repeat(set_number, number, draft)
            rest = draft.rest
        else:
            self._disturb(set_number, count, pauses, rest)

        self._now_s += AFTER_SET_S
        if not self._plan.device_ends_sets:
            self._press()
        self._now_s += PRESS_AFTER_S
        self._pose_to(np.zeros(9), self._now_s, self._now_s + MOVE_TO_START_S)
        for curve in self.activation.values():
            curve.move_to(np.array([REST_PERMILLE]), self._now_s, self._now_s + MOVE_TO_START_S)
        self._now_s += MOVE_TO_START_S

    def _press(self) -> None:
        self.presses.append((self._now_s, self._now_s + PRESS_S))
        self._now_s += PRESS_S

    def _pose_to(self, pose: Array, begin_s: float, end_s: float) -> None:
        self.thorax.move_to(pose[THORAX], begin_s, end_s)
        self.arm.move_to(pose[ARM], begin_s, end_s)
        self.scapula.move_to(pose[SCAPULA], begin_s, end_s)

    def _repeat(self, set_number: int, number: int, draft: Draft) -> None:
        lead_s = draft.scapula_lead_ms / 1000
        # the earlier part begins now; muscles may come up to 100 ms before it
        begin_s = self._now_s
        arm_s, scapula_s = begin_s + max(lead_s, 0.0), begin_s + max(-lead_s, 0.0)
        top_s = begin_s + draft.concentric_s
        hold_end_s = top_s + draft.isometric_s
        end_s = hold_end_s + draft.eccentric_s
        for curve, part, part_begin_s in (
            (self.thorax, THORAX, arm_s),
            (self.arm, ARM, arm_s),
            (self.scapula, SCAPULA, scapula_s),
        ):
            curve.move_to(draft.top[part], part_begin_s, top_s)
            if draft.hold_end is not None:
                curve.move_to(draft.hold_end[part], top_s, hold_end_s)
            if draft.way is not None:
                curve.move_to(draft.rest[part], hold_end_s, end_s, through=draft.way[part])
            else:
                curve.move_to(draft.rest[part], hold_end_s, end_s)
        if draft.tremor_deg:
            edge_s = 0.2 * draft.isometric_s
            self.tremor.move_to(np.array([draft.tremor_deg]), top_s, top_s + edge_s)
            self.tremor.move_to(np.zeros(1), hold_end_s - edge_s, hold_end_s)
        onset_s = {}
        for muscle, effort in self._exercise.efforts.items():
            leader_s = arm_s if effort.leader == "arm" else scapula_s
            onset_s[muscle] = leader_s + (effort.onset_ms + draft.onset_change_ms[muscle]) / 1000
            levels = 10 * draft.effort_scale[muscle] * np.array([effort.concentric, effort.isometric, effort.eccentric])
            curve = self.activation[muscle]
            rest_level = curve.end_value
            curve.move_to(np.array([levels[0] / 2]), onset_s[muscle], onset_s[muscle] + RAMP_S)
            curve.move_to(np.array([levels[0]]), curve.end_s, top_s - 0.2 * draft.concentric_s)
            curve.move_to(np.array([levels[1]]), top_s, top_s + 0.2)
            if draft.hold_effort_scale[muscle] != 1:
                levels[1:] *= draft.hold_effort_scale[muscle]
                curve.move_to(np.array([levels[1]]), curve.end_s, hold_end_s)
            curve.move_to(np.array([levels[2]]), hold_end_s, hold_end_s + 0.3 * draft.eccentric_s)
            curve.move_to(rest_level, end_s - 0.3 * draft.eccentric_s, end_s + RAMP_S)
        self.repetitions.append(
            Repetition(
                set_number=set_number,
                number=number,
                begin_s=begin_s,
                arm_begin_s=arm_s,
                scapula_begin_s=scapula_s,
                drive_begin_s=arm_s if self._exercise.drive == "arm" else scapula_s,
                top_s=top_s,
                hold_end_s=hold_end_s,
                end_s=end_s,
                onset_s=onset_s,
                faults=draft.faults,
            )
        )
        self._now_s = end_s + draft.rest_s

    def _disturb(self, set_number: int, before: int, pauses: np.ndarray, rest: Array) -> Array:
        """The false starts and re-grips drawn for the pause before repetition `before` + 1; the pose after them."""
        for index, pause in enumerate(pauses):
            if pause != before or self._now_s + _LONGEST_DISTURBANCE_S > self._until_s:
                continue
            if index < self._plan.false_starts:
                self._false_start(set_number, rest)
            else:
                rest = self._regrip(set_number, rest)
        return rest

    def _false_start(self, set_number: int, rest: Array) -> None:
        share = float(self._rng.uniform(*FALSE_START_SHARE))
        end = pose_vector(self._exercise.end)
        partial = rest + (end - pose_vector(self._exercise.start)) * share
        out_s = self._exercise.tempo.concentric_s * self._body.pace * float(self._rng.uniform(0.45, 0.8))
        begin_s, turn_s, end_s = self._now_s, self._now_s + out_s, self._now_s + 2.2 * out_s
        self._pose_to(partial, begin_s, turn_s)
        self._pose_to(rest, turn_s, end_s)
        for muscle, effort in self._exercise.efforts.items():
            curve = self.activation[muscle]
            level = curve.end_value
            curve.move_to(level + 10 * effort.concentric * share, begin_s, turn_s)
            curve.move_to(level, turn_s, end_s)
        self.disturbances.append(Disturbance("false_start", set_number, begin_s, end_s, share))
        self._now_s = end_s + 0.5 * self._exercise.tempo.rest_s

    def _regrip(self, set_number: int, rest: Array) -> Array:
        out_s = float(self._rng.uniform(0.3, 0.5))
        begin_s, end_s = self._now_s, self._now_s + 2.5 * out_s
        self._pose_to(draw_regrip(self._rng, rest), begin_s, begin_s + out_s)
        self._pose_to(rest, begin_s + 1.5 * out_s, end_s)
        self.disturbances.append(Disturbance("regrip", set_number, begin_s, end_s, 0.0))
        self._now_s = end_s + 0.5 * self._exercise.tempo.rest_s
        return rest
