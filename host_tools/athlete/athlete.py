"""The athlete as a stimulus source, with everything that is known about the workout."""

import numpy as np
from scipy.spatial.transform import Rotation

from host_tools.athlete.body import draw_body
from host_tools.athlete.emg import AthleteEmg, spectrum_filter
from host_tools.athlete.exercises import exercise
from host_tools.athlete.motion import Motion
from host_tools.athlete.profiles import Profile, profile
from host_tools.athlete.workout import Plan, Workout
from host_tools.stimuli import isb
from host_tools.stimuli.front_end import rms_gain
from host_tools.stimuli.source import SEGMENTS, Array


class Athlete:
    """One person who does one exercise; the same seed gives the same workout on either side of the body.

    workout.repetitions, .disturbances and .presses say what was done; body says who did it.
    """

    # how far the sway reaches beyond the workout: lead-in and closing of the session
    _BEFORE_S = 30.0
    _AFTER_S = 30.0

    def __init__(
        self, profile_name: str | Profile, exercise_name: str, seed: int, left: bool, plan: Plan, day: int = 0
    ) -> None:
        """day: another one is another workout of the same body. Raises BadInput for an unknown profile or exercise."""
        self.profile = profile(profile_name) if isinstance(profile_name, str) else profile_name
        self.exercise = exercise(exercise_name)
        body_rng, workout_rng, sway_rng, self._emg_rng = np.random.default_rng(seed).spawn(4)
        if day:
            workout_rng, sway_rng, self._emg_rng = np.random.default_rng([seed, day]).spawn(3)
        self.body = draw_body(body_rng, left)
        self.workout = Workout(workout_rng, self.body, self.exercise, self.profile, plan)
        self._motion = Motion(sway_rng, self.body, self.workout, self._BEFORE_S, self._AFTER_S)
        self.duration_s = self.workout.duration_s
        self._site_rng = dict(zip(self.body.mvc_uv, self._emg_rng.spawn(len(self.body.mvc_uv)), strict=True))

    def orientation(self, segment: str, t_s: Array) -> Rotation:
        """Segment to laboratory."""
        return self._motion.orientation(segment, t_s)

    def emg(self, site: str, first_s: float, rate_hz: float) -> AthleteEmg:
        """The signal of a site; to be asked once per site."""
        return AthleteEmg(
            self._site_rng[site],
            self.workout.activation[site],
            self.body.mvc_uv[site],
            self.body.median_hz[site],
            first_s,
            rate_hz,
        )

    def mvc_uv(self, site: str, sections: Array, rate_hz: float) -> float:
        """Mean rectified voltage at 100 %MVC after a filter given as second-order sections."""
        source = spectrum_filter(self.body.median_hz[site], rate_hz)
        through = rms_gain(np.vstack([source, sections]), rate_hz) / rms_gain(source, rate_hz)
        return self.body.mvc_uv[site] * through

    def activation_permille(self, site: str, t_s: Array) -> Array:
        """True activation of a site in per mille of MVC, shape (n,)."""
        return self.workout.activation[site].at(t_s)[:, 0]

    def angles_deg(self, t_s: Array) -> dict[str, Array]:
        """True angles in the signs of a right side, in degrees; see isb.angles_deg."""
        return isb.angles_deg(*(self._motion.right_side(segment, t_s) for segment in SEGMENTS))
