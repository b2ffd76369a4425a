"""Electrodes that come off, short or hum, in a set on the whole firmware: told within half a second, no cue from them,
and forgotten when it is over.
"""

from pathlib import Path

import numpy as np
import pytest

from host_tools.athlete.workout import Plan
from host_tools.sim.fault_spec import EMG_KINDS
from host_tools.sim.request import Request, prepare
from host_tools.sim.session import run_session
from tests.emg_rig import CLIPPING, ELECTRODE_OFF, FLAT, MAINS, MOTION, RAIL
from tests.hard_time_rig import Trained, train

BAD = RAIL | FLAT | ELECTRODE_OFF | CLIPPING | MAINS | MOTION
EXPECTED = {
    "off": ELECTRODE_OFF,
    "loose": ELECTRODE_OFF,
    "rail": RAIL | ELECTRODE_OFF,
    "rail_low": RAIL | ELECTRODE_OFF,
    "flat": FLAT | ELECTRODE_OFF,
    "mains": MAINS,
    "mains60": MAINS,
}
BEGIN_S, LASTS_S = 25.0, 6.0
LEAD_IN_S = 3.0
LT_PART = 10  # faults.py: first channel + 2


def quality(done: Trained) -> tuple[np.ndarray, np.ndarray]:
    """(device us, bits of the four channels) of every record."""
    topic = done.seen.topics["emg_envelope"]
    return topic["timestamp"].astype(np.int64), np.stack([topic[f"quality[{k}]"] for k in range(4)], 1).astype(int)


@pytest.mark.parametrize("kind", EMG_KINDS)
def test_it_is_told_in_half_a_second_on_its_own_channel_and_ends(kind: str, tmp_path: Path) -> None:
    plan = Plan(sets=(8,), false_starts=0, regrips=0)
    done = train(tmp_path, plan, seed=4, athlete="good", faults=(f"emg:LT:{kind}@{BEGIN_S}+{LASTS_S}",))
    t_us, bits = quality(done)
    begin_us = done.seen.at(LEAD_IN_S + BEGIN_S)
    end_us = begin_us + round(LASTS_S * 1e6)
    # the fault records tell it to 50 ms, the features of a long set to 200 ms only
    for code in (k for k in range(8) if EXPECTED[kind] >> k & 1):
        begun = [began for part, this, began, _ in done.seen.faults() if (part, this) == (LT_PART, code)]
        assert 0 <= min(us for us in begun if us >= begin_us) - begin_us <= 500_000, code
    # hum that the canceller has learned is no disturbance any more; everything else stays said as long as it lasts
    if kind not in ("mains", "mains60"):
        assert np.all(bits[(t_us > begin_us + 500_000) & (t_us < end_us), 2] & BAD)
    assert not np.any(bits[t_us < begin_us] & BAD)
    # issue 3: false flags at most 1 % of the time
    assert np.mean(bits[:, [0, 1, 3]] & BAD & ~MAINS > 0) <= 0.01
    # a canceller that has learned the hum looks for it again when it is gone
    settled_us = 4_000_000 if kind in ("mains", "mains60") else 3_000_000
    assert not np.any(bits[t_us > end_us + settled_us, 2] & BAD)


def test_no_cue_comes_from_a_channel_that_is_bad(tmp_path: Path) -> None:
    # a maximum that makes every effort of the upper trapezius too much
    settings = tmp_path / "settings.json"
    settings.write_text('{"emg_sites": ["UT", "MT", "LT", "LAT"], "mvc_uv_q4": [400, 4000, 4000, 4000]}')
    cues = []
    for name, faults in (("well", ()), ("off", ("emg:UT:off@1+200",))):
        request = Request(athlete="good", exercise="row", seed=5, duration_s=30, settings=settings, faults=faults)
        cues.append(set(run_session(prepare(request), tmp_path / name).summary["cues"]))
    well, off = cues
    assert "ut_lt_ratio" in well and not off & {"ut_lt_ratio", "ut_mt_ratio"}
