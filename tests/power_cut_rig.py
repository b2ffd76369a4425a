"""A life of the whole device with every flash operation journaled, and the boot after a power cut in any of them."""

import functools
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from littlefs import LittleFS
from pyulog import ULog

from host_tools.analysis.reader import read_bytes
from host_tools.device import bundle
from host_tools.sim.firmware_side import module
from host_tools.twin.flash_journal import Operation, apply, operations
from host_tools.twin.run import REPO, Action, EmgStream, ImuStream, Result, Scenario, run
from tests.hard_time_rig import NEUTRAL_HELD_S, SET_FROM_S, pressed, still_imus

BOARD = "pico"
BALLAST = "/ballast"
FILES_BYTES = 1_408 * 1024
# left for logs beside the ballast: the second log finds too little and makes room by removing the first, pulled one
LOGS_BYTES = 200 * 1024
CLOSING_S = 2.0
SET_S, REST_S = 6.0, 12.0  # a rest longer than the 10 s after which a flush is due
# main.py of the journaled life: the firmware, and marks of what is confirmed; in SERVICE what the host does
MAIN = """
import json, machine, os
from virtual import here
from rhomboid.recording import ulog
from rhomboid.settings import slots, store
from rhomboid.supervision import start, watchdog

def mark(*what):
    print("@mark " + json.dumps([here.world.flash.journaled_bytes()] + list(what)))

def marked(kind, name, after, before=None):
    inner = getattr(kind, name)
    def outer(self, *given):
        if before:
            before(self, *given)
        answer = inner(self, *given)
        after(self, *given)
        return answer
    setattr(kind, name, outer)

def synced(log, *given):
    path = log.path_marked
    if not log.buffer.waiting() and path:
        mark("synced", path, os.stat(path)[6])

def named(log, path, *given):
    log.path_marked = path

ulog.LogWriter.path_marked = ""
marked(ulog.LogWriter, "begin", synced, named)
marked(ulog.LogWriter, "_write_span", synced)
marked(ulog.LogWriter, "end", synced)
marked(store.Store, "save", lambda s, v: mark("saved", v), lambda s, v: mark("saving", v))
mark("boot")
start.run()

# SERVICE: what `rhomboid settings` and `rhomboid pull` do, by the programs that they send
with open("/host%(files)s") as source:
    exec(source.read())
from binascii import b2a_base64
known = slots.Slots()
values = known.load()[0]
if values["haptic_strength_percent"] == 100:
    values["haptic_strength_percent"] = 60
    name = "b.json" if known._newest == "a.json" else "a.json"
    mark("saving", values)
    _r_replace("/settings/" + name, b2a_base64(slots.encode(values, known._sequence + 1)))
    mark("saved", values)
for log in sorted(os.listdir("/logs")):
    if log.endswith("00001.ulg"):
        size = os.stat("/logs/" + log)[6]
        mark("pulling", log)
        _r_replace("/logs/" + log[:-4] + ".ok", b2a_base64(str(size).encode()))
        mark("pulled", log)
if machine.reset_cause() == machine.PWRON_RESET:
    machine.reset()
mark("end")
"""


@dataclass(frozen=True)
class Life:
    """One journaled life. marks: (operations done, what was confirmed, details); logs: each log's bytes at its end."""

    folder: Path
    imus: dict[str, ImuStream]
    emg: EmgStream
    base: bytes
    trace: list[Operation]
    marks: list[tuple[int, str, list[Any]]]
    logs: dict[str, bytes]

    def settings_at(self, cut: int) -> list[dict[str, Any]]:
        """What may be found after a cut in operation `cut`: the confirmed settings and those in the making."""
        found = [module("rhomboid.settings.schema").defaults()]
        for done, what, detail in self.marks:
            if what == "saved" and done <= cut:
                found = [detail[0]]
            elif what == "saving" and done <= cut:
                found = [*found, detail[0]]
        return found

    def durable_bytes(self, cut: int) -> dict[str, int]:
        """Bytes of each log that had been flushed before operation `cut`."""
        return {
            Path(detail[0]).name: detail[1] for done, what, detail in self.marks if what == "synced" and done <= cut
        }

    def may_be_gone(self, cut: int) -> set[str]:
        """Logs that the host holds: they may make room."""
        return {detail[0] for done, what, detail in self.marks if what == "pulling" and done <= cut}


def record(folder: Path) -> Life:
    """First boot on blank flash, neutral pose, three sets with flush, SERVICE with a settings change and a pull, reset,
    and the same again in a second log, for which the first one has to go."""
    firmware = folder / "firmware"
    built = bundle.build("x64")
    built.write(firmware)
    built.write(folder / "firmware_plain")
    imus = still_imus(folder)
    on_device = REPO / "host_tools" / "device" / "on_device" / "files.py"
    (firmware / "main.py").write_text(MAIN % {"files": on_device})
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(FILES_BYTES - LOGS_BYTES))
    script: list[Action] = []
    now_s = 0.0
    for _ in range(2):
        begin_s, end_s = NEUTRAL_HELD_S
        script += pressed(now_s + begin_s, end_s - begin_s)
        now_s += SET_FROM_S
        for _ in range(3):
            script += pressed(now_s) + pressed(now_s + SET_S)
            now_s += SET_S + REST_S
        script += [Action(round(now_s * 1e6), ("usb", 1)), Action(round((now_s + 1) * 1e6), ("usb", 0))]
        now_s += 1 + CLOSING_S + 8  # the second boot
    result = run(
        Scenario(
            board=BOARD,
            firmware=firmware,
            library=(),
            imus=imus,
            script=tuple(script),
            journal_flash=True,
            files={BALLAST: ballast},
            duration_us=round((now_s + 30) * 1e6),
        ),
        folder / "life",
    )
    trace = list(operations(result.out_dir / "flash_operations.bin"))
    ends = {0: 0} | {end: n + 1 for n, end in enumerate(accumulate(operation.journal_bytes for operation in trace))}
    said = [json.loads(line[6:]) for line in result.console.splitlines() if line.startswith("@mark ")]
    marks = [(ends[offset], what, detail) for offset, what, *detail in said]
    base = (result.out_dir / "flash_base.bin").read_bytes()
    emg = EmgStream(result.out_dir / "emg_quiet.bin", 3)
    return Life(folder, imus, emg, base, trace, marks, _whole_logs(result, base, trace, marks))


def _whole_logs(
    result: Result, base: bytes, trace: list[Operation], marks: list[tuple[int, str, list[Any]]]
) -> dict[str, bytes]:
    """Every log at its longest, the removed one too, which was whole when it was pulled."""
    pulled = next(done for done, what, _ in marks if what == "pulled")
    image = bytearray(base)
    for operation in trace[:pulled]:
        apply(image, operation)
    logs = logs_in(files_in(image))
    return logs | {path.name: path.read_bytes() for path in (result.files / "logs").glob("*.ulg")}


def files_in(image: bytes) -> dict[str, bytes]:
    """Every file of a flash image but the ballast, by littlefs itself on this computer."""
    disk = LittleFS(block_size=4096, block_count=len(image) // 4096, prog_size=256, mount=False)
    disk.context.buffer = bytearray(image)
    disk.mount()
    found = {}
    for folder, _, names in disk.walk("/"):
        for name in names:
            path = f"{folder.rstrip('/')}/{name}"
            if path != BALLAST:
                with disk.open(path, "rb") as file:
                    found[path] = file.read()
    return found


def logs_in(files: dict[str, bytes]) -> dict[str, bytes]:
    """The logs among them, by name."""
    return {path[len("/logs/") :]: data for path, data in files.items() if path.endswith(".ulg")}


def torn_images(life: Life, cuts: range, seed: int) -> Iterator[tuple[int, bytes]]:
    """(cut, flash) for each cut in the middle of that operation: a page programmed in part, a block erased in part."""
    image = bytearray(life.base)
    for number, operation in enumerate(life.trace[: cuts.stop]):
        if number >= cuts.start and (number - cuts.start) % cuts.step == 0:
            torn = bytearray(image)
            tear(torn, operation, random.Random(f"{seed} {number}"))
            yield number, bytes(torn)
        apply(image, operation)


def tear(image: bytearray, operation: Operation, chance: random.Random) -> None:
    """A part of an operation, as a power cut leaves it: seeded choice of what got done."""
    address = operation.address
    if operation.data is None:
        for _ in range(chance.randrange(2) * 400):  # bits on their way to 1
            image[address + chance.randrange(operation.length)] |= 1 << chance.randrange(8)
        apply(image, operation, chance.choice((0, 0, 512, 2048, 4000)))
        return
    done = chance.randrange(operation.length + 1)
    apply(image, operation, done)
    if done < operation.length:
        image[address + done] &= operation.data[done] | chance.randrange(256)


def boot_after(life: Life, cut: int, image: bytes, folder: Path) -> list[str]:
    """What is wrong, in words, when the device is switched on again after this cut and trains a short set."""
    folder.mkdir()
    flash = folder / "flash"
    flash.write_bytes(image)
    script = [*pressed(0.3), *pressed(1.3), Action(2_300_000, ("usb", 1)), Action(4_000_000, ("end",))]
    result = run(
        Scenario(
            board=BOARD,
            firmware=life.folder / "firmware_plain",
            library=(),
            imus=life.imus,
            emg=life.emg,
            script=tuple(script),
            flash_image=flash,
            allow_crash=True,
            duration_us=30_000_000,
        ),
        folder / "out",
    )
    wrong = [f"crash: {text}" for text in result.crashes]
    if result.stimulus_start_us is None:
        return [*wrong, "not ready"]
    after = files_in((folder / "out" / "flash.bin").read_bytes())
    # the set that was trained now has its own word in the settings
    wrong += _wrong_settings(life, cut, files_in(image)) + _wrong_logs(life, cut, logs_in(after))
    return wrong


def _wrong_settings(life: Life, cut: int, found: dict[str, bytes]) -> list[str]:
    slots = module("rhomboid.settings.slots")
    with TemporaryDirectory() as name:
        for slot in slots.NAMES:
            if f"/settings/{slot}" in found:
                (Path(name) / slot).write_bytes(found[f"/settings/{slot}"])
        values, _ = slots.Slots(name).load()
    return [] if values in life.settings_at(cut) else ["the settings are no version that was confirmed"]


def _wrong_logs(life: Life, cut: int, logs: dict[str, bytes]) -> list[str]:
    """Old logs are at least as long as what was flushed, as they were written, and verified so far; one new log."""
    wrong = []
    durable = life.durable_bytes(cut)
    for name, count in durable.items():
        if name not in logs:
            if name not in life.may_be_gone(cut):
                wrong.append(f"{name} is gone")
        elif len(logs[name]) < count:
            wrong.append(f"{name}: {count - len(logs[name])} flushed bytes are gone")
    new = []
    for name, data in logs.items():
        if name not in life.logs or not life.logs[name].startswith(data):
            new.append(name)
        elif data[: durable.get(name, 0)]:
            wrong += _unreadable(name, data, durable[name])
    if len(new) != 1 or not read_bytes(logs[new[0]], new[0]).complete:
        wrong.append(f"logs that are not of this life: {new}")
    return wrong


@functools.cache
def _unreadable(name: str, data: bytes, durable: int) -> list[str]:
    """pyulog opens the file as it is; our reader proves all that was flushed."""
    ULog(io.BytesIO(data))
    log = read_bytes(data[:durable], name)
    proved = all(flags.all() for flags in log.verified.values())
    return [] if proved and len(log.problems) == (0 if log.complete else 1) else [f"{name}: not verified"]
