"""Symbols of the schematic: which pins a part has, on which side, of which electrical type, and how it is drawn."""

from hardware.schematic.sexpr import Quoted as Q
from hardware.wiring.boards import HEADERS, REFERENCE
from hardware.wiring.device import Device, Part

GRID = 2.54
TWO_PIN = {"fuse", "bead", "power_switch", "button", "cell", "lra"}
_TYPES = {  # pin -> electrical type, where it is not passive
    "controller": {"3V3": "power_out", "GND": "power_in", "BAT": "power_in", "USB": "power_out", "EN": "input"},
    "cell": {"1": "power_out", "2": "power_out"},
    "fuel_gauge": {
        "BAT_OUT": "power_out",
        "VIN": "power_in",
        "GND": "power_in",
        "SCL": "input",
        "SDA": "bidirectional",
    },
    "load_switch": {"VIN": "power_in", "GND": "power_in", "ON": "input", "VOUT": "power_out"},
    "interlock": {"G": "input"},
    "imu": {
        "VIN": "power_in",
        "GND": "power_in",
        "SDA": "bidirectional",
        "SCL": "input",
        "INT": "output",
        "RST": "input",
        "DI": "input",
    },
    "emg": {"VIN": "power_in", "GND": "power_in", "RAW": "output"},
    "haptic_driver": {
        "VIN": "power_in",
        "GND": "power_in",
        "SDA": "bidirectional",
        "SCL": "input",
        "IN": "input",
        "OUTP": "output",
        "OUTN": "output",
    },
    "microsd": {
        "VIN": "power_in",
        "GND": "power_in",
        "SDA": "bidirectional",
        "SCL": "input",
        "SCK": "input",
        "MOSI": "input",
        "MISO": "tri_state",
        "SDCS": "input",
    },
}
_RIGHT = {  # pins drawn on the right; the others are on the left
    "fuel_gauge": ("BAT_OUT", "SCL", "SDA"),
    "load_switch": ("VOUT", "QOD", "CT"),
    "interlock": ("D", "S"),
    "imu": ("SDA", "SCL", "INT", "RST"),
    "emg": ("RAW",),
    "haptic_driver": ("OUTP", "OUTN"),
    "microsd": ("SCL", "SDA"),
    "esd": ("4", "5", "6"),
}
_NAMES = {"esd": {"1": "IO1", "2": "GND", "3": "IO2", "4": "IO3", "5": "VBUS", "6": "IO4"}}
_NUMBERS = {  # TPS22918DBV: SLVSD76 section 5; 2N7000 of onsemi, TO-92, flat side towards you, from the left
    "load_switch": {"VIN": "1", "GND": "2", "ON": "3", "CT": "4", "QOD": "5", "VOUT": "6"},
    "interlock": {"S": "1", "G": "2", "D": "3"},
}
_LEFT_HEADER = (
    "3V3",
    "GND",
    "GP26",
    "GP27",
    "GP28",
    "GP29",
    "GP24",
    "GP25",
    "GP22",
    "GP23",
    "GP20",
    "GP1",
    "GP0",
    "GP8",
)
_RIGHT_HEADER = ("BAT", "EN", "USB", "GP7", "GP4", "GP11", "GP10", "GP9", "GP6", "GP5", "GP3", "GP2")
_HSTX = ("GP12", "GP13", "GP14", "GP15", "GP16", "GP17", "GP18", "GP19")


def is_two_pin(part: Part) -> bool:
    return part.item in TWO_PIN or part.item.startswith(("r_", "c_"))


def pin_type(item: str, pin: str) -> str:
    if item == "controller" and pin.startswith("GP"):
        return "bidirectional"
    return _TYPES.get(item, {}).get(pin, "passive")


def sides(device: Device, part: Part) -> tuple[list[str], list[str]]:
    """Pins on the left and on the right, from the top."""
    if part.item == "controller":
        return list(_LEFT_HEADER), [*_RIGHT_HEADER, *_HSTX]
    if is_two_pin(part):
        return ["1"], ["2"]
    right = [pin for pin in _RIGHT.get(part.item, ()) if pin in part.pins]
    return [pin for pin in part.pins if pin not in right], right


def pin_number(device: Device, item: str, pin: str) -> str:
    """Number on the case; the controller's pins are numbered by what is printed beside them on the board."""
    if item == "controller" and pin.startswith("GP"):
        return device.board.label(int(pin[2:]))
    return _NUMBERS.get(item, {}).get(pin, pin)


def pin_length(part: Part) -> float:
    """Long enough for what is printed beside the controller's pins."""
    return 4 * GRID if part.item == "controller" else GRID


def half_width(part: Part) -> float:
    if is_two_pin(part):
        return GRID
    return 7 * GRID if part.item == "controller" else (4 * GRID if not part.item.startswith("xh") else 2 * GRID)


def pin_positions(device: Device, part: Part) -> dict[str, tuple[float, float, int]]:
    """pin -> (x, y, direction 0 or 180) of its outer end, symbol axes (y up), in millimetres."""
    left, right = sides(device, part)
    if is_two_pin(part):
        return {"1": (-2 * GRID, 0.0, 0), "2": (2 * GRID, 0.0, 180)}
    rows = max(len(left), len(right))
    top = (rows - 1) // 2 * GRID
    reach = half_width(part) + pin_length(part)
    places = {pin: (-reach, top - i * GRID, 0) for i, pin in enumerate(left)}
    return places | {pin: (reach, top - i * GRID, 180) for i, pin in enumerate(right)}


def _effects(size: float = 1.27, hide: bool = False) -> list:
    effects: list = ["effects", ["font", ["size", size, size]]]
    return [*effects, ["hide", "yes"]] if hide else effects


def _line(*points: tuple[float, float]) -> list:
    return [
        "polyline",
        ["pts", *(["xy", x, y] for x, y in points)],
        ["stroke", ["width", 0.254], ["type", "default"]],
        ["fill", ["type", "none"]],
    ]


def _box(x: float, top: float, bottom: float, fill: str = "background") -> list:
    return [
        "rectangle",
        ["start", -x, top],
        ["end", x, bottom],
        ["stroke", ["width", 0.254], ["type", "default"]],
        ["fill", ["type", fill]],
    ]


def _drawing(part: Part) -> list[list]:
    item = part.item
    if item.startswith("r_") or item in ("fuse", "bead"):
        shape = [_box(2.54, 1.016, -1.016, "background" if item == "bead" else "none")]
        return [*shape, _line((-2.54, 0.0), (2.54, 0.0))] if item == "fuse" else shape
    if item.startswith("c_"):
        plates = [_line((-0.635, 1.778), (-0.635, -1.778)), _line((0.635, 1.778), (0.635, -1.778))]
        leads = [_line((-2.54, 0.0), (-0.635, 0.0)), _line((0.635, 0.0), (2.54, 0.0))]
        plus = [_line((-2.2, 1.5), (-1.2, 1.5)), _line((-1.7, 2.0), (-1.7, 1.0))] if item == "c_47u" else []
        return plates + leads + plus
    if item in ("power_switch", "button"):
        return [_line((-2.54, 0.0), (-1.778, 0.0)), _line((1.778, 0.0), (2.54, 0.0)), _line((-1.778, 0.0), (1.5, 1.6))]
    if item == "cell":
        plates = [_line((-0.5, 2.0), (-0.5, -2.0)), _line((0.5, 1.0), (0.5, -1.0))]
        return [
            *plates,
            _line((-2.54, 0.0), (-0.5, 0.0)),
            _line((0.5, 0.0), (2.54, 0.0)),
            _line((-2.2, 1.5), (-1.2, 1.5)),
            _line((-1.7, 2.0), (-1.7, 1.0)),
        ]
    return [_box(2.54, 1.778, -1.778)]


def extent(device: Device, part: Part) -> tuple[float, float]:
    """(above, below) the origin that the symbol's body takes, in millimetres."""
    if is_two_pin(part):
        return GRID, GRID
    ys = [y for _, y, _ in pin_positions(device, part).values()]
    return max(ys) + GRID, -min(ys) + GRID


def library_symbol(device: Device, part: Part, name: str) -> list:
    """The library symbol called `name` for `part`."""
    above, below = extent(device, part)
    prefix = "".join(character for character in part.ref if character.isalpha())
    body = _drawing(part) if is_two_pin(part) else [_box(half_width(part), above, -below)]
    pins = []
    for pin, (x, y, direction) in pin_positions(device, part).items():
        number = pin_number(device, part.item, pin)
        shown = _NAMES.get(part.item, {}).get(pin, pin)
        pins.append(
            [
                "pin",
                pin_type(part.item, pin),
                "line",
                ["at", x, y, direction],
                ["length", pin_length(part)],
                ["name", Q("" if is_two_pin(part) else shown), _effects()],
                ["number", Q(number), _effects(1.0)],
            ]
        )
    hide_numbers = is_two_pin(part) or not (
        part.item in ("controller", "esd", "interlock", "load_switch") or part.item.startswith("xh")
    )
    short = name.split(":")[-1]
    flags = [["exclude_from_sim", "no"], ["in_bom", "yes"], ["on_board", "yes"]]
    return [
        "symbol",
        Q(name),
        *([["pin_numbers", ["hide", "yes"]]] if hide_numbers else []),
        ["pin_names", ["offset", 0.762]],
        *flags,
        ["property", Q("Reference"), Q(prefix), ["at", 0, above + 1.27, 0], _effects()],
        ["property", Q("Value"), Q(short), ["at", 0, -below - 1.27, 0], _effects()],
        *(
            ["property", Q(key), Q(""), ["at", 0, 0, 0], _effects(hide=True)]
            for key in ("Footprint", "Datasheet", "Description")
        ),
        ["symbol", Q(f"{short}_0_1"), *body],
        ["symbol", Q(f"{short}_1_1"), *pins],
        ["embedded_fonts", "no"],
    ]


def check_header() -> None:
    """Every header pin of the reference board is drawn exactly once; raises ValueError otherwise."""
    drawn = sorted(int(pin[2:]) for pin in (*_LEFT_HEADER, *_RIGHT_HEADER) if pin.startswith("GP"))
    if drawn != sorted(HEADERS[REFERENCE]):
        raise ValueError("the controller's symbol and the header map differ")
