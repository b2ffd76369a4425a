"""`rhomboid sim`: the firmware in virtual time, fed with a recording or a synthetic athlete."""

from pathlib import Path
from typing import Annotated

import typer

from host_tools.athlete.profiles import profile_names


def command(
    out: Annotated[Path, typer.Option("--out", help="Folder for session.ulg, truth.npz and summary.json.")],
    athlete: Annotated[
        str | None,
        typer.Option(
            help="Synthetic athlete: good (default) or a fault, NAME[:DEGREE], several joined by +, like "
            f"late_set+lean:0.5. Known: {', '.join(profile_names())}."
        ),
    ] = None,
    recording: Annotated[Path | None, typer.Option(help="A .c3d file, or SEGMENTS.csv with quaternions.")] = None,
    emg: Annotated[Path | None, typer.Option(help="EMG.csv in microvolts, beside or instead of SEGMENTS.csv.")] = None,
    emg_rate: Annotated[float | None, typer.Option(help="Sampling rate of EMG.csv in Hz.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML file with the marker and channel names of a .c3d.")] = None,
    board: Annotated[str, typer.Option(help="Board file to run on.")] = "feather_rp2350",
    exercise: Annotated[
        str | None, typer.Option(help="Exercise to do and to coach; default row, for a recording free.")
    ] = None,
    side: Annotated[
        str | None, typer.Option(help="Side worn, right (default) or left; left mirrors a recording.")
    ] = None,
    reference: Annotated[str, typer.Option(help="Neutral pose: default, first-frame, or a file like SEGMENTS.csv.")] = (
        "default"
    ),
    settings: Annotated[Path | None, typer.Option(help="JSON file with device settings.")] = None,
    plan: Annotated[
        Path | None, typer.Option(help="Training plan (TOML) on the device; the athlete does its first exercise.")
    ] = None,
    ideal: Annotated[bool, typer.Option("--ideal", help="Sensors aligned with their segments, no noise.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything random; same seed, same log.")] = 1,
    duration: Annotated[float | None, typer.Option(help="Seconds to train or play; default 90 or all.")] = None,
    fault: Annotated[
        list[str] | None, typer.Option(help="Hardware fault, repeatable, see below: imu:scapula:reset@20")
    ] = None,
    raw: Annotated[str, typer.Option(help="Raw streams to log: emg, imu or emg,imu.")] = "",
) -> None:
    """Run one training session in virtual time."""
    from host_tools.cli.progress import staged_progress
    from host_tools.sim.request import Request, prepare
    from host_tools.sim.session import run_session
    from host_tools.stimuli.c3d_form import DEFAULT_MAPPING

    request = Request(
        athlete=athlete,
        recording=recording,
        emg=emg,
        emg_rate_hz=emg_rate,
        mapping=mapping or DEFAULT_MAPPING,
        board=board,
        exercise=exercise,
        side=side,
        reference=reference,
        settings=settings,
        plan_file=plan,
        ideal=ideal,
        seed=seed,
        duration_s=duration,
        faults=tuple(fault or ()),
        raw=tuple(word for word in raw.split(",") if word),
    )
    with staged_progress() as progress:
        session = run_session(prepare(request), out, progress)
    summary = session.summary
    cues = ", ".join(f"{rule} {count}" for rule, count in summary["cues"].items()) or "none"
    done = summary["repetitions_done"]
    print(f"{session.virtual_s:.0f} s of virtual time in {session.host_s:.1f} s")
    print(f"repetitions: {summary['repetitions']}" + (f" counted, {done} done" if done is not None else ""))
    print(f"cues: {cues}")
    print(f"faults: {len(summary['faults'])}; overruns: {summary['overruns']}")
    print(f"written: {session.folder}")
