"""Hardware faults as the command line names them: PART:KIND@BEGIN[+DURATION], seconds of the recording or workout."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from host_tools.errors import BadInput

SEGMENTS = ("thorax", "scapula", "humerus")  # the sensors that every board has
Words = tuple[str | int, ...]

# kind of an IMU fault: what it is, the words that begin it and those that end it (None: it ends by itself); a count
# hits so many of the next packets
_COUNT = 3
IMU_KINDS: dict[str, tuple[str, Words, Words | None]] = {
    "unplugged": ("no power, no answer", ("unplugged", 1), ("unplugged", 0)),
    "nak": ("works, but does not acknowledge its address", ("nak", 1), ("nak", 0)),
    "silent": ("no reports, reads bring zeros", ("silent", 1), ("silent", 0)),
    "all_ones": ("reads bring 0xFF", ("all_ones", 1), ("all_ones", 0)),
    "flaky": ("a loose contact: every fourth transfer fails", ("flaky", 1), ("flaky", 0)),
    "int_open": ("INT wire broken", ("int_open", 1), ("int_open", 0)),
    "int_low": ("INT wire shorted to ground", ("int_low", 1), ("int_low", 0)),
    "int_noise": ("1000 false pulses a second on the INT wire", ("int_noise", 1000), ("int_noise", 0)),
    "rst_open": ("RST wire broken", ("rst_open", 1), ("rst_open", 0)),
    "stretch": ("holds the clock for 3 ms in every transfer", ("stretch", 1), ("stretch", 0)),
    "frozen": ("always the same orientation", ("frozen", 1), ("frozen", 0)),
    "reset": ("resets by itself", ("reset",), None),
    "break_off": ("resets in the middle of a transfer", ("break_off",), None),
    "reports_off": ("stops reporting without a reset", ("interval", 0), None),
    "slow": ("reports at 50 Hz without having been asked", ("interval", 20_000), None),
    "fast": ("reports at 200 Hz without having been asked", ("interval", 5_000), None),
    "answers": ("answers nobody has asked for", ("answers", _COUNT), None),
    "advertisements": ("advertises itself in the middle of its reports", ("advertisements", _COUNT), None),
    "absurd_lengths": ("packets of impossible length", ("absurd_lengths", _COUNT), None),
    "unknown_reports": ("reports nobody knows", ("unknown_reports", _COUNT), None),
    "lost_cargos": ("packets lost with their sequence numbers", ("lost_cargos", _COUNT), None),
    "repeated_cargos": ("packets that come twice", ("repeated_cargos", _COUNT), None),
    "lost_edges": ("edges of INT that do not arrive", ("lost_edges", _COUNT), None),
    "batches": ("four reports in one packet", ("batches", _COUNT), None),
    "bad_quaternions": ("quaternions that are no rotation", ("bad_quaternions", _COUNT), None),
    "bad_times": ("impossible time stamps", ("bad_times", _COUNT), None),
}
BUS_KINDS: dict[str, tuple[str, Words, Words]] = {
    "stuck": ("SDA held low", (-1,), (0,)),
    "scl": ("SCL held low", ("scl",), (0,)),
    "open": ("wire broken, nobody answers", ("open",), (0,)),
}
# An open input floats: of 230 V at 50 Hz, some 0.1 pF of stray capacitance against some 10 pF of the input leave volts
# where the amplifier with its gain of 200 takes +-8 mV (engineering estimate): hum from rail to rail
_OPEN_COUNTS = 2500
_MAINS_COUNTS = 100  # about 400 uV at the electrodes, of loose leads (engineering choice)
# kind of an EMG fault: what it is, the virtual converter's number (board/virtual/adc.py) and size in counts
EMG_KINDS = {
    "off": ("electrode off: the open input picks up mains from rail to rail", 2, _OPEN_COUNTS),
    "loose": ("an electrode whose contact comes and goes", 6, _OPEN_COUNTS),
    "rail": ("stuck at the upper rail", 1, 0),
    "rail_low": ("stuck at the lower rail", 5, 0),
    "flat": ("front end without signal, at half supply", 4, 0),
    "mains": ("50 Hz and harmonics on top of the muscle, 400 uV", 3, _MAINS_COUNTS),
    "mains60": ("the same of 60 Hz", 7, _MAINS_COUNTS),
}
BOARD_KINDS = {
    "stall": ("the processor stands still for the duration, as for an erase of the flash", "stall"),
    "dma": ("the DMA gets no access to memory, the converter overruns", "dma"),
}
TACTOR_KINDS = {"unplugged": "driver does not answer", "motor_open": "motor not connected"}
_PATTERN = re.compile(
    r"(?P<part>[a-z]+)(:(?P<name>[A-Za-z0-9]+))?:(?P<kind>[a-z_0-9]+)@(?P<begin>\d+(\.\d+)?)(\+(?P<span>\d+(\.\d+)?))?"
)
EXAMPLES = (
    "imu:scapula:reset@20",
    "imu:thorax:unplugged@20+2.5",
    "bus:0:stuck@30",
    "emg:LT:off@25+4",
    "board:stall@40+0.4",
)


def help_text() -> str:
    """Every kind with what it is, for the command line."""
    lines = [
        "Faults: PART:NAME:KIND@BEGIN+DURATION, in seconds of the recording or workout; DURATION is 1 when left out. "
        f"Examples: {', '.join(EXAMPLES)}.",
        "imu:SEGMENT:KIND, segment thorax, scapula or humerus: "
        + "; ".join(f"{kind} ({what})" for kind, (what, *_) in IMU_KINDS.items())
        + f". What has no duration of its own ends by itself; packets and edges are the next {_COUNT}.",
        "bus:0|1:KIND: " + "; ".join(f"{kind} ({what})" for kind, (what, *_) in BUS_KINDS.items()) + ".",
        "emg:SITE:KIND: " + "; ".join(f"{kind} ({what})" for kind, (what, *_) in EMG_KINDS.items()) + ".",
        "tactor:upper|lower:KIND: " + "; ".join(f"{kind} ({what})" for kind, what in TACTOR_KINDS.items()) + ".",
        "board:KIND: " + "; ".join(f"{kind} ({what})" for kind, (what, *_) in BOARD_KINDS.items()) + ".",
    ]
    return "\n\n".join(lines)


@dataclass(frozen=True)
class Action:
    """One entry of the script: seconds of content time, and the words that the virtual board understands."""

    at_s: float
    words: Words


def parse_fault(spec: str, sites: tuple[str, ...]) -> list[Action]:
    """The actions of one --fault. Raises BadInput naming the spec, what is wrong and what is allowed."""
    match = _PATTERN.fullmatch(spec)
    if match is None:
        raise BadInput(f"--fault {spec}: not PART:KIND@BEGIN[+DURATION]; write one like {EXAMPLES[1]}")
    part, name, kind = match["part"], match["name"] or "", match["kind"]
    names, kinds = _known(spec, part, sites)
    if name not in names:
        raise BadInput(f"--fault {spec}: no {part} '{name}'; there is {', '.join(names) or f'only {part}:KIND'}")
    if kind not in kinds:
        raise BadInput(f"--fault {spec}: no kind '{kind}' of {part}; there is {', '.join(kinds)}")
    begin_s, span_s = float(match["begin"]), float(match["span"] or 1.0)
    on, off = _words(part, name, kind, span_s, sites)
    return [Action(begin_s, on)] + ([Action(begin_s + span_s, off)] if off else [])


def _known(spec: str, part: str, sites: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and kinds of a part."""
    known: dict[str, tuple[tuple[str, ...], Iterable[str]]] = {
        "imu": (SEGMENTS, IMU_KINDS),
        "bus": (("0", "1"), BUS_KINDS),
        "emg": (sites, EMG_KINDS),
        "tactor": (("upper", "lower"), TACTOR_KINDS),
        "board": (("",), BOARD_KINDS),
    }
    if part not in known:
        raise BadInput(f"--fault {spec}: no part '{part}'; there is {', '.join(known)}")
    names, kinds = known[part]
    return names, tuple(kinds)


def _words(part: str, name: str, kind: str, span_s: float, sites: tuple[str, ...]) -> tuple[Words, Words | None]:
    """What begins the fault and what ends it."""
    if part == "imu":
        _, begins, ends = IMU_KINDS[kind]
        return ("imu", name, *begins), ("imu", name, *ends) if ends else None
    if part == "bus":
        _, begins, ends = BUS_KINDS[kind]
        return ("bus", int(name), *begins), ("bus", int(name), *ends)
    if part == "emg":
        _, number, counts = EMG_KINDS[kind]
        return ("emg", sites.index(name), number, counts), ("emg", sites.index(name), 0, 0)
    if part == "board":
        return (BOARD_KINDS[kind][1], round(span_s * 1e6)), None
    return ("tactor", name, kind, 1), ("tactor", name, kind, 0)
