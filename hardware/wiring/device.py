"""Every part, pin, net and cable of one device, worked out from a board file.

Schematic, harness diagrams, tables and the bill of materials are all made from this description, so a pin that changes
in the board file changes everywhere. Values of parts come from the calculations beside this folder.
"""

from dataclasses import dataclass, field

from hardware.wiring.boards import DEFAULT_SITES, Board

VARIANTS = ("minimal", "unit", "full")
HIGH_ADDRESS = (
    0x4B  # BNO08x with its address line (DI) tied to the supply; 0x4A with the line open (data sheet 1.3.2.1)
)


@dataclass(frozen=True)
class Part:
    """One thing to buy or solder. `pins`: pin -> net, None for a pin that stays open. `item`: line of the catalogue."""

    ref: str
    item: str
    value: str
    sheet: str
    pins: dict[str, str | None]


@dataclass(frozen=True)
class Cable:
    """One cable that leaves the enclosure: cores are (colour, pin of `connector`, pin of `part`)."""

    name: str
    item: str
    connector: str
    part: str
    length_m: float
    cores: tuple[tuple[str, str, str], ...]
    twisted: bool = False
    shielded: bool = False


@dataclass
class Device:
    """The whole device; `parts` by reference designator."""

    board: Board
    variant: str
    parts: dict[str, Part] = field(default_factory=dict)
    cables: list[Cable] = field(default_factory=list)

    def add(self, ref: str, item: str, value: str, sheet: str, **pins: str | None) -> None:
        self.parts[ref] = Part(ref, item, value, sheet, {name.lstrip("_"): net for name, net in pins.items()})

    def nets(self) -> dict[str, set[tuple[str, str]]]:
        """net -> {(reference, pin)}"""
        nets: dict[str, set[tuple[str, str]]] = {}
        for part in self.parts.values():
            for pin, net in part.pins.items():
                if net is not None:
                    nets.setdefault(net, set()).add((part.ref, pin))
        return nets


# length from the waist pouch along the strap to the part, athlete of 1.85 m, with 15 % of slack (engineering choice)
CABLE_M = {
    "thorax": 0.60,
    "scapula": 0.55,
    "humerus": 0.80,
    "pelvis": 0.25,
    "head": 0.75,
    "UT": 0.60,
    "MT": 0.50,
    "LT": 0.40,
    "LAT": 0.35,
    "upper": 0.60,
    "lower": 0.40,
}
# SDA and SCL never lie side by side: ground or the supply between them
_IMU_CORES = (("RD", "VIN"), ("BU", "SDA"), ("BK", "GND"), ("YE", "SCL"), ("WH", "INT"), ("GN", "RST"))
_SEGMENTS = {"minimal": ("thorax", "scapula"), "unit": ("thorax", "scapula", "humerus")}
_SITES = {"minimal": ("UT", "LT")}
_TACTORS = {"minimal": ("upper",)}
# inside the enclosure: (name, item, from, to, length m); the fuse is spliced into the red core of WP1
LEADS = (
    ("WP1", "ph_extension", "BT1", "A40", 0.15),
    ("WP2", "ph_jumper", "A40", "U1", 0.10),
    ("WP3", "hookup", "U1", "SW1", 0.10),
)
# calculations/i2c_bus.py: ohms of the resistors on the carrier beside the 10k of each breakout
PULL_UP_OHM = {("full", 1): 2200}
USUAL_PULL_UP_OHM = 2700
RC_OHM, RC_FARAD = "1.8k", "100n"  # calculations/antialias.py


def pull_up_ohm(variant: str, bus: int) -> int:
    """The resistor on each line of `bus`."""
    return PULL_UP_OHM.get((variant, bus), USUAL_PULL_UP_OHM)


def build(board: Board, variant: str = "unit") -> Device:
    """The device of `board` in one of VARIANTS. Raises ValueError for another variant."""
    if variant not in VARIANTS:
        raise ValueError(f"variant {variant!r}: choose one of {', '.join(VARIANTS)}")
    device = Device(board, variant)
    _controller(device)
    _power(device)
    _motion(device)
    _emg(device)
    _haptics(device)
    if variant == "full":
        _storage(device)
    _close(device)
    return device


def _controller(device: Device) -> None:
    board = device.board
    pins: dict[str, str | None] = {f"GP{gpio}": net for net, gpio in board.signals().items()}
    pins |= {"3V3": "3V3", "GND": "GND", "BAT": "VBAT", "EN": "EN", "USB": "VBUS"}
    device.parts["U1"] = Part("U1", "controller", board.name, "controller", pins)
    device.add("SW1", "power_switch", "power: closed = off", "controller", _1="EN", _2="GND")
    device.add("SW2", "button", "button", "controller", _1="BUTTON_CONTACT", _2="GND")
    device.add("R10", "r_1k", "1k", "controller", _1="BUTTON", _2="BUTTON_CONTACT")
    device.add("R1", "r_5k6", "5.6k", "controller", _1="VBUS", _2="USB_SENSE")
    device.add("R2", "r_8k2", "8.2k", "controller", _1="USB_SENSE", _2="GND")


def _power(device: Device) -> None:
    device.add("BT1", "cell", "LiPo 3.7 V 2500 mAh, protected", "power", _1="CELL", _2="GND")
    device.add("F1", "fuse", "0.5 A hold, resettable", "power", _1="CELL", _2="CELL_FUSED")
    bus = device.board.fuel_gauge_bus
    device.add(
        "A40",
        "fuel_gauge",
        "MAX17048 0x36",
        "power",
        BAT_IN="CELL_FUSED",
        BAT_OUT="VBAT",
        VIN="3V3",
        GND="GND",
        SCL=f"I2C{bus}_SCL",
        SDA=f"I2C{bus}_SDA",
    )
    device.add(
        "U2",
        "load_switch",
        "TPS22918",
        "power",
        VIN="3V3",
        GND="GND",
        ON="EMG_ON",
        CT="EMG_CT",
        QOD="EMG_SW",
        VOUT="EMG_SW",
    )
    device.add("R3", "r_1k", "1k", "power", _1="EMG_POWER", _2="EMG_ON")
    device.add("R4", "r_4k7", "4.7k", "power", _1="EMG_ON", _2="GND")
    device.add("Q1", "interlock", "2N7000", "power", S="GND", G="VBUS_GATE", D="EMG_ON")
    device.add("R5", "r_10k", "10k", "power", _1="VBUS", _2="VBUS_GATE")
    device.add("C1", "c_1u", "1u", "power", _1="3V3", _2="GND")
    device.add("C2", "c_1n", "1n", "power", _1="EMG_CT", _2="GND")
    device.add("FB1", "bead", "ferrite bead", "power", _1="EMG_SW", _2="EMG_3V3")
    device.add("C3", "c_47u", "47u", "power", _1="EMG_3V3", _2="GND")
    device.add("C4", "c_47u", "47u", "power", _1="3V3", _2="GND")


def _motion(device: Device) -> None:
    board = device.board
    for number, (bus, line) in enumerate(((0, "SDA"), (0, "SCL"), (1, "SDA"), (1, "SCL")), start=6):
        ohm = pull_up_ohm(device.variant, bus)
        device.add(
            f"R{number}",
            f"r_{ohm // 1000}k{ohm % 1000 // 100}",
            f"{ohm / 1000:.1f}k",
            "motion",
            _1="3V3",
            _2=f"I2C{bus}_{line}",
        )
    segments = {segment: board.imu[segment] for segment in _SEGMENTS.get(device.variant, tuple(board.imu))}
    if device.variant == "full":
        segments |= board.optional_imu
    for number, (segment, (bus, address, _, _)) in enumerate(segments.items(), start=1):
        upper, keyed = segment.upper(), bus == 1
        nets = ("3V3", f"I2C{bus}_SDA", "GND", f"I2C{bus}_SCL", f"{upper}_INT", f"{upper}_RST")
        pins: dict[str, str | None] = {str(i): net for i, net in enumerate(nets, start=1)}
        if keyed:  # a seventh, empty way: a plug of bus 1 does not fit a socket of bus 0
            pins["7"] = None
        device.parts[f"J{number}"] = Part(f"J{number}", "xh7" if keyed else "xh6", f"IMU {segment}", "motion", pins)
        device.add(
            f"A{number}",
            "imu",
            f"BNO085 {address:#04x} {segment}".replace("0x4a", "0x4A").replace("0x4b", "0x4B"),
            "motion",
            DI="3V3" if address == HIGH_ADDRESS else None,
            **{pin: net for (_, pin), net in zip(_IMU_CORES, nets, strict=True)},
        )
        device.add(
            f"D{number}",
            "esd",
            "USBLC6-4SC6",
            "motion",
            _1=nets[1],
            _2="GND",
            _3=nets[3],
            _4=nets[4],
            _5="3V3",
            _6=nets[5],
        )
        cores = tuple((colour, str(i), pin) for i, (colour, pin) in enumerate(_IMU_CORES, start=1))
        device.cables.append(Cable(f"W{number}", "cable_6", f"J{number}", f"A{number}", CABLE_M[segment], cores))


def _emg(device: Device) -> None:
    sites = _SITES.get(device.variant, DEFAULT_SITES)
    raw: list[str | None] = []
    for index, channel in enumerate(device.board.emg_adc_channels):
        adc = f"EMG_ADC{channel}"
        if index >= len(sites):  # an open input would pick up its neighbour: tie it down
            device.add(f"R{11 + index}", "r_1k8", RC_OHM, "emg", _1="GND", _2=adc)
            continue
        site, number = sites[index], 11 + index
        raw.append(f"EMG_{site}_RAW")
        device.add(f"J{number}", "xh3", f"EMG {site}", "emg", _1="EMG_3V3", _2=f"EMG_{site}_RAW", _3="GND")
        device.add(f"A{number}", "emg", f"MyoWare 2.0 {site}", "emg", VIN="EMG_3V3", RAW=f"EMG_{site}_RAW", GND="GND")
        device.add(f"R{number}", "r_1k8", RC_OHM, "emg", _1=f"EMG_{site}_RAW", _2=adc)
        device.add(f"C{number}", "c_100n", RC_FARAD, "emg", _1=adc, _2="GND")
        cores = (("RD", "1", "VIN"), ("WH", "2", "RAW"), ("BK", "3", "GND"))
        device.cables.append(
            Cable(f"W{number}", "cable_3s", f"J{number}", f"A{number}", CABLE_M[site], cores, shielded=True)
        )
    raw += [None] * (4 - len(raw))
    device.add("D11", "esd", "USBLC6-4SC6", "emg", _1=raw[0], _2="GND", _3=raw[1], _4=raw[2], _5="EMG_3V3", _6=raw[3])


def _haptics(device: Device) -> None:
    places = _TACTORS.get(device.variant, tuple(device.board.tactor_bus))
    for number, place in enumerate(places, start=21):
        bus, drive = device.board.tactor_bus[place], f"TACTOR_{place.upper()}"
        device.add(
            f"A{number}",
            "haptic_driver",
            f"DRV2605L 0x5A {place}",
            "haptics",
            VIN="3V3",
            GND="GND",
            SCL=f"I2C{bus}_SCL",
            SDA=f"I2C{bus}_SDA",
            IN="GND",
            OUTP=f"{drive}_P",
            OUTN=f"{drive}_N",
        )
        device.add(f"J{number}", "xh2", f"tactor {place}", "haptics", _1=f"{drive}_P", _2=f"{drive}_N")
        device.add(f"M{number - 20}", "lra", f"LRA {place}", "haptics", _1=f"{drive}_P", _2=f"{drive}_N")
        cores = (("OG", "1", "1"), ("BN", "2", "2"))
        device.cables.append(
            Cable(f"W{number}", "cable_2", f"J{number}", f"M{number - 20}", CABLE_M[place], cores, twisted=True)
        )


def _storage(device: Device) -> None:
    bus = device.board.fuel_gauge_bus  # the wing's clock (0x68) shares it
    device.add(
        "A31",
        "microsd",
        "Adalogger: microSD, clock 0x68",
        "storage",
        VIN="3V3",
        GND="GND",
        SCK="SD_SCK",
        MOSI="SD_MOSI",
        MISO="SD_MISO",
        SDCS="SD_CS",
        SCL=f"I2C{bus}_SCL",
        SDA=f"I2C{bus}_SDA",
    )
    lines = {net: device.board.label(gpio) for net, gpio in device.board.signals().items()}
    pins = {label.removeprefix("HSTX_"): net for net, label in lines.items() if label.startswith("HSTX")}
    if pins:
        device.parts["A32"] = Part("A32", "hstx_breakout", "HSTX breakout", "storage", {**pins, "GND": "GND"})


def _close(device: Device) -> None:
    """A net that ends on the controller alone has no part in this variant: leave the pin open there."""
    nets = device.nets()
    controller = device.parts["U1"]
    for pin, net in controller.pins.items():
        if net is not None and len(nets[net]) == 1:
            controller.pins[pin] = None
