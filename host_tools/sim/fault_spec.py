"""Hardware faults as the command line names them: PART:KIND@BEGIN[+DURATION], seconds of the recording or workout."""

import re
from dataclasses import dataclass

from host_tools.errors import BadInput
from host_tools.stimuli.source import SEGMENTS

# IMU faults that last until they are taken back, and faults that hit the next so many packets
IMU_STATES = ("unplugged", "silent", "all_ones", "int_open")
IMU_COUNTS = ("absurd_lengths", "unknown_reports", "lost_cargos")
# what the virtual converter calls trouble at one EMG channel
EMG_KINDS = {"rail": 1, "off": 2, "mains": 3, "flat": 4}
TACTOR_STATES = ("unplugged", "motor_open")
# size of the mains picked up by loose leads, in converter counts (about 400 uV at the electrodes; engineering choice)
_MAINS_COUNTS = 100
_PATTERN = re.compile(
    r"(?P<part>[a-z]+)(:(?P<name>[A-Za-z0-9]+))?:(?P<kind>[a-z_]+)@(?P<begin>\d+(\.\d+)?)(\+(?P<span>\d+(\.\d+)?))?"
)
HELP = (
    "PART:KIND@BEGIN[+DURATION] in seconds: imu:SEGMENT:reset|unplugged|silent|all_ones|int_open|lost_cargos|"
    "absurd_lengths|unknown_reports, bus:0|1:stuck, emg:SITE:off|rail|mains|flat, "
    "tactor:upper|lower:unplugged|motor_open"
)


@dataclass(frozen=True)
class Action:
    """One entry of the script: seconds of content time, and the words that the virtual board understands."""

    at_s: float
    words: tuple[str | int, ...]


def parse_fault(spec: str, sites: tuple[str, ...]) -> list[Action]:
    """The actions of one --fault. Raises BadInput naming the spec and what is allowed."""
    match = _PATTERN.fullmatch(spec)
    if match is None:
        raise BadInput(f"--fault {spec}: not understood; write {HELP}")
    part, name, kind = match["part"], match["name"], match["kind"]
    begin_s = float(match["begin"])
    end_s = begin_s + float(match["span"] or 1.0)
    on: tuple[str | int, ...]
    off: tuple[str | int, ...] | None
    if part == "imu" and name in SEGMENTS and kind == "reset":
        on, off = ("imu", name, "reset"), None
    elif part == "imu" and name in SEGMENTS and kind in IMU_COUNTS:
        on, off = ("imu", name, kind, 3), None
    elif part == "imu" and name in SEGMENTS and kind in IMU_STATES:
        on, off = ("imu", name, kind, 1), ("imu", name, kind, 0)
    elif part == "bus" and name in ("0", "1") and kind == "stuck":
        on, off = ("bus", int(name), -1), ("bus", int(name), 0)
    elif part == "emg" and name in sites and kind in EMG_KINDS:
        channel = sites.index(name)
        on, off = ("emg", channel, EMG_KINDS[kind], _MAINS_COUNTS), ("emg", channel, 0, 0)
    elif part == "tactor" and name in ("upper", "lower") and kind in TACTOR_STATES:
        on, off = ("tactor", name, kind, 1), ("tactor", name, kind, 0)
    else:
        raise BadInput(f"--fault {spec}: no such part or kind (sites {', '.join(sites)}); write {HELP}")
    return [Action(begin_s, on)] + ([Action(end_s, off)] if off else [])
