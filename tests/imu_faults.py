"""Faults of the sensors as the issue names them, injected into a set, and what must follow from each."""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from host_tools.twin.run import Action
from tests.hard_time_rig import SEGMENTS, SET_FROM_S, Seen, run_session, session_script

BUS_OF = (0, 0, 1)  # of each segment, on every board
# fault: how it begins, how it ends, None when it ends by itself
STATES = ("silent", "all_ones", "unplugged", "int_open", "nak")
COUNTS = ("absurd_lengths", "unknown_reports", "lost_cargos")
FAULTS = (*STATES, *COUNTS, "reset", "bus_pulses", "bus_held")
# ground truth of a cargo: a fault of n cargoes ends with the n-th
CARGO_S = 0.01
FIRST_CHANNEL = 8
HEADING_LOST = 2
DEAD = (16, 32, 64)
LONGEST_S = 3.0
SET_S = 9.0


@dataclass(frozen=True)
class Injected:
    """One fault: kind, segment, when it begins and ends (seconds of the script), script and part of the log."""

    kind: str
    segment: int
    begin_s: float
    end_s: float
    actions: tuple[Action, ...]

    @property
    def part(self) -> int:
        return 4 + BUS_OF[self.segment] if self.kind.startswith("bus") else self.segment

    @property
    def touched(self) -> set[int]:
        """Segments that may lose reports."""
        if self.kind.startswith("bus"):
            return {segment for segment in range(3) if BUS_OF[segment] == BUS_OF[self.segment]}
        return {self.segment}


def draw(kind: str, rng: random.Random, segment: int | None = None) -> Injected:
    """A fault of this kind somewhere in the set."""
    segment = rng.randrange(3) if segment is None else segment
    name = SEGMENTS[segment]
    begin_s = SET_FROM_S + rng.uniform(1.0, 2.0)
    end_s = begin_s + rng.uniform(0.25, LONGEST_S)
    begin: tuple[Any, ...]
    end: tuple[Any, ...] | None = None
    if kind in STATES:
        begin, end = ("imu", name, kind, 1), ("imu", name, kind, 0)
    elif kind in COUNTS:
        count = rng.randrange(1, 9)
        begin = ("imu", name, kind, count)
        end_s = begin_s + (count + 1) * CARGO_S
    elif kind == "reset":
        begin = ("imu", name, "reset")
        end_s = begin_s
    elif kind == "bus_pulses":
        begin = ("bus", BUS_OF[segment], rng.randrange(1, 10))
        end_s = begin_s
    else:
        begin, end = ("bus", BUS_OF[segment], -1), ("bus", BUS_OF[segment], 0)
    actions = [Action(round(begin_s * 1e6), begin)]
    if end is not None:
        actions.append(Action(round(end_s * 1e6), end))
    return Injected(kind, segment, begin_s, end_s, tuple(actions))


@dataclass(frozen=True)
class Findings:
    """back_s: from the end of the last fault to data of every sensor; kept: least share of reports of an untouched
    sensor; wrong: what did not follow, in words."""

    back_s: float
    kept: float
    wrong: list[str]


def inject(folder: Path, faults: list[Injected], seed: int) -> Findings:
    """A session of a still body with these faults in its set."""
    script, _ = session_script(SET_S, *[action for fault in faults for action in fault.actions])
    return judge(run_session(folder, script, seed=seed), faults)


def judge(seen: Seen, faults: list[Injected]) -> Findings:
    """Compare the log with what was injected."""
    wrong = [f"crash: {text}" for text in seen.result.crashes]
    begin_us = seen.at(min(fault.begin_s for fault in faults))
    end_us = seen.at(max(fault.end_s for fault in faults))
    touched = set().union(*[fault.touched for fault in faults])
    back_s, kept = 0.0, 1.0
    for segment in range(3):
        arrived = seen.reports_us(segment)
        last_us = arrived[arrived < seen.at(SET_FROM_S + SET_S - 0.2)].max()
        if last_us < seen.at(SET_FROM_S + SET_S) - 300_000:
            wrong.append(f"{SEGMENTS[segment]} is silent at the end")
        if segment in touched:
            later = arrived[seen.sampled_us(segment) > end_us]
            back_s = max(back_s, (later[0] - end_us) / 1e6 if len(later) else 99.0)
        else:
            window = (seen.sampled_us(segment) > begin_us) & (seen.sampled_us(segment) < end_us + 1_200_000)
            kept = min(kept, float(window.sum()) / ((end_us + 1_200_000 - begin_us) / 1e4))
    if back_s > 1.0:
        wrong.append(f"data back after {back_s:.2f} s")
    if kept < 0.98:
        wrong.append(f"another sensor kept {kept:.3f} of its reports")
    return Findings(back_s, kept, wrong + _wrong_records(seen, faults) + _wrong_heading(seen))


def _wrong_records(seen: Seen, faults: list[Injected]) -> list[str]:
    wrong = []
    expected = {fault.part for fault in faults}
    for part, code, began_us, ended_us in seen.faults():
        if part >= FIRST_CHANNEL:
            continue  # what the electrodes' quality says is tested elsewhere
        if part not in expected:
            wrong.append(f"record of part {part} code {code}")
        elif not began_us < ended_us + 1:
            wrong.append(f"record of part {part} ends {ended_us - began_us} us after its beginning")
    for part in expected:
        mine = [fault for fault in faults if fault.part == part]
        records = [record for record in seen.faults() if record[0] == part]
        if not 1 <= len(records) <= len(mine):
            wrong.append(f"{len(records)} records of part {part}")
            continue
        # a sensor that falls silent while its bus is held has been without reports since the bus was
        begins_s = [fault.begin_s for fault in faults if fault.part == part or part in fault.touched]
        began_us = min(record[2] for record in records)
        if not seen.at(min(begins_s)) - 20_000 < began_us < seen.at(min(fault.begin_s for fault in mine)) + 130_000:
            wrong.append(f"record of part {part} begins {began_us - seen.at(mine[0].begin_s)} us late")
        late_us = max(record[3] for record in records) - seen.at(max(fault.end_s for fault in mine))
        if not -100_000 < late_us < 1_000_000:
            wrong.append(f"record of part {part} ends {late_us} us late")
    return wrong


def _wrong_heading(seen: Seen) -> list[str]:
    """From each reset of a sensor until one second of stillness with its data: dead or heading lost, then neither."""
    t_us, flags = seen.flags()
    wrong = []
    resets = {name: [] for name in SEGMENTS}
    for event in seen.result.of_kind("imu_reset"):
        if event["t_us"] > seen.at(SET_FROM_S):
            resets[event["imu"]].append(event["t_us"])
    in_set = (t_us > seen.at(SET_FROM_S + 0.5)) & (t_us < seen.at(SET_FROM_S + SET_S - 0.1))
    if not any(resets.values()) and np.any(flags[in_set] & HEADING_LOST):
        wrong.append("heading lost without a reset")
    for segment, name in enumerate(SEGMENTS):
        if not resets[name]:
            continue
        arrived = seen.reports_us(segment)
        back_us = arrived[seen.sampled_us(segment) > resets[name][-1]][0]
        # the tracking holds the last sample for 50 ms and looks 20 ms back
        silenced = (t_us > resets[name][0] + 80_000) & (t_us < back_us + 900_000)
        if np.any(flags[silenced] & (HEADING_LOST | DEAD[segment]) == 0):
            wrong.append(f"{name}: neither dead nor heading lost after a reset")
        after = (t_us > back_us + 50_000) & (t_us < back_us + 900_000)
        if np.any(flags[after] & HEADING_LOST == 0):
            wrong.append(f"{name}: heading not flagged")
    if np.any(flags[t_us > seen.at(SET_FROM_S + SET_S + 2)] & HEADING_LOST):
        wrong.append("heading still lost after a long still pose")
    return wrong
