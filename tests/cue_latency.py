"""From the sample that completed a decision to the end of the GO write, by the log and the board's journal."""

import numpy as np

from tests.hard_time_rig import Trained

LAG_US = 20_000  # the segments of a tick stand for this time before it (tracking/common_time.py)


def latencies_us(trained: Trained) -> np.ndarray:
    """Per cue: GO written, less the oldest of the newest samples that its tick has used; needs raw_imu in the log.

    A tick interpolates each sensor between the sample before its common time and the one after, so that one is the last
    that the decision has waited for.
    """
    seen = trained.seen
    cue = seen.topics["cue"]
    go_us = np.array([event["t_us"] for event in seen.result.of_kind("go")], dtype=np.int64)
    sampled_us = [np.sort(seen.sampled_us(segment)) for segment in range(3)]
    found = []
    for decided_us in cue["decided_us"].astype(np.int64):
        used = []
        for times in sampled_us:
            after = int(np.searchsorted(times, decided_us - LAG_US))
            if after < len(times) and times[after] <= decided_us:
                used.append(int(times[after]))
        written_us = go_us[go_us > decided_us].min()
        found.append(written_us - min(used))
    return np.array(found)


def since_fault_us(trained: Trained) -> np.ndarray:
    """Per cue in a repetition with a fault: GO written, less the beginning of that repetition."""
    seen = trained.seen
    begin_us = trained.truth["repetition_begin_us"]
    faulty = trained.truth["repetition_faults"] != ""
    go_us = np.array([event["t_us"] for event in seen.result.of_kind("go")], dtype=np.int64)
    found = []
    for decided_us in seen.topics["cue"]["decided_us"].astype(np.int64):
        number = int(np.searchsorted(begin_us, decided_us)) - 1
        if number >= 0 and faulty[number]:
            found.append(go_us[go_us > decided_us].min() - begin_us[number])
    return np.array(found)
