"""`rhomboid demo`: one session of the firmware in virtual time, and the report of it."""

from pathlib import Path
from typing import Annotated, Any

import typer


def command(
    recording: Annotated[Path | None, typer.Option(help="Play this .c3d or SEGMENTS.csv, not an athlete.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for log, truth, summary and report.")] = Path("build/demo"),
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything random; same seed, same log.")] = 1,
) -> None:
    """Train 90 s in virtual time (a row, with a shrug in later repetitions) or play a recording, and report on it."""
    from host_tools.cli.progress import staged_progress
    from host_tools.report.write import write_report
    from host_tools.sim.request import Request, prepare
    from host_tools.sim.session import LOG, run_session

    athlete = "shrug" if recording is None else None
    with staged_progress() as progress:
        session = run_session(prepare(Request(athlete=athlete, recording=recording, seed=seed)), out, progress)
        report = session.folder / "report.html"
        write_report([session.folder / LOG], report)
    what = recording.name if recording else "a synthetic athlete rowing, who shrugs in the later repetitions"
    print(f"The firmware trained with {what}:")
    print(f"  time         {session.virtual_s:.0f} s of device time in {session.host_s:.1f} s")
    for label, text in _outcome(session.summary):
        print(f"  {label:<12} {text}")
    print(f"Open the report in a browser: {report}")


def _outcome(summary: dict[str, Any]) -> list[tuple[str, str]]:
    """What the device made of the session, as lines of label and text."""
    done = summary["repetitions_done"]
    counted = str(summary["repetitions"]) if done is None else f"{summary['repetitions']} counted of {done} done"
    latency = summary["latency_us"]
    return [
        ("repetitions", counted),
        ("cues", ", ".join(f"{rule} {count}" for rule, count in summary["cues"].items()) or "none"),
        ("cue delay", f"{latency['median'] / 1000:.1f} ms to motor start" if latency else "not known: no cue"),
        ("faults", str(len(summary["faults"])) if summary["faults"] else "none"),
    ]
