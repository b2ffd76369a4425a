"""A set of rows as the features that coaching sees, tick by tick, with faults of chosen size in chosen repetitions."""

import ast
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.interpreters import REPOSITORY, run_micropython

SCRIPT = REPOSITORY / "tests" / "mpy" / "coaching_run.py"
UNDEFINED = -32768
WRAP = 2**30
STARTED, CHANGED, COMPLETED, ABANDONED = 1, 2, 3, 4
REST, CONCENTRIC, ISOMETRIC, ECCENTRIC = range(4)
# feature cells
INTERNAL, UPWARD, TILT, ELEVATION, PLANE, FLEXION, LATERAL, TURN, ARM = range(9)
INTERNAL_CHANGE, UPWARD_CHANGE, TILT_CHANGE, RETRACTION, FLAGS = 11, 12, 13, 14, 15
MVC, QUALITY, RISE = 20, 24, 36
UT, MT, LT, LAT = range(4)


@dataclass(frozen=True)
class Row:
    """One repetition: changes at the top in degrees, muscle factors, muscles' lead over the arm and eccentric in ms."""

    upward: float = 0.0
    tilt: float = 0.0
    internal: float = 0.0
    trunk: tuple[float, float, float] = (0.0, 0.0, 0.0)
    ut: float = 1.0
    mt: float = 1.0
    lat: float = 1.0
    lead_ms: int = 150
    eccentric_ms: int = 2000
    abandoned: bool = False
    flags: int = 0
    quality: int = 0


@dataclass
class Set:
    """Repetitions one after another at 100 Hz; `ticks` is the input of coaching_run.py."""

    start_us: int = 0
    rows: list = field(default_factory=list)
    index: int = 0

    def rest(self, ticks=150):
        for _ in range(ticks):
            self._tick(0.0, REST)

    def row(self, r: Row):
        """1300 ms out (noticed after 300), 600 ms hold, back."""
        self.index += 1
        out, hold, back = 130, 60, r.eccentric_ms // 10
        length = out + hold + back
        start = len(self.rows)
        for k in range(-30, length):
            share = _minimum_jerk(k / out) if k < out + hold else 1 - _minimum_jerk((k - out - hold) / back)
            phase = REST if k < 30 else CONCENTRIC if k < out else ISOMETRIC if k < out + hold else ECCENTRIC
            event = STARTED if k == 30 else CHANGED if k in (out, out + hold) else 0
            record = (self.index, start + 30, 1300, 600, r.eccentric_ms, 7000) if k >= 30 else None
            # a rise is known 100 ms after it
            rise_us = 10_000 * (start + 30) - 1000 * r.lead_ms
            active = 10 * k >= 100 - r.lead_ms and k < length - 10
            self._tick(share, phase, event, r, rise_us if active else None, record)
        self._tick(0.0, REST, ABANDONED if r.abandoned else COMPLETED, r)
        self.rest()

    def _tick(self, share, phase, event=0, r=None, rise_us=None, record=None):
        r = r or Row()
        f = np.zeros(57, dtype=np.int64)
        t_us = (self.start_us + 10_000 * len(self.rows)) % WRAP
        f[ELEVATION] = 100 * (55 - 35 * share)
        f[PLANE] = 100 * (80 - 110 * share)
        outward = max(0.0, 1 - max(0.0, -f[PLANE] / 9000) ** 2)
        f[UPWARD_CHANGE] = 0.31 * f[ELEVATION] * outward - 100 * share * (2 - r.upward)
        f[TILT_CHANGE] = 0.12 * f[ELEVATION] * outward + 100 * share * (4 + r.tilt)
        f[INTERNAL_CHANGE] = 100 * (7 * (1 - share) - share * (12 - r.internal))
        f[RETRACTION] = -f[INTERNAL_CHANGE]
        f[[INTERNAL, UPWARD, TILT]] = f[[INTERNAL_CHANGE, UPWARD_CHANGE, TILT_CHANGE]] + [3500, 500, -1000]
        f[[FLEXION, LATERAL, TURN]] = 100 * share * np.array(r.trunk) - [400 * share - 600, 0, 0]
        f[ARM] = 100 * (55 - 70 * share)
        f[FLAGS] = r.flags
        level = np.array([140, 360, 300, 370]) * [r.ut, r.mt, 1, r.lat]
        if rise_us is None:
            level = np.array([20, 30, 30, 20])
        f[RISE : RISE + 4] = -1 if rise_us is None else (self.start_us + rise_us) % WRAP
        f[MVC : MVC + 4] = level
        f[QUALITY : QUALITY + 4] = r.quality
        f[48:51] = event, phase, t_us
        f[51:57] = self.rows[-1][51:57] if self.rows else 0
        if record:
            f[51:57] = record
            f[52] = (self.start_us + 10_000 * record[1]) % WRAP
        self.rows.append(f)

    @property
    def ticks(self) -> np.ndarray:
        return np.array(self.rows, dtype="<i4")


def _minimum_jerk(x: float) -> float:
    x = min(max(x, 0.0), 1.0)
    return x**3 * (10 - 15 * x + 6 * x * x)


@dataclass(frozen=True)
class Coached:
    """What the coach did: cues [(tick, rule)], verdict names per complete repetition, raw output."""

    cues: list[tuple[int, str]]
    verdicts: list[set[str]]
    fired: list[tuple[int, str]]
    raw: bytes


def coached(interpreter: str, folder: Path, ticks: np.ndarray, exercise: str = "row") -> Coached:
    """Run the Coach over the ticks; the step runs with the heap locked, so an allocation raises."""
    source, target = folder / "ticks.bin", folder / f"{interpreter}.bin"
    source.write_bytes(ticks.tobytes())
    printed = run_micropython(interpreter, SCRIPT, exercise, source, target).splitlines()
    names = ast.literal_eval(printed[0])
    assert printed[1] == "[]"
    raw = target.read_bytes()
    out = np.frombuffer(raw, dtype="<i4").reshape(len(ticks), -1)

    def of(bits: int) -> set[str]:
        return {name for number, name in enumerate(names) if bits >> number & 1}

    return Coached(
        cues=[(int(k), names[out[k, 0]]) for k in np.flatnonzero(out[:, 0] >= 0)],
        verdicts=[of(out[k, 2]) for k in np.flatnonzero(ticks[:, 48] == COMPLETED)],
        fired=[(int(k), name) for k in np.flatnonzero(out[:, 1]) for name in sorted(of(out[k, 1]))],
        raw=raw,
    )
