"""Sensor streams into the firmware's Tracker, feature vectors out: the host side of tests/mpy/tracking_run.py."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation, Slerp

from tests.interpreters import run_micropython
from tests.reference.tracking_float64 import wxyz

TICKS_PER_S = 100
TICKS_WRAP = 1 << 30
LAG_S = 0.020
FEATURES = 48
SEGMENTS = ("thorax", "scapula", "humerus")
SCRIPT = Path(__file__).parent / "mpy" / "tracking_run.py"

PULSE, PULSE_ENDS, REQUEST, RESTART = 1, 0, 16, 32
UNDEFINED = -32768


def new_epoch(sensor: int) -> int:
    """Mark: this sensor has reset."""
    return 2 + sensor


def in_phase(phase: int) -> int:
    """Mark: the phase of the repetition from now on."""
    return 8 + phase


@dataclass(frozen=True)
class Stream:
    """Samples of one sensor: times in s, quaternions (n, 4) w, x, y, z in Q14; late_s from sample to arrival."""

    t_s: NDArray[np.float64]
    q14: NDArray[np.int16]
    late_s: float = 0.004


@dataclass(frozen=True)
class Tracked:
    """features (ticks, 48); t_s (ticks,) the common time of each; the rest as the Tracker left it."""

    features: NDArray[np.int32]
    t_s: NDArray[np.float64]
    taken: int
    failed: int
    known: int
    lost: int
    corrections: list[tuple[int, int, int, int]] = field(default_factory=list)
    calibration: NDArray[np.int32] = field(default_factory=lambda: np.zeros(18, np.int32))
    raw: bytes = b""

    @property
    def angles_deg(self) -> NDArray[np.float64]:
        """The nine angles (ticks, 9), NaN where undefined."""
        angles = self.features[:, :9] / 100
        return np.where(self.features[:, :9] == UNDEFINED, np.nan, angles)


def q14(turn: Rotation) -> NDArray[np.int16]:
    """Quaternions as the sensor gives them."""
    return np.rint(wxyz(turn) * 16384).astype(np.int16)


def sampled(
    orientation: Callable[[NDArray[np.float64]], Rotation],
    duration_s: float,
    phase_s: float = 0.0,
    clock_ppm: float = 0.0,
    begin_s: float = -0.03,
) -> Stream:
    """Reports every 10 ms of the sensor's own clock."""
    t_s = phase_s + np.arange(int(np.ceil((duration_s - begin_s) * 100 * 1.001))) * 0.01 * (1 + clock_ppm * 1e-6)
    t_s = t_s + begin_s
    return Stream(t_s, q14(orientation(t_s)))


def path(t_s: NDArray[np.float64], turns: Rotation) -> Callable[[NDArray[np.float64]], Rotation]:
    """Orientation as a function of time, first and last one held."""
    slerp = Slerp(t_s, turns)
    return lambda at: slerp(np.clip(at, t_s[0], t_s[-1]))


def track(
    mpy: str,
    streams: Sequence[Stream | None],
    duration_s: float,
    *,
    side: str = "right",
    flat_pods: bool = False,
    reference: Sequence[Rotation] = (),
    neutral_s: float = -1.0,
    marks: Sequence[tuple[float, int]] = (),
    lock_s: float = -1.0,
    start_us: int = TICKS_WRAP - 3_000_000,
    timeout: float = 120,
) -> Tracked:
    """Run the streams through the Tracker; times of marks, of the neutral request and of the heap lock in s.

    flat_pods: the firmware is told that the reference pods are worn, otherwise that the sensors are aligned.
    """
    ticks = int(duration_s * TICKS_PER_S)
    rows = []
    for sensor, stream in enumerate(streams):
        if stream is None:
            continue
        arrival = np.ceil((stream.t_s + stream.late_s) * TICKS_PER_S).astype(np.int64)
        time = (np.rint(stream.t_s * 1e6).astype(np.int64) + start_us) % TICKS_WRAP
        pairs = np.ascontiguousarray(stream.q14).view(np.int32)
        rows.append(np.column_stack([np.full(len(time), sensor), arrival, time, pairs]))
    samples = np.concatenate(rows) if rows else np.zeros((0, 5), np.int64)
    samples = samples[np.argsort(samples[:, 1], kind="stable")].astype(np.int32)
    reference_q14 = np.concatenate([q14(turn).ravel() for turn in reference]) if reference else np.zeros(0)
    marked = sorted((round(t * TICKS_PER_S), kind) for t, kind in marks)
    head = [
        -1 if side == "left" else 1, int(flat_pods), len(reference_q14), ticks, round(neutral_s * TICKS_PER_S),
        len(samples), round(lock_s * TICKS_PER_S), len(marked),
    ]  # fmt: skip
    times = (np.arange(ticks, dtype=np.int64) * 10_000 + start_us) % TICKS_WRAP
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        parts = [head, reference_q14, np.array(marked).ravel(), times, samples.ravel()]
        source.write_bytes(b"".join(np.asarray(part).astype("<i4").tobytes() for part in parts))
        run_micropython(mpy, SCRIPT, source, target, timeout=timeout, heap=f"{64 + len(samples) // 10_000}m")
        raw = target.read_bytes()
    values = np.frombuffer(raw, "<i4")
    rest = values[ticks * FEATURES :]
    count = min(int(rest[2]), 8)
    return Tracked(
        features=values[: ticks * FEATURES].reshape(ticks, FEATURES),
        t_s=np.arange(ticks) / TICKS_PER_S - LAG_S,
        taken=int(rest[0]),
        failed=int(rest[1]),
        known=int(rest[3]),
        lost=int(rest[4]),
        corrections=[tuple(int(v) for v in rest[5 + 4 * k : 9 + 4 * k]) for k in range(count)],  # type: ignore[misc]
        calibration=rest[37:55],
        raw=raw,
    )
