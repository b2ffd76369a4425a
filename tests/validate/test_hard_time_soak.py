"""Two hours of training: heap flat, no drift of the schedule, nothing of the log lost."""

import zlib
from pathlib import Path

import numpy as np
import pytest

from host_tools.twin.run import TYPICAL_FLASH
from tests.hard_time_rig import first_log, replaced_main, run_session, session_script, still_imus
from tests.validate.tables import write_table

pytestmark = pytest.mark.validate

SETS, SET_S, REST_S = 60, 40.0, 80.0
# the interpreter's own figure: what the firmware sees is a figure of the board
MAIN = """
from rhomboid.supervision import session, start
from virtual import heap
def measured(self, now_us, old=session.Session._begin_set):
    heap._filling[0] = None
    heap.gc.collect()
    print("heap", heap.gc.mem_alloc())
    old(self, now_us)
session.Session._begin_set = measured
start.run()
"""


def test_two_hours(tmp_path: Path) -> None:
    script, _ = session_script(SET_S, sets=SETS, rest_s=REST_S)
    seen = run_session(
        tmp_path,
        script,
        {"raw_imu": 0},
        board="feather_rp2350",
        firmware=replaced_main(tmp_path, MAIN),
        imus=still_imus(tmp_path),
        flash_timing=TYPICAL_FLASH,
        card_bytes=0,
        duration_us=8_000_000_000,
    )
    heap = np.array([int(line.split()[1]) for line in seen.result.console.splitlines() if line.startswith("heap")])
    markers = seen.topics["marker"]["kind"].tolist()
    health = seen.topics["health"]
    t_us = seen.flags()[0]
    # a tick after an erase at rest is late, the ticks after it are on the grid again
    off_us = (t_us - t_us[0] + 5_000) % 10_000 - 5_000
    drift_us = float(np.median(off_us[-1000:]) - np.median(off_us[:1000]))
    bytes_of_log, broken = checkpoints(first_log(seen.result).read_bytes(), seen)
    figures = [
        ["heap at the second and the last set, bytes", f"{heap[1]} {heap[-1]}", "equal within 2 KB"],
        ["grid of the ticks, last minutes against the first, us", drift_us, "< 100"],
        ["sets begun and ended in the log", f"{markers.count(0)} {markers.count(1)}", f"{SETS} {SETS}"],
        ["features or events dropped", int(health["features_dropped"].max() + health["events_dropped"].max()), 0],
        ["bytes of log, spans with a wrong CRC", f"{bytes_of_log} {broken}", "0 wrong"],
        ["EMG frames lost", int(health["gaps"].max()), 0],
        ["overruns in sets", int(health["overruns"].max()), 0],
        ["faults of sensors", len([record for record in seen.faults() if record[0] < 8]), 0],
        ["boots", str([boot["stop"] for boot in seen.result.boots]), "one"],
    ]
    write_table("hard_time_soak", "Two hours of virtual time, 60 sets", ("figure", "value", "bar"), figures)
    assert len(heap) == SETS and abs(int(heap[-1]) - int(heap[1])) <= 2048
    assert abs(drift_us) < 100
    assert markers.count(0) == markers.count(1) == SETS
    assert figures[3][1] == 0 and broken == 0 and figures[5][1] == 0 and figures[6][1] == 0 and figures[7][1] == 0


def checkpoints(data: bytes, seen) -> tuple[int, int]:
    """(bytes of the log, spans whose CRC-32 is wrong)."""
    topic = seen.topics["checkpoint"]
    at = wrong = 0
    for count, crc in zip(topic["bytes"].tolist(), topic["crc32"].tolist(), strict=True):
        wrong += zlib.crc32(data[at : at + count]) != crc
        at += count + 4
    return at, wrong + (at != len(data))
