"""Run sessions and compare what the device logged with what really happened; for T1 tests and `make validate`."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyulog import ULog

from host_tools.sim.request import Request, prepare
from host_tools.sim.session import LOG, TRUTH, run_session

UNDEFINED = -32768
SCAPULAR = ("internal_rotation", "upward_rotation", "posterior_tilt")
# default reference of design section 5, in degrees
DEFAULT_REFERENCE_DEG = {"internal_rotation": 35.0, "upward_rotation": 5.0, "posterior_tilt": -10.0}
BOX_LIFT_S = 5.8


@dataclass(frozen=True)
class Outcome:
    """A finished session: summary.json, the log's topics as columns, truth.npz; speed of the run."""

    summary: dict[str, Any]
    topics: dict[str, dict[str, np.ndarray]]
    truth: dict[str, np.ndarray]
    log_bytes: bytes
    virtual_s: float
    host_s: float

    @property
    def start_us(self) -> int:
        """Device time at which the recording or workout began."""
        return self.summary["stimulus_start_us"]

    def logged(self, topic: str, field: str, begin_s: float, end_s: float) -> tuple[np.ndarray, np.ndarray]:
        """(device us, values as float) of a field between two content times; undefined values left out."""
        columns = self.topics[topic]
        t_us = columns["timestamp"].astype(np.int64)
        inside = (t_us >= self.start_us + begin_s * 1e6) & (t_us < self.start_us + end_s * 1e6)
        inside &= columns[field] != UNDEFINED
        return t_us[inside], columns[field][inside].astype(float)

    def true(self, name: str, t_us: np.ndarray) -> np.ndarray:
        """A truth array at device times."""
        return np.interp(t_us, self.truth["t_us"], self.truth[name])


def outcome(request: Request) -> Outcome:
    """Run the request in a folder of its own and read back everything."""
    with tempfile.TemporaryDirectory(prefix="rhomboid-session-") as name:
        session = run_session(prepare(request), Path(name) / "out")
        log = ULog(str(session.folder / LOG))
        with np.load(session.folder / TRUTH) as arrays:
            truth = dict(arrays)
        data = (session.folder / LOG).read_bytes()
    topics = {dataset.name: dataset.data for dataset in log.data_list}
    return Outcome(session.summary, topics, truth, data, session.virtual_s, session.host_s)


def box_lift_request(recordings: Path, c3d: bool = False, **options: Any) -> Request:
    """The box lift recording from its CSV files or its C3D file."""
    folder = recordings / "shoulder_boxlift"
    if c3d:
        return Request(recording=folder / "markers_analogs.c3d", **options)
    return Request(
        recording=folder / "segments_100hz.csv", emg=folder / "emg_2000hz_uV.csv", emg_rate_hz=2000.0, **options
    )


def angle_rmse_deg(seen: Outcome, name: str, end_s: float = BOX_LIFT_S - 0.01) -> float:
    """RMSE of an absolute angle against truth, in degrees, from content time 0 to end_s."""
    t_us, cdeg = seen.logged("segment_angles", name, 0.0, end_s)
    return _rms(cdeg / 100 - seen.true(f"{name}_deg", t_us))


def change_rmse_deg(seen: Outcome, name: str, reference_deg: float, end_s: float = BOX_LIFT_S - 0.01) -> float:
    """RMSE of the change from neutral against the true change from the first frame, in degrees."""
    t_us, cdeg = seen.logged("segment_angles", name, 0.0, end_s)
    true_deg = seen.true(f"{name}_deg", t_us) - seen.truth[f"{name}_deg"][0]
    return _rms(cdeg / 100 - reference_deg - true_deg)


def envelope_error_percent(seen: Outcome, site: str, end_s: float = BOX_LIFT_S - 0.01) -> float:
    """RMS error of a site's envelope in percent of its true peak."""
    channel = list(seen.truth["sites"]).index(site)
    t_us, uv_q4 = seen.logged("emg_envelope", f"uv_q4[{channel}]", 0.0, end_s)
    true_uv = np.interp(t_us, seen.truth["t_us"], seen.truth["emg_envelope_uv"][:, channel])
    return 100 * _rms(uv_q4 / 16 - true_uv) / float(true_uv.max())


def counted_per_set(seen: Outcome) -> tuple[list[int], list[int]]:
    """(done, counted) repetitions of each set of an athlete's workout, by where the counted ones begin."""
    sets = seen.truth["repetition_set"]
    numbers = sorted(set(sets.tolist()))
    begins = [int(seen.truth["repetition_begin_us"][sets == number].min()) for number in numbers]
    starts = np.array([repetition["start_us"] for repetition in seen.summary["repetition_list"]], dtype=np.int64)
    # a set reaches from a false start before its first repetition to that of the next set
    edges = [begin - 12_000_000 for begin in begins] + [np.iinfo(np.int64).max]
    counted = [int(np.sum((starts >= low) & (starts < high))) for low, high in zip(edges, edges[1:], strict=False)]
    return [int(np.sum(sets == number)) for number in numbers], counted


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
