"""Run a request: streams, firmware on the virtual board, and the three files that remain of it.

The output is made in a folder beside its place and moved there when it is whole: a failure leaves nothing behind.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from host_tools.errors import BadInput, Failed
from host_tools.sim.firmware_side import module, write_slot
from host_tools.sim.request import LEAD_IN_S, Prepared
from host_tools.sim.summary import log_summary
from host_tools.sim.truth import truth
from host_tools.stimuli.streams import Streams, write_streams
from host_tools.twin.run import Action, EmgStream, ImuStream, Result, Scenario, TwinError, run

LOG, TRUTH, SUMMARY = "session.ulg", "truth.npz", "summary.json"
# A bring-up of three sensors takes seconds; a device that is not ready by then never will be (engineering choice)
_LONGEST_BOOT_S = 60.0
_AFTER_END_S = 10.0
_LONGEST_ANSWER_S = 900.0  # of the host, who computes streams meanwhile
_CARD_BYTES = 1 << 30  # all raw streams need 76 MB an hour

# Told what is being done and how far it is, 0 to 1
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Session:
    """What a run left in `folder`, and how long it took on this computer."""

    folder: Path
    summary: dict[str, Any]
    virtual_s: float
    host_s: float


def run_session(
    prepared: Prepared, out: Path, progress: Progress = lambda stage, share: None, bundle: Path | None = None
) -> Session:
    """Run it and leave session.ulg, truth.npz and summary.json in `out`; other files there stay.

    bundle: folder with a compiled bundle (host_tools/device/bundle.py) to run instead of the sources.
    Raises BadInput when `out` cannot be a folder, Failed when the firmware or the virtual board failed.
    """
    out = out.resolve()
    if out.exists() and not out.is_dir():
        raise BadInput(f"--out {out}: is a file; name a folder")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise BadInput(f"--out {out}: cannot be written ({error.strerror}); name another folder") from error
    try:
        result = simulate(prepared, work, progress, bundle)
        ready = work / "ready"
        ready.mkdir()
        summary = _collect(prepared, result, ready)
        out.mkdir(exist_ok=True)
        for file in sorted(ready.iterdir()):
            os.replace(file, out / file.name)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Session(out, summary, result.world_us / 1e6, result.host_seconds)


def simulate(
    prepared: Prepared,
    work: Path,
    progress: Progress = lambda stage, share: None,
    bundle: Path | None = None,
    flash_image: Path | None = None,
    answer: Callable[[int, Path], None] | None = None,
) -> Result:
    """Streams and the run itself, in the folder `work`. Raises Failed.

    flash_image: go on with this flash and the settings that the device itself has kept there. answer: see twin/run.py;
    the streams lie in work/streams.
    """
    request = prepared.request
    streams_folder = work / "streams"
    streams_folder.mkdir()
    streams = write_streams(
        prepared.source,
        prepared.sites,
        streams_folder,
        request.seed,
        request.ideal,
        LEAD_IN_S,
        prepared.duration_s,
        lambda share: progress("stimulus", share),
    )
    slot = work / "a.json"
    write_slot(prepared.settings, slot)
    scenario = _scenario(prepared, streams, slot)
    if prepared.plan is not None:
        stored = work / "plan"
        stored.write_bytes(prepared.plan)
        scenario.files[module("rhomboid.coaching.plan_form").PATH] = stored
    if flash_image is not None:
        scenario = replace(scenario, flash_image=flash_image, files={})
    if answer is not None:
        scenario = replace(scenario, stall_seconds=_LONGEST_ANSWER_S)
    if bundle is not None:
        scenario = replace(scenario, firmware=bundle, library=())
    try:
        return run(
            scenario,
            work / "board",
            lambda seconds: progress("session", min(seconds / prepared.duration_s, 1.0)),
            answer,
        )
    except TwinError as error:
        reason = str(error).strip().splitlines()[-1]
        raise Failed(f"the session stopped: {reason}; --debug shows all of it") from error


def _scenario(prepared: Prepared, streams: Streams, slot: Path) -> Scenario:
    request = prepared.request
    return Scenario(
        board=request.board,
        imus={
            segment: ImuStream(stream.path, ppm=stream.clock_ppm, phase_us=stream.phase_us)
            for segment, stream in streams.imus.items()
        },
        emg=EmgStream(streams.adc, streams.channels),
        script=tuple(Action(round((action.at_s + LEAD_IN_S) * 1e6), action.words) for action in prepared.actions),
        duration_us=round((_LONGEST_BOOT_S + prepared.duration_s + _AFTER_END_S) * 1e6),
        seed=request.seed,
        files={"/settings/a.json": slot},
        card_bytes=_CARD_BYTES if request.raw else 0,  # only a card takes raw streams during a set
    )


def _collect(prepared: Prepared, result: Result, folder: Path) -> dict[str, Any]:
    """Log, truth and summary of a finished run."""
    if result.stimulus_start_us is None:
        raise Failed("the device was not ready within a minute: its status LED stayed off; see --debug")
    home = result.out_dir / "card" if prepared.request.raw else result.files
    logs = sorted((home / "logs").glob("*.ulg"))
    if not logs:
        raise Failed("the device wrote no log: no set was begun; give a longer --duration")
    # a reset of the device ends one log and begins another
    names = [LOG] + [f"session_{number}.ulg" for number in range(2, len(logs) + 1)]
    for log, name in zip(logs, names, strict=True):
        shutil.copyfile(log, folder / name)
    content_us = result.stimulus_start_us + round(LEAD_IN_S * 1e6)
    np.savez_compressed(folder / TRUTH, **truth(prepared, content_us, result.of_kind("go")))
    summary = _request_summary(prepared) | {
        "stimulus_start_us": content_us,
        "boots": [boot["stop"] for boot in result.boots],
        "settings": prepared.settings,
        **log_summary(folder / LOG),
        "log_sha256": hashlib.sha256((folder / LOG).read_bytes()).hexdigest(),
    }
    (folder / SUMMARY).write_text(json.dumps(summary, indent=1) + "\n")
    return summary


def _request_summary(prepared: Prepared) -> dict[str, Any]:
    request = prepared.request
    source = prepared.source
    recorded = request.recording or request.emg
    return {
        "athlete": None if recorded else (request.athlete or "good"),
        "recording": source.recording.name if hasattr(source, "recording") else None,
        "board": request.board,
        "seed": request.seed,
        "ideal": request.ideal,
        "reference": request.reference if request.reference in ("default", "first-frame") else "file",
        "sites": [site for site in prepared.sites if site],
        "faults_injected": list(request.faults),
        "repetitions_done": None if hasattr(source, "recording") else len(source.workout.repetitions),
    }
