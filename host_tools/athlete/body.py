"""One person: how they stand, how strong their signals are, which side is worn."""

from dataclasses import dataclass

import numpy as np

# Median frequency of the muscles (domain.md 2.1, box lift); MT is not in that recording and stands between UT and LT
MEDIAN_HZ = {"UT": 64.0, "MT": 67.0, "LT": 70.0, "LAT": 49.0, "SA": 53.0}
# Mean rectified voltage at full effort in microvolts: 1.25 x the envelope peaks of the box lift (domain.md 2.1) for UT,
# LT and SA, rounded; that task leaves LAT near rest and has no MT, so both are engineering choices
MVC_UV = {"UT": 405.0, "MT": 380.0, "LT": 385.0, "LAT": 280.0, "SA": 325.0}
# Tonic activity at rest: 2-14 uV (domain.md 2.1) is about 1 % of those
REST_PERMILLE = 8.0


@dataclass(frozen=True)
class Body:
    """Angles in degrees; neutral values are those of standing upright with the arms alongside.

    heading_deg: where the chest points in the laboratory. pace: factor on every duration.
    mvc_uv: mean rectified voltage at the electrodes at 100 %MVC; median_hz: of the EMG spectrum, both per muscle.
    """

    left: bool
    heading_deg: float
    neutral_scapula_deg: tuple[float, float, float]
    neutral_arm_deg: tuple[float, float, float]
    neutral_thorax_deg: tuple[float, float, float]
    pace: float
    mvc_uv: dict[str, float]
    median_hz: dict[str, float]


def draw_body(rng: np.random.Generator, left: bool = False) -> Body:
    """A person at random.

    Resting scapula around internal 35, upward 5, posterior -10 degrees (design section 5; about 30 internal in
    domain.md 1.4); spreads between persons are engineering choices, that of the MVC under the 42 % between days of
    domain.md 2.2.
    """
    scapula = rng.normal((35.0, 5.0, -10.0), (3.5, 2.5, 2.5))
    arm = rng.normal((2.0, 8.0, 0.0), (2.0, 2.0, 4.0))
    thorax = rng.normal((0.0, 0.0, 0.0), (1.5, 0.7, 0.0))
    pace = float(np.exp(rng.normal(0.0, 0.06)))
    muscles = list(MVC_UV)
    strength = np.exp(rng.normal(0.0, 0.2, len(muscles)))
    spectrum = np.exp(rng.normal(0.0, 0.06, len(muscles)))
    return Body(
        left=left,
        heading_deg=float(rng.uniform(-180, 180)),
        neutral_scapula_deg=tuple(scapula),
        neutral_arm_deg=tuple(arm),
        neutral_thorax_deg=tuple(thorax),
        pace=pace,
        mvc_uv={name: MVC_UV[name] * factor for name, factor in zip(muscles, strength, strict=True)},
        median_hz={name: MEDIAN_HZ[name] * factor for name, factor in zip(muscles, spectrum, strict=True)},
    )
