"""The bars of hard real time: sensor faults, hung stages apart, cue latency, allocation, the same bytes."""

import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from host_tools.athlete.workout import Plan
from tests.cue_latency import latencies_us, since_fault_us
from tests.hard_time_rig import ALL_FEATURES, Trained, train
from tests.imu_faults import FAULTS, NAMED, draw, draw_pair, inject
from tests.interpreters import argv_prefix
from tests.validate.tables import write_table

pytestmark = pytest.mark.validate

EXERCISES = ("row", "y_raise", "retraction_hold")
ALLOCATION = (22, 3)


def test_each_sensor_fault_alone(tmp_path: Path) -> None:
    rows = []
    for kind in FAULTS:
        found = [inject(tmp_path / kind / str(n), [draw(kind, random.Random(n))], seed=n) for n in range(1, 21)]
        wrong = [f"{n}: {', '.join(one.wrong)}" for n, one in enumerate(found, 1) if one.wrong]
        rows.append(
            [kind, *(float(max(one.back_s for one in found)),), min(one.kept for one in found), "; ".join(wrong)]
        )
    write_table(
        "imu_faults_alone",
        "Each sensor fault alone, 20 seeds: data back (bar 1 s), reports others keep (bar 0.98), what failed",
        ("fault", "data back, s", "kept", "wrong"),
        rows,
    )
    assert not any(row[-1] for row in rows)


def test_sensor_faults_in_pairs(tmp_path: Path) -> None:
    rows = []
    named = [(pair, seed) for pair in itertools.combinations_with_replacement(NAMED, 2) for seed in range(1, 6)]
    chance = random.Random(7)
    any_two = [((chance.choice(FAULTS), chance.choice(FAULTS)), seed) for seed in range(1, 101)]
    for what, drawn in (("those the issue names, every pair, 5 seeds", named), ("any two of all", any_two)):
        back_s, kept, wrong = 0.0, 1.0, []
        for (first, second), seed in drawn:
            pair = draw_pair(first, second, random.Random(seed))
            found = inject(tmp_path / f"{first}-{second}-{seed}", pair, seed)
            back_s, kept = max(back_s, found.back_s), min(kept, found.kept)
            wrong += [f"{first} + {second}, seed {seed}: {text}" for text in found.wrong]
        rows.append([what, len(drawn), float(back_s), kept, "; ".join(wrong)])
    write_table(
        "imu_faults_in_pairs",
        "Sensor faults in pairs on two sensors: data back (bar 1 s), reports kept (bar 0.98), what failed",
        ("faults", "runs", "data back, s", "kept", "wrong"),
        rows,
    )
    assert not any(row[-1] for row in rows)


def test_latency_of_five_hundred_cues(tmp_path: Path) -> None:
    latency, since_fault, runs = [], [], 0
    while sum(map(len, latency)) < 500 and runs < 60:
        exercise = EXERCISES[runs % 3]
        runs += 1
        done = train(tmp_path / str(runs), Plan(sets=(10, 10)), seed=runs, settings={"raw_imu": 1}, exercise=exercise)
        latency.append(latencies_us(done) if "cue" in done.seen.topics else np.array([]))
        since_fault.append(since_fault_us(done) if "cue" in done.seen.topics else np.array([]))
    all_us, fault_us = np.concatenate(latency), np.concatenate(since_fault)
    write_table(
        "cue_latency",
        f"Cues of {runs} workouts: milliseconds from the last sample of the decision to the end of the GO write "
        "(bar: p99 40, max 100), and from the beginning of the faulty repetition",
        ("from", "cues", "median", "p99", "max"),
        [
            [name, len(us), *(float(np.percentile(us, share)) / 1000 for share in (50, 99, 100))]
            for name, us in (("last sample", all_us), ("beginning of the fault", fault_us))
        ],
    )
    assert len(all_us) >= 500
    assert np.percentile(all_us, 99) <= 40_000 and all_us.max() <= 100_000


def test_clean_sessions_hardly_ever_flag_a_channel(tmp_path: Path) -> None:
    bits = {"rail": 1, "flat": 2, "electrode off": 4, "clipping": 8, "mains": 16, "motion": 32, "heartbeat": 64}
    found = []
    for seed in range(1, 13):
        plan = Plan(sets=(6,))
        athlete, exercise = ("good", "shrug")[seed % 2], EXERCISES[seed % 3]
        topic = train(tmp_path / str(seed), plan, seed, athlete=athlete, exercise=exercise).seen.topics["emg_envelope"]
        found.append(np.concatenate([topic[f"quality[{channel}]"] for channel in range(4)]).astype(int))
    quality = np.concatenate(found)
    shares = {name: 100 * float(np.mean(quality & bit > 0)) for name, bit in bits.items()}
    write_table(
        "emg_false_flags",
        f"Synthetic sessions without a fault, {len(quality)} records: flagged, percent of the time (bar 1)",
        ("flag", "percent"),
        [[name, share] for name, share in shares.items()],
    )
    assert sum(share for name, share in shares.items() if name != "heartbeat") <= 1.0
    assert shares["heartbeat"] <= 1.0


def ticks_of_set(done: Trained) -> int:
    topic = done.seen.topics["marker"]
    begun, ended = (int(topic["timestamp"][topic["kind"] == kind][0]) for kind in (0, 1))
    return (ended - begun) // 10_000


def test_ticks_of_a_set_without_an_allocation_and_the_same_bytes(tmp_path: Path) -> None:
    rows: list[list[object]] = []
    for repetitions, least, names in ((125, 60_000, ("x64", "i386")), (12, 6_000, ("x64", "i386", "armhf"))):
        logs = set()
        for name in names:
            done = train(
                tmp_path / f"{name}{repetitions}",
                Plan(sets=(repetitions,)),
                seed=9,
                settings=ALL_FEATURES,
                interpreter=argv_prefix(name),
                stall_seconds=600,
            )
            allocated = ALLOCATION in [record[:2] for record in done.seen.faults()]
            rows.append([name, ticks_of_set(done), least, "yes" if allocated else "no", len(done.log)])
            logs.add(done.log)
        rows.append([f"{len(names)} logs", "", "", "", "the same" if len(logs) == 1 else "differ"])
    write_table(
        "ticks_without_allocation",
        "Consecutive ticks of one set under a locked heap, everything logged; the logs of the interpreters compared",
        ("interpreter", "ticks", "bar", "allocated", "log bytes"),
        rows,
    )
    assert all(row[3] != "yes" and row[4] != "differ" for row in rows)
    assert all(row[1] >= row[2] for row in rows if row[1] != "")  # type: ignore[operator]
