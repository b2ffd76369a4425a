"""`rhomboid bench`: how fast the virtual board runs the whole firmware, and what a tick costs the device."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer


def command(
    duration: Annotated[float, typer.Option(min=20, help="Seconds of training.")] = 90.0,
    board: Annotated[str, typer.Option(help="Board file to run on.")] = "feather_rp2350",
) -> None:
    """Time one session of a synthetic athlete, on one core."""
    from host_tools.cli.progress import staged_progress
    from host_tools.sim.request import Request, prepare
    from host_tools.sim.session import run_session

    with tempfile.TemporaryDirectory(prefix="rhomboid-bench-") as folder, staged_progress() as progress:
        session = run_session(prepare(Request(board=board, duration_s=duration)), Path(folder) / "out", progress)
    summary = session.summary
    print(f"{board}: {session.virtual_s:.1f} s of virtual time in {session.host_s:.1f} s")
    print(f"  virtual against real time  {session.virtual_s / session.host_s:.0f}x")
    longest_us = summary["loop_max_us"]
    longest = "not known: no health record" if longest_us is None else f"{longest_us / 1000:.2f} ms"
    print(f"  {'longest tick':<26} {longest}")
    print(f"  {'late ticks':<26} {summary['overruns']}")
    print(f"  {'log':<26} {summary['log_bytes'] / 1024:.0f} KB")
