"""Is everything on the device as it should be? One line per part: verdict, what was found, what to do."""

import base64
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from host_tools.analysis import words
from host_tools.analysis.reader import read_bytes
from host_tools.device.connection import Connection, DeviceError
from host_tools.device.device_files import DeviceFiles, program
from host_tools.device.identity import OLDEST_MICROPYTHON, identify
from host_tools.device.transfer import receive
from host_tools.errors import BadInput, Failed
from host_tools.sim.firmware_side import module

OK, WARNING, FAULT = "ok", "warning", "fault"

_LOOKING_S = 60.0  # silent sensors are given 4 s each
# of one second of reports at 100 Hz; the sensor's clock is good to a few per cent (BNO080 data sheet)
_LEAST_REPORTS, _MOST_REPORTS = 90, 110
# lying still: a BNO08x moves by less than 0.1 degree in a second; more is a hand on the table, or a bad sensor
_STILL_DEG = 1.0
_FULL_COUNT = 4 * 4095  # sum of four 12-bit conversions
_UV_PER_COUNT = 1.007
_FLAT_COUNTS = 4  # one step of the converter (firmware: activation/quality.py)
_RAIL_SHARE = 0.01
# mains: more than half of the power (domain 2.6) and more than amplifier noise by an order (engineering choice)
_MAINS_SHARE, _MAINS_UV = 0.5, 50.0
_LOW_PERCENT, _SPARE_PERCENT = 15, 30
# of the newest log: definitions stand in the first, the latest records in the last
_HEAD_BYTES, _TAIL_BYTES = 16 * 1024, 48 * 1024
_FULL_BYTES = 256 * 1024  # what the firmware keeps free for a set's memory and the filesystem, and some


@dataclass(frozen=True)
class Line:
    """verdict: ok, warning or fault; remedy: empty when it is ok."""

    part: str
    verdict: str
    text: str
    remedy: str = ""


def examine(device: Connection) -> list[Line]:
    """Look at everything. Raises Failed when the cable is pulled."""
    files = DeviceFiles(device)
    lines = [_micropython(device, files), _clock(device)]
    try:
        found = device.ask("from rhomboid.service import doctor; doctor.run()", _LOOKING_S)
    except DeviceError as error:
        text = "is not on the device, or too old" if "ImportError" in error.last_line else error.last_line
        return [*lines, Line("firmware", FAULT, text, "run `rhomboid flash`, then doctor again")]
    return [*lines, *judge(found), *_last_workout(device, found)]


def feel(device: Connection, name: str) -> bool:
    """Play the test pattern of a tactor, "upper" or "lower"; False when its driver did not take it."""
    return device.ask(f"from rhomboid.service import doctor; doctor.feel({name!r})", _LOOKING_S) is True


def judge(found: dict[str, Any]) -> list[Line]:
    """Lines for what firmware/rhomboid/service/doctor.py found."""
    lines = [_firmware(found), *_buses(found)]
    lines += [_imu(imu, found) for imu in found["imus"]]
    lines += _emg(found)
    lines += [_tactor(name, present, found) for name, present in found["tactors"].items()]
    return [*lines, _battery(found), _storage(found), _settings(found), _reset(found)]


def _micropython(device: Connection, files: DeviceFiles) -> Line:
    version = ".".join(map(str, device.facts.micropython))
    try:
        board = identify(device, files).board
    except Failed as error:
        return Line("MicroPython", FAULT, f"{version} on {device.facts.machine}", str(error))
    if device.facts.micropython[:2] < OLDEST_MICROPYTHON:
        return Line("MicroPython", FAULT, version, "run `rhomboid flash`: it tells what to put on the board")
    return Line("MicroPython", OK, f"{version} on {board}")


def _clock(device: Connection) -> Line:
    if device.facts.clock_was_set:
        return Line("clock", OK, "was set; set again from this computer")
    remedy = "set now; logs from before carry no date. It comes back when the battery was empty or disconnected"
    return Line("clock", FAULT, "was not set since the last power-on", remedy)


def _firmware(found: dict[str, Any]) -> Line:
    here = module("rhomboid").VERSION
    text = f"{found['version']} on {found['board']}"
    if found["crash"]:
        said = found["crash"].strip().splitlines()[-1][:120]
        return Line("firmware", FAULT, f"has crashed: {said}", "run `rhomboid flash`; if it comes back, tell us")
    if found["version"] != here:
        return Line("firmware", WARNING, text, f"this computer has {here}: run `rhomboid flash`")
    return Line("firmware", OK, text)


def _buses(found: dict[str, Any]) -> list[Line]:
    remedy = "unplug the parts of this bus one by one: the one that frees it is broken or wired wrong (SDA to ground?)"
    return [Line(f"I2C bus {number}", FAULT, "held low", remedy) for number in found["held_buses"]]


def _imu(imu: dict[str, Any], found: dict[str, Any]) -> Line:
    part = f"{imu['name']} IMU"
    where = f"bus {imu['bus']} at 0x{imu['address']:02x}"
    if imu["bus"] in found["held_buses"]:
        return Line(part, FAULT, f"cannot be reached, {where} is held", f"first see I2C bus {imu['bus']}")
    if not imu["answers"]:
        remedy = "check its plug, 3.3 V and ground, and its address jumper; then the cable"
        return Line(part, FAULT, f"absent: nothing answers on {where}", remedy)
    rate = imu["reports"]
    if rate == 0:
        remedy = "unplug its power for a moment; if it stays silent, check RST, then replace it"
        return Line(part, FAULT, f"silent: it answers on {where}, but sends no reports", remedy)
    if imu["blind"]:
        return Line(
            part, FAULT, f"INT wire open: {rate} Hz only by asking", "check the INT wire from the sensor to the board"
        )
    if not _LEAST_REPORTS <= rate <= _MOST_REPORTS:
        return Line(
            part, FAULT, f"{rate} reports a second instead of 100", "check the cable: too long, or a bad contact"
        )
    # half the turn is the length of the change of the vector part, for small turns
    moved_deg = float(np.degrees(2 * np.linalg.norm(imu["moves"]) / 16384))
    if moved_deg > _STILL_DEG:
        return Line(part, WARNING, f"{rate} Hz, moved by {moved_deg:.1f} deg", "lay it down and run doctor again")
    return Line(part, OK, f"{rate} Hz, INT works, {moved_deg:.2f} deg of noise at rest")


def _emg(found: dict[str, Any]) -> list[Line]:
    counts = np.frombuffer(base64.b64decode(found["emg"]), dtype="<i2")
    channels = len(counts) // 1000 if len(counts) >= 1000 else 1
    frames = counts.reshape(-1, channels)[: found["emg_frames"]].astype(float)
    return [_channel(site, frames[:, k]) for k, site in enumerate(found["sites"])]


def _channel(site: str, counts: np.ndarray) -> Line:
    part = f"EMG {site}"
    if len(counts) < 900:
        return Line(
            part, FAULT, "no samples", "the converter stands still: reset the device; if it stays, replace the board"
        )
    at_rail = np.mean((counts <= _RAIL_SHARE * _FULL_COUNT) | (counts >= (1 - _RAIL_SHARE) * _FULL_COUNT))
    level_mv = counts.mean() / 4 * 3300 / 4096
    if at_rail > 0.5:
        remedy = "check that it has power and its reference electrode, and that RAW goes to the board, not ENV"
        return Line(part, FAULT, f"at the rail: {level_mv:.0f} mV", remedy)
    if np.ptp(counts) <= _FLAT_COUNTS:
        return Line(
            part, FAULT, f"flat at {level_mv:.0f} mV", "check the signal wire, then the amplifier's power switch"
        )
    uv = (counts - counts.mean()) * _UV_PER_COUNT
    hz, mains_uv, share = _mains(uv)
    rms_uv = float(np.sqrt(np.mean(uv**2)))
    if share > _MAINS_SHARE and mains_uv > _MAINS_UV:
        remedy = "clip its three electrode snaps together for this test; if it stays, check shield and reference lead"
        return Line(part, FAULT, f"mains: {mains_uv:.0f} uV of {hz} Hz", remedy)
    return Line(part, OK, f"level {level_mv:.0f} mV, {rms_uv:.1f} uV rms, mains {mains_uv:.1f} uV")


def _mains(uv: np.ndarray) -> tuple[int, float, float]:
    """(Hz, amplitude in uV, share of the power) of 50 or 60 Hz with two harmonics, whichever is more; 1 kHz samples."""
    spectrum = np.abs(np.fft.rfft(uv * np.hanning(len(uv)))) * 4 / len(uv)
    resolution_hz = 1000 / len(uv)
    power = float(np.sum(spectrum**2)) or 1.0
    best = (50, 0.0, 0.0)
    for hz in (50, 60):
        own = 0.0
        for harmonic in (1, 2, 3):
            k = round(harmonic * hz / resolution_hz)
            own += float(np.sum(spectrum[k - 3 : k + 4] ** 2))
        k = round(hz / resolution_hz)
        amplitude = float(spectrum[k - 3 : k + 4].max())
        if own / power > best[2]:
            best = (hz, amplitude, own / power)
    return best


def _tactor(name: str, present: bool, found: dict[str, Any]) -> Line:
    part = f"{name} tactor"
    if present:
        return Line(part, OK, "driver answers; `doctor --felt` plays it")
    said = next((text for text in found["problems"] if text.startswith(part)), "its driver does not answer")
    for number in found["held_buses"]:
        if f"bus {number}" in said:
            return Line(part, FAULT, f"cannot be reached, bus {number} is held", f"first see I2C bus {number}")
    return Line(part, FAULT, said.removeprefix(f"{part}: "), "check the driver's plug, 3.3 V and ground (address 0x5a)")


def _battery(found: dict[str, Any]) -> Line:
    millivolt, percent = found["millivolt"], found["percent"]
    if percent < 0:
        return Line("battery", FAULT, "the fuel gauge does not answer", "check the battery's plug, then bus 1")
    text = f"{percent} %, {millivolt / 1000:.2f} V"
    if percent < _LOW_PERCENT:
        return Line("battery", FAULT, f"low: {text}", "leave it on the charger before training")
    return Line("battery", WARNING if percent < _SPARE_PERCENT else OK, text, "charge soon" if percent < 30 else "")


def _storage(found: dict[str, Any]) -> Line:
    total, free = found["storage"]
    waiting = sum(count for _, count, verified in found["logs"] if not verified)
    text = f"{free // 1024} of {total // 1024} KB free, {len(found['logs'])} logs, {waiting // 1024} KB not pulled"
    if free < _FULL_BYTES:
        return Line("storage", FAULT, f"full: {text}", "run `rhomboid pull --free`")
    if "new" in found["boots"]:
        remedy = "run `rhomboid pull`: then this is known; logs that were not pulled before are lost"
        return Line("storage", WARNING, f"new, or formatted since it was seen last: {text}", remedy)
    return Line("storage", OK, text)


def _settings(found: dict[str, Any]) -> Line:
    if found["settings"]:
        remedy = "the other slot counts; run `rhomboid settings` to see it, change any setting to write a new slot"
        return Line("settings", WARNING, "; ".join(found["settings"]), remedy)
    return Line("settings", OK, "readable")


def _last_workout(device: Connection, found: dict[str, Any]) -> list[Line]:
    """What the newest log says of faults; its beginning and its end are enough."""
    if not found["logs"]:
        return []
    name, count, _ = found["logs"][-1]
    device.run(program("pull"))
    blocks: list[bytes] = []
    receive(device, f"/logs/{name}", 0, min(count, _HEAD_BYTES), blocks)
    if count > _HEAD_BYTES:
        begin = max(count - _TAIL_BYTES, _HEAD_BYTES)
        receive(device, f"/logs/{name}", begin, count - begin, blocks)
    try:
        log = read_bytes(b"".join(blocks), str(name))
    except BadInput as error:
        return [
            Line("last log", WARNING, str(error), "run `rhomboid pull`; if the report cannot read it, send it to us")
        ]
    columns = log.topics.get("fault", {})
    seen = Counter(
        ": ".join(words.fault(int(part), int(code), found["sites"])[:2])
        for part, code in zip(columns.get("part", ()), columns.get("code", ()), strict=True)
    )
    if not seen:
        return [Line("last log", OK, f"{name}: no fault in it")]
    told = ", ".join(f"{what} ({times}x)" for what, times in seen.most_common(3))
    return [Line("last log", WARNING, f"{name}: {told}", "`rhomboid pull`, then `rhomboid report` tells when")]


def _reset(found: dict[str, Any]) -> Line:
    if found["bitten"]:
        remedy = "run `rhomboid pull`: the last log tells what hung; power off and on clears this"
        return Line("last reset", FAULT, f"by the watchdog ({found['bitten_in_a_row']} in a row)", remedy)
    return Line("last reset", OK, "power-on or asked for")
