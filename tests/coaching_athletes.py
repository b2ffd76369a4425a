"""Synthetic athletes for the coach: angles with default sensor errors and real EMG kernels, without the rest of the
device.

What tracking does on the device is done here in float64 (sensors at one time, neutral pose, ISB angles), so that a set
takes a second instead of ten; the sessions through the whole device are in tests/session_measures.py.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import signal
from scipy.spatial.transform import Rotation

from host_tools.athlete.athlete import Athlete
from host_tools.athlete.faults import fault
from host_tools.athlete.profiles import Profile
from host_tools.athlete.workout import Plan
from host_tools.stimuli import isb
from host_tools.stimuli.sensor_errors import draw_sensor_errors
from tests.interpreters import REPOSITORY, run_micropython

SCRIPT = REPOSITORY / "tests" / "mpy" / "coaching_athletes_run.py"
SITES = ("UT", "MT", "LT", "LAT")
UNDEFINED = -32768
LEAD_S = 4.0
NOISE_UV = 3.0  # design section 7
OUT_OF_RANGE = 4

# Which rules tell of a fault of the athlete; the same fault has other names in other exercises
SEEN_AS = {
    "late_set": "arm_before_scapula",
    "winging": "winging retraction_lost range_reduced",
    "tipping": "scapula_lost",
    "low_upward": "scapula_lost",
    "dyskinesis": "control_lost",
    "ut_dominance": "ut_lt_ratio ut_mt_ratio",
    "weak_middle": "ut_mt_ratio lat_dominance",
    "weak_lower": "ut_lt_ratio",
    "lat_dominance": "lat_dominance",
    "extension": "thorax_extension",
    "lean": "thorax_lean",
    "lean_away": "thorax_lean",
    "rotation": "thorax_rotation",
    "asymmetry": "thorax_rotation",
    "eccentric_fast": "eccentric_fast",
    "concentric_fast": "concentric_fast",
    "partial": "range_reduced",
    "short_hold": "hold_short",
    "hold_drift": "hold_drift",
    "hold_tremor": "hold_tremor",
    "hold_decay": "hold_fade",
    "shrug": "shrug",
}


@dataclass(frozen=True)
class Case:
    """One set of ten: the fault at its degree from repetition `faulty_from` on; no fault is a good athlete."""

    exercise: str
    fault: str = ""
    degree: float = 1.0
    seed: int = 0
    faulty_from: int = 1


@dataclass(frozen=True)
class Judged:
    """verdicts: rule names per complete repetition; stray: rules that fired in false starts and re-grips."""

    verdicts: list[set[str]]
    stray: set[str]


def judged(interpreter: str, folder: Path, cases: Sequence[Case]) -> list[Judged]:
    """The sets through the firmware, all in one interpreter."""
    lines = []
    for number, case in enumerate(cases):
        rows, mvc_uv_q4 = _set(case)
        path = folder / f"{number}.bin"
        path.write_bytes(rows.tobytes())
        lines.append(f"{path}\t{case.exercise}\t{','.join(map(str, mvc_uv_q4))}")
    listed = folder / "sets.txt"
    listed.write_text("\n".join(lines))
    printed = run_micropython(interpreter, SCRIPT, listed, heap="4m", timeout=1200)
    for number in range(len(cases)):
        (folder / f"{number}.bin").unlink()
    results = []
    for line in printed.splitlines():
        out = json.loads(line)
        names = out["names"]
        results.append(Judged([_rules(names, bits) for bits in out["verdicts"]], _rules(names, out["stray"])))
    return results


def rules_of(interpreter: str, exercise: str) -> set[str]:
    """Names of the rules that the firmware judges in an exercise with all muscles worn."""
    source = (
        "from rhomboid.coaching import exercises, rule_library\n"
        f"rows = rule_library.build(exercises.load({exercise!r}), {{'emg_sites': {list(SITES)!r}}})[0]\n"
        "print(*{row['name'] for row in rows})"
    )
    return set(run_micropython(interpreter, source).split())


def seen_percent(results: Sequence[Judged], rules: str, first: int = 0) -> float:
    """Share of the repetitions from `first` on with one of the rules, in percent."""
    wanted = set(rules.split())
    repetitions = [verdict for result in results for verdict in result.verdicts[first:]]
    return 100 * sum(bool(verdict & wanted) for verdict in repetitions) / len(repetitions)


def false_cues_percent(results: Sequence[Judged]) -> float:
    """False verdicts and stray cues of good athletes per 100 repetitions, over all rules."""
    repetitions = sum(len(result.verdicts) for result in results)
    return 100 * sum(sum(map(len, result.verdicts)) + len(result.stray) for result in results) / repetitions


def _rules(names: Sequence[str], bits: int) -> set[str]:
    return {name for number, name in enumerate(names) if bits >> number & 1}


def _set(case: Case) -> tuple[np.ndarray, list[int]]:
    faults = ((fault(case.fault), case.degree),) if case.fault else ()
    left = bool(case.seed & 1)
    athlete = Athlete(Profile("tested", faults, case.faulty_from), case.exercise, case.seed, left, Plan((10,)))
    rng = np.random.default_rng(case.seed + 1000)
    t_s = np.arange(-LEAD_S, athlete.duration_s, 0.01)
    segments = {name: _tracked(athlete, name, t_s, rng, left) for name in ("thorax", "scapula", "humerus")}
    begin = max(0, int((athlete.workout.repetitions[0].begin_s - 1.5 + LEAD_S) * 100) - 300)
    counts, mvc_uv_q4 = _counts(athlete, len(t_s), rng)
    rows = np.concatenate([_angles(segments), _ticks(t_s)[:, None], counts.reshape(-1, 40)], axis=1)[begin:]
    return np.ascontiguousarray(rows.astype("<i4")), mvc_uv_q4


def _ticks(t_s: np.ndarray) -> np.ndarray:
    return np.round((t_s + LEAD_S + 1) * 1e6).astype(np.int64)


def _tracked(athlete: Athlete, name: str, t_s: np.ndarray, rng: np.random.Generator, left: bool) -> Rotation:
    """What the tracker makes of a sensor: neutral pose over the second to second 1.5 of standing still."""
    reference = isb.UPRIGHT
    if name == "scapula":
        reference = isb.UPRIGHT * isb.scapular_rotation(*(np.array([angle]) for angle in (35.0, 5.0, -10.0)))[0]
    errors = draw_sensor_errors(rng, athlete.duration_s + LEAD_S, False)
    sensor = errors.measured(athlete.orientation(name, t_s), t_s + LEAD_S)
    if left:
        sensor = isb.mirrored(sensor)
    neutral = sensor[150:250].mean()
    w, _, _, z = (reference * neutral.inv()).as_quat(scalar_first=True)
    heading = Rotation.from_quat([w, 0, 0, z], scalar_first=True)
    return heading * sensor * (neutral.inv() * heading.inv() * reference)


def _angles(segments: dict[str, Rotation]) -> np.ndarray:
    """Cells 0..15 and 34 of the feature vector, shape (n, 17)."""
    angles = isb.angles_deg(segments["thorax"], segments["scapula"], segments["humerus"])
    arm = -(segments["thorax"].inv() * segments["humerus"]).as_matrix()[:, :, 1]
    turned = (segments["scapula"][:-1].inv() * segments["scapula"][1:]).magnitude()
    cells = np.full((len(arm), 17), UNDEFINED, dtype=np.int64)
    for index, values in enumerate(angles.values()):
        cells[:, index] = _cdeg(values)
    cells[:, 8] = _cdeg(np.degrees(np.arctan2(arm[:, 0], -arm[:, 1])))
    cells[:, 9] = _cdeg(np.gradient(angles["humeral_elevation"], 0.01))
    cells[1:, 10] = _cdeg(np.degrees(turned) / 0.01)
    cells[:, 11:14] = cells[:, 0:3] - [3500, 500, -1000]
    cells[:, 14] = -cells[:, 11]
    cells[:, 15] = np.where(cells[:, 3] > 10_000, OUT_OF_RANGE, 0)
    plane = cells[:, 4]
    cells[:, 16] = np.where(plane == UNDEFINED, UNDEFINED, cells[:, 3] * (10_000 - plane**2 // 8100) // 10_000)
    return cells


def _cdeg(degrees: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(degrees), UNDEFINED, np.round(100 * np.nan_to_num(degrees))).astype(np.int64)


def _counts(athlete: Athlete, ticks: int, rng: np.random.Generator) -> tuple[np.ndarray, list[int]]:
    """Converter counts at 1 kHz, shape (10 * ticks, 4), and the MVC of each site."""
    highpass = signal.butter(4, 30, "highpass", fs=1000, output="sos")
    counts = np.zeros((10 * ticks, len(SITES)), dtype=np.int64)
    mvc_uv_q4 = []
    for channel, site in enumerate(SITES):
        voltage = athlete.emg(site, -LEAD_S, 1000.0).read(10 * ticks) + rng.normal(0, NOISE_UV, 10 * ticks)
        counts[:, channel] = np.clip(np.round(8190 + voltage / 1.007), 0, 16380)
        mvc_uv_q4.append(round(16 * athlete.mvc_uv(site, highpass, 1000.0)))
    return counts, mvc_uv_q4
