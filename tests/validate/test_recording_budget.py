"""What a workout costs the storage, through the whole firmware: an athlete who trains and rests in turn."""

from pathlib import Path

import numpy as np
import pytest

from host_tools.analysis.reader import read
from host_tools.athlete.workout import Plan
from tests.hard_time_rig import logs_of, train
from tests.validate.tables import write_table

pytestmark = pytest.mark.validate

BUDGET_BYTES_PER_S = 1229  # 1.2 KB/s averaged over a workout: shared design, section 9
LOG_SPACE_BYTES = 6_500_000  # 7 MB of the reference board less the program
FILES_BYTES = 7 << 20
ERASE_CYCLES = 100_000  # per block, data sheet of the W25Q64JV (Winbond), section 1
LEAST_MINUTES, LEAST_YEARS = 90, 5


def test_a_workout_of_sets_and_rests(tmp_path: Path) -> None:
    rows = []
    for board in ("feather_rp2350", "pico"):
        plan = Plan(sets=(6,) * 15, rest_s=33.0)
        trained = train(
            tmp_path / board, plan, settings={"raw_imu": 0, "raw_emg": 0}, athlete="good", board=board, card_bytes=0
        )
        (path,) = logs_of(trained.seen.result)
        log = read(path)
        assert log.complete and not log.problems
        marker = log.topics["marker"]
        begins, ends = (marker["timestamp"][marker["kind"] == kind].astype(np.int64) for kind in (0, 1))
        set_s = float(np.sum(ends - begins)) / 1e6
        duration_s = (int(log.topics["health"]["timestamp"][-1]) - log.start_us) / 1e6
        rate = path.stat().st_size / duration_s
        erases_per_hour = trained.seen.result.boots[0]["erases"] / duration_s * 3600
        years = FILES_BYTES / 4096 * ERASE_CYCLES / (erases_per_hour * 365)
        lost = int(log.topics["health"]["features_dropped"][-1])
        thinned = int(log.topics["health"]["features_thinned"][-1])
        minutes = LOG_SPACE_BYTES / rate / 60
        rows.append((board, duration_s, set_s / duration_s, rate, minutes, erases_per_hour, years, thinned, lost))
        assert 0.45 <= set_s / duration_s <= 0.6
        assert rate <= BUDGET_BYTES_PER_S and minutes >= LEAST_MINUTES and years >= LEAST_YEARS
        assert lost == 0 or board == "pico"  # its memory holds half a minute of features
    header = ("board", "s", "share of sets", "bytes/s", "minutes in 6.5 MB", "erases/hour")
    header = (*header, "years at an hour a day, 7 MB", "features thinned", "features lost")
    write_table("recording_budget_firmware", "Storage of a workout, whole firmware", header, rows)
