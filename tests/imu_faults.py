"""Faults of the sensors as the issue names them, injected into a set, and what must follow from each."""

import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from host_tools.twin.run import Action
from tests.hard_time_rig import SEGMENTS, SET_FROM_S, Seen, run_session, session_script, still_imus

BUS_OF = (0, 0, 1)  # of each segment, on every board
# faults that last until they are taken back, those of the next n cargoes or reports, and those of a moment
STATES = ("silent", "all_ones", "unplugged", "nak", "flaky", "int_open", "int_low", "int_noise", "stretch")
COUNTS = (
    "absurd_lengths",
    "unknown_reports",
    "lost_cargos",
    "repeated_cargos",
    "lost_edges",
    "batches",
    "bad_quaternions",
    "bad_times",
    "answers",
    "advertisements",
)
MOMENTS: dict[str, tuple[Any, ...]] = {
    "reset": ("reset",),
    "break_off": ("break_off",),
    "reports_off": ("interval", 0),
    "slow": ("interval", 20_000),
    "fast": ("interval", 5_000),
}
BUSES = ("bus_pulses", "bus_held", "bus_clock_held", "bus_open")
FAULTS = (*STATES, *COUNTS, *MOMENTS, *BUSES)
# those that the issue names; what else happens to a sensor is drawn from all of them
NAMED = (
    *("silent", "all_ones", "unplugged", "nak", "int_open", "int_low", "absurd_lengths", "unknown_reports"),
    *("lost_cargos", "batches", "reset", "bus_pulses", "bus_held", "bus_clock_held"),
)
# nothing is lost, so nothing has to be told
HARMLESS = ("int_noise", "stretch", "lost_edges", "batches", "answers", "advertisements")
# lasts until the wrong rate has been noticed
RATE_NOTICED_S = 0.95
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
    def parts(self) -> set[int]:
        """Of the fault records that it leaves."""
        if self.kind == "bus_open":  # every part on it is silent for itself
            tactor = 16 + BUS_OF[self.segment]
            return {tactor, *(segment for segment in range(3) if BUS_OF[segment] == BUS_OF[self.segment])}
        return {4 + BUS_OF[self.segment] if self.kind.startswith("bus") else self.segment}

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
        begin, end = ("imu", name, kind, 1000 if kind == "int_noise" else 1), ("imu", name, kind, 0)
    elif kind in COUNTS:
        count = rng.randrange(1, 9)
        begin = ("imu", name, kind, count)
        end_s = begin_s + (count + 1) * CARGO_S
        if kind == "batches":
            end_s = begin_s + (4 * count + 1) * CARGO_S
    elif kind in MOMENTS:
        begin = ("imu", name, *MOMENTS[kind])
        end_s = begin_s + (RATE_NOTICED_S if kind in ("slow", "fast") else 0)
    elif kind == "bus_pulses":
        begin = ("bus", BUS_OF[segment], rng.randrange(1, 10))
        end_s = begin_s
    else:
        what = {"bus_held": -1, "bus_clock_held": "scl", "bus_open": "open"}[kind]
        begin, end = ("bus", BUS_OF[segment], what), ("bus", BUS_OF[segment], 0)
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


def draw_pair(first: str, second: str, rng: random.Random) -> list[Injected]:
    """Two faults on two sensors; two of one bus would be one fault."""
    segment = 1 if first.startswith("bus") and second.startswith("bus") else rng.randrange(3)
    return [draw(first, rng, segment), draw(second, rng, (segment + 1) % 3)]


def inject(folder: Path, faults: list[Injected], seed: int, bno085: bool = False) -> Findings:
    """A session of a still body with these faults in its set."""
    script, _ = session_script(SET_S, *[action for fault in faults for action in fault.actions])
    folder.mkdir(parents=True, exist_ok=True)
    imus = {name: replace(stream, bno085=bno085) for name, stream in still_imus(folder).items()}
    return judge(run_session(folder, script, seed=seed, imus=imus), faults)


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
    overruns = int(seen.topics["health"]["overruns"].max())
    if overruns:
        wrong.append(f"{overruns} overruns of the loop")
    if kept < 0.98:
        wrong.append(f"another sensor kept {kept:.3f} of its reports")
    return Findings(back_s, kept, wrong + _wrong_records(seen, faults) + _wrong_heading(seen))


def _wrong_records(seen: Seen, faults: list[Injected]) -> list[str]:
    wrong = []
    expected = set().union(*[fault.parts for fault in faults])
    for part, code, began_us, ended_us in seen.faults():
        if FIRST_CHANNEL <= part < FIRST_CHANNEL + 8:
            continue  # what the electrodes' quality says is tested elsewhere
        if part not in expected:
            wrong.append(f"record of part {part} code {code}")
        elif not began_us < ended_us + 1:
            wrong.append(f"record of part {part} ends {ended_us - began_us} us after its beginning")
    for part in expected:
        mine = [fault for fault in faults if part in fault.parts]
        records = [record for record in seen.faults() if record[0] == part]
        # while its bus is held nothing is heard of a sensor: what begins or ends then may be told later, or never
        held = [fault for fault in faults if part in fault.touched and fault not in mine]
        if not records and (held or all(fault.kind in HARMLESS for fault in mine)):
            continue
        if not 1 <= len(records) <= len(mine):
            wrong.append(f"{len(records)} records of part {part}")
            continue
        # a sensor that falls silent while its bus is held has been without reports since the bus was
        begins_s = [fault.begin_s for fault in faults if part in fault.parts or part in fault.touched]
        began_us = min(record[2] for record in records)
        mine = [fault for fault in mine if fault.kind not in HARMLESS] or mine
        # a motor is looked at every 300 ms, a rate is known after as long
        slow_us = 600_000 if mine[0].kind in ("slow", "fast") else 350_000 if part >= 16 else 0
        if all(fault.kind in HARMLESS for fault in mine):
            slow_us = round(LONGEST_S * 1e6)
        latest_us = seen.at(max([min(fault.begin_s for fault in mine), *(fault.end_s for fault in held)]))
        if not seen.at(min(begins_s)) - 20_000 < began_us < latest_us + 130_000 + slow_us:
            wrong.append(f"record of part {part} begins {began_us - seen.at(mine[0].begin_s)} us late")
        ends_s = max(fault.end_s for fault in mine)
        ended_us = max(record[3] for record in records)
        earliest_us = seen.at(min([ends_s, *(fault.begin_s for fault in held)])) - 100_000 - slow_us
        latest_us = seen.at(max([ends_s, *(fault.end_s for fault in held)])) + 1_000_000
        if not earliest_us < ended_us < latest_us:
            wrong.append(f"record of part {part} ends {ended_us - seen.at(ends_s)} us late")
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
