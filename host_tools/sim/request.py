"""What was asked for, checked, and made into everything that a run needs: source, sites, settings, script."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from host_tools.athlete.athlete import Athlete
from host_tools.athlete.workout import Plan
from host_tools.errors import BadInput
from host_tools.plan import toml_form
from host_tools.sim import firmware_side
from host_tools.sim.envelope import envelope_uv, seen_band
from host_tools.sim.fault_spec import Action, parse_fault
from host_tools.stimuli.c3d_form import DEFAULT_MAPPING, read_c3d_recording, read_mapping
from host_tools.stimuli.csv_form import read_csv_recording, read_segments
from host_tools.stimuli.playback import Playback
from host_tools.stimuli.recording import Recording
from host_tools.stimuli.source import SEGMENTS, SITES
from host_tools.stimuli.streams import CHANNEL_HZ
from host_tools.twin.run import BoardUnknown, load_board

LEAD_IN_S = 3.0
# The athlete's and the recording's envelope peak is not the most a muscle can do (design section 9)
_MVC_OVER_PEAK = 1.25
# Script of a recording: seconds of stimulus time for the neutral pose (held 1.5 s) and for the press that begins the
# set, so that the set runs when the recording begins; seconds after it for the press that ends the set
NEUTRAL_PRESS_S = (0.55, 2.11)
SET_PRESS_S = (2.30, 2.38)
_AFTER_RECORDING_S = 0.3
_PRESS_S = 0.1
# From the last movement to the cable: the set ends, its features are flushed
_CLOSING_S = 3.0
_RAW = ("emg", "imu")
ALIGNED_PODS_Q14 = [16384, 0, 0, 0] * 3


@dataclass(frozen=True)
class Request:
    """The options of `rhomboid sim`; see its help."""

    athlete: str | None = None
    recording: Path | None = None
    emg: Path | None = None
    emg_rate_hz: float | None = None
    mapping: Path = DEFAULT_MAPPING
    board: str = "feather_rp2350"
    exercise: str | None = None
    side: str | None = None
    reference: str = "default"
    settings: Path | None = None
    ideal: bool = False
    seed: int = 1
    duration_s: float | None = None
    faults: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()
    plan: Plan | None = None  # a workout of given sets instead of one that fills the duration
    plan_file: Path | None = None  # a training plan (TOML) for the device to walk; the athlete does its first exercise


@dataclass(frozen=True)
class Prepared:
    """Checked and ready to run.

    sites: per ADC channel, None for one without electrodes. settings: the slot's content. duration_s: of the stimulus,
    lead-in included. actions: the script in content time (0 is LEAD_IN_S of the stimulus).
    """

    request: Request
    source: Playback | Athlete
    sites: tuple[str | None, ...]
    settings: dict[str, Any]
    duration_s: float
    actions: tuple[Action, ...] = field(default=())
    plan: bytes | None = None  # what lies on the flash as the device's plan

    def with_actions(self, more: tuple[Action, ...]) -> "Prepared":
        """With these in its script too."""
        return replace(self, actions=self.actions + more)

    def with_source(self, source: Playback | Athlete) -> "Prepared":
        """Of another source."""
        return replace(self, source=source)


def prepare(request: Request, athlete: Athlete | None = None) -> Prepared:
    """Check everything that can be checked before the run; athlete: in place of the request's.

    Raises BadInput in one line.
    """
    channels = _channels(request.board)
    if request.duration_s is not None and not 1 <= request.duration_s <= 24 * 3600:
        raise BadInput(f"--duration {request.duration_s:g}: outside 1 to 86400 seconds; give one within")
    for word in request.raw:
        if word not in _RAW:
            raise BadInput(f"--raw {word}: unknown stream; known are {', '.join(_RAW)}")
    given = firmware_side.read_settings(request.settings) if request.settings else {}
    side = request.side or given.get("side", "right")
    if side not in ("right", "left"):
        raise BadInput(f"--side {side}: neither right nor left; give one of the two")
    training_plan = toml_form.read(request.plan_file) if request.plan_file else None
    exercise = _exercise(request, given, training_plan)
    source = athlete or _source(request, exercise, side == "left", training_plan)
    recording = source.recording if isinstance(source, Playback) else None
    sites = tuple(given.get("emg_sites", _default_sites(recording)[:channels]))
    if len(sites) > channels:
        raise BadInput(f"--settings: {len(sites)} emg_sites, but {request.board} has {channels} channels; name fewer")
    settings = firmware_side.default_settings() | given
    # the virtual sensors are aligned with their segments, whatever pods the settings were made for
    settings |= {"side": side, "exercise": exercise, "emg_sites": list(sites), "pod_axes_q14": ALIGNED_PODS_Q14}
    if "mvc_uv_q4" not in given:
        settings["mvc_uv_q4"] = [_mvc_uv_q4(source, site, settings["highpass_hz"]) for site in sites]
        settings["mvc_method"] = "assumed"
    if len(settings["rest_uv_q4"]) != len(sites):
        settings["rest_uv_q4"] = [0] * len(sites)
    if request.reference != "default":
        settings["reference_q14"] = _reference_q14(request, source)
    settings |= {f"raw_{word}": 1 for word in request.raw}
    actions = [action for spec in request.faults for action in parse_fault(spec, sites)]
    duration_s = _script(source, request.duration_s, actions)
    padded = sites + (None,) * (channels - len(sites))
    stored = toml_form.encode(training_plan) if training_plan else None
    return Prepared(request, source, padded, settings, LEAD_IN_S + duration_s, tuple(actions), stored)


def _channels(board: str) -> int:
    try:
        return len(load_board(board)["EMG_ADC_CHANNELS"])
    except BoardUnknown as error:
        raise BadInput(f"--board: {error}") from error


def _exercise(request: Request, given: dict[str, Any], training_plan: dict[str, Any] | None) -> str:
    # what a recording shows is not known: free movement asks for no tempo, range or trunk of an exercise
    fallback = "row" if request.recording is None and request.emg is None else "free"
    name = request.exercise or given.get("exercise") or fallback
    known = firmware_side.exercise_names()
    if training_plan is not None:
        if request.exercise is not None:
            raise BadInput("--plan and --exercise: the plan names the exercise; leave --exercise out")
        return str(known[training_plan["blocks"][0][2][0][0]])
    if name not in known:
        raise BadInput(f"--exercise {name}: unknown exercise; known are {', '.join(known)}")
    return name


def _source(request: Request, exercise: str, left: bool, training_plan: dict[str, Any] | None) -> Playback | Athlete:
    if request.recording is None and request.emg is None:
        plan = request.plan or Plan(duration_s=request.duration_s or 90.0)
        if training_plan is not None and request.plan is None:
            _, sets, repetitions, *_, rest_s, _, _ = training_plan["blocks"][0][2][0]
            plan = Plan(sets=(repetitions,) * sets, rest_s=max(1.0, rest_s), device_ends_sets=True)
        athlete = Athlete(request.athlete or "good", exercise, request.seed, left, plan)
        if not athlete.workout.presses:
            raise BadInput(f"--duration {request.duration_s:g}: too short for a set; give at least 20 seconds")
        return athlete
    if request.athlete is not None:
        raise BadInput("--athlete and --recording: only one of them can move; leave one out")
    if request.recording is not None and request.recording.suffix.lower() == ".c3d":
        if request.emg is not None:
            raise BadInput(f"--emg {request.emg}: {request.recording.name} brings its own EMG; leave --emg out")
        recording = read_c3d_recording(request.recording, read_mapping(request.mapping))
    else:
        recording = read_csv_recording(request.recording, request.emg, request.emg_rate_hz)
    return Playback(recording, left)


def _default_sites(recording: Recording | None) -> list[str]:
    """The default sites; in place of one that was not recorded, another one that was (SA for MT)."""
    sites: list[str] = list(firmware_side.default_settings()["emg_sites"])
    if recording is None or not recording.emg_uv:
        return sites
    others = [site for site in SITES if site in recording.emg_uv and site not in sites]
    for index, site in enumerate(sites):
        if site not in recording.emg_uv and others:
            sites[index] = others.pop(0)
    return sites


def _mvc_uv_q4(source: Playback | Athlete, site: str, highpass_hz: int) -> int:
    """MVC of a site in 1/16 uV as the device's chain sees it; 0 (none) for a site that was not recorded."""
    if isinstance(source, Athlete):
        return round(16 * source.mvc_uv(site, seen_band(highpass_hz), CHANNEL_HZ))
    if site not in source.recording.emg_uv:
        return 0
    played = source.emg(site, 0.0, CHANNEL_HZ).read(int(source.duration_s * CHANNEL_HZ))
    settled = int(0.4 * 1000)
    return round(16 * _MVC_OVER_PEAK * float(envelope_uv(played, highpass_hz)[settled:].max()))


def _reference_q14(request: Request, source: Playback | Athlete) -> list[int]:
    """Thorax, scapula and humerus at the first frame of the stimulus, or of a file in the form of SEGMENTS.csv."""
    if request.reference == "first-frame":
        poses = {segment: source.orientation(segment, np.zeros(1)) for segment in SEGMENTS}
    else:
        path = Path(request.reference)
        if not path.is_file():
            raise BadInput(f"--reference {path}: no such file; give default, first-frame or a file like SEGMENTS.csv")
        _, poses = read_segments(path)
        absent = [segment for segment in SEGMENTS if segment not in poses]
        if absent:
            raise BadInput(f"--reference {path}: lacks {', '.join(absent)}; a reference needs every segment")
    values: list[int] = []
    for segment in SEGMENTS:
        pose: Rotation = poses[segment][0]
        values += [int(round(part * 16384)) for part in pose.as_quat(scalar_first=True, canonical=True)]
    return values


def _script(source: Playback | Athlete, wanted_s: float | None, actions: list[Action]) -> float:
    """Append button and cable to the actions; answers the seconds from content time 0 to the cable."""
    presses = [(begin - LEAD_IN_S, end - LEAD_IN_S) for begin, end in (NEUTRAL_PRESS_S, SET_PRESS_S)]
    if isinstance(source, Athlete):
        presses = presses[:1] + source.workout.presses
        duration_s = source.duration_s
    else:
        played_s = wanted_s or source.duration_s
        end_s = played_s + _AFTER_RECORDING_S
        presses.append((end_s, end_s + _PRESS_S))
        duration_s = end_s + _CLOSING_S
    for begin_s, end_s in presses:
        actions += [Action(begin_s, ("button", 1)), Action(end_s, ("button", 0))]
    # the device closes its log when it is plugged in; the end comes when that hangs
    actions += [Action(duration_s, ("usb", 1)), Action(duration_s + _CLOSING_S, ("end",))]
    return duration_s
