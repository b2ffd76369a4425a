"""What lies between a segment and its sensor: mounting, tilt error, heading drift, clock (design section 7)."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from host_tools.stimuli.smooth_noise import SmoothNoise
from host_tools.stimuli.source import Array

# Design section 7, "Default errors"; the tilt is that of the BNO08x's game rotation vector at rest (domain.md 1.3)
LARGEST_MOUNTING_DEG = 15.0
TILT_RMS_DEG = 1.5
TILT_CORRELATION_S = 3.0
LARGEST_DRIFT_DEG_PER_MIN = 0.5
# Spread of the sensors' own clocks around the device's: two uncompensated crystals (engineering choice)
LARGEST_CLOCK_PPM = 500.0
SAMPLE_HZ = 400.0


@dataclass(frozen=True)
class SensorErrors:
    """One orientation sensor on its segment.

    mounting: segment to sensor turn that stays; tilt_deg: error about two horizontal axes, None for none;
    drift_deg_per_min: heading. Its clock is fast by clock_ppm: sample k is taken phase_us + k * interval_q10_us / 1024
    microseconds after the stimulus begins.
    """

    mounting: Rotation
    tilt_deg: SmoothNoise | None
    drift_deg_per_min: float
    phase_us: int
    clock_ppm: float

    @property
    def interval_q10_us(self) -> int:
        """Length of a grid step in 1/1024 us, rounded as the virtual sensor does."""
        return round(1024e6 / SAMPLE_HZ / (1 + self.clock_ppm * 1e-6))

    def sample_times(self, first: int, count: int) -> Array:
        """Stimulus times in seconds of the sensor's own samples first .. first + count - 1."""
        index = np.arange(first, first + count, dtype=np.float64)
        return 1e-6 * (self.phase_us + index * (self.interval_q10_us / 1024))

    def measured(self, segment: Rotation, t_s: Array) -> Rotation:
        """What the sensor reports for the segment's orientations at the stimulus times t_s."""
        seen = segment * self.mounting
        if self.tilt_deg is not None:
            # the angle of the tilt has the stated rms, so each of its two axes has it over root two
            tilt = self.tilt_deg.at(t_s) * (TILT_RMS_DEG / np.sqrt(2))
            seen = Rotation.from_rotvec(np.column_stack([tilt, np.zeros(len(tilt))]), degrees=True) * seen
        if self.drift_deg_per_min:
            seen = Rotation.from_euler("Z", t_s[:, None] * (self.drift_deg_per_min / 60), degrees=True) * seen
        return seen


def draw_sensor_errors(rng: np.random.Generator, duration_s: float, ideal: bool) -> SensorErrors:
    """One sensor's errors; ideal ones leave quantisation, sensor phase and clock."""
    clock_ppm = rng.uniform(-LARGEST_CLOCK_PPM, LARGEST_CLOCK_PPM)
    phase_us = int(rng.integers(0, round(1e6 / SAMPLE_HZ)))
    if ideal:
        return SensorErrors(Rotation.identity(), None, 0.0, phase_us, clock_ppm)
    axis = rng.standard_normal(3)
    turn_deg = rng.uniform(0.0, LARGEST_MOUNTING_DEG)
    drift = rng.uniform(-LARGEST_DRIFT_DEG_PER_MIN, LARGEST_DRIFT_DEG_PER_MIN)
    return SensorErrors(
        mounting=Rotation.from_rotvec(axis / np.linalg.norm(axis) * turn_deg, degrees=True),
        tilt_deg=SmoothNoise(rng, 2, TILT_CORRELATION_S, 0.0, duration_s + 1.0),
        drift_deg_per_min=drift,
        phase_us=phase_us,
        clock_ppm=clock_ppm,
    )
