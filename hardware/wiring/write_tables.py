"""Tables of pins, addresses, sockets and cables for wiring.md, made from the board files."""

from hardware.calculations.tables import markdown
from hardware.wiring.boards import BUILT, DEFAULT_SITES, REFERENCE, load
from hardware.wiring.device import Device, build


def pins() -> str:
    """Signal by signal, the GPIO and the printed position on each board."""
    boards = [load(name) for name in BUILT]
    rows = []
    for signal in boards[0].signals():
        cells = []
        for board in boards:
            gpio = board.signals().get(signal)
            cells.append("-" if gpio is None else f"GP{gpio} ({board.label(gpio)})")
        rows.append((signal, *cells))
    return markdown(("signal", *(f"{board.name}: GPIO (printed)" for board in boards)), rows)


def addresses() -> str:
    board = load(REFERENCE)
    rows = [
        (part, f"I2C{bus}", f"{address:#04x}".upper().replace("0X", "0x")) for part, bus, address in board.addresses()
    ]
    return markdown(("part", "bus", "address"), rows)


def sockets() -> str:
    """Way by way, the net and the controller pin behind each socket of the full device."""
    device = build(load(REFERENCE), "full")
    behind = {net: f"GP{gpio}" for net, gpio in device.board.signals().items()}
    behind |= {
        f"EMG_{site}_RAW": f"GP{26 + channel} through R{11 + i}"
        for i, (site, channel) in enumerate(zip(DEFAULT_SITES, device.board.emg_adc_channels, strict=False))
    }
    rows = []
    for cable in device.cables:
        part = device.parts[cable.connector]
        for colour, way, pin in cable.cores:
            net = part.pins[way]
            rows.append(
                (f"{part.ref} {part.value}", way, net, behind.get(str(net), "-"), colour, f"{cable.part} {pin}")
            )
    return markdown(("socket", "way", "net", "controller", "colour", "at the other end"), rows)


def cables() -> str:
    device = build(load(REFERENCE), "full")
    rows = [
        (cable.name, device.parts[cable.connector].value, f"{cable.length_m:.2f}", _kind(cable.item))
        for cable in device.cables
    ]
    return markdown(("cable", "goes to", "length m", "kind"), rows)


def power_tree() -> str:
    """Who feeds whom, from the cell down."""
    device: Device = build(load(REFERENCE), "full")
    rows = []
    for net, source in (
        ("CELL", "BT1"),
        ("CELL_FUSED", "F1"),
        ("VBAT", "A40"),
        ("3V3", "U1 regulator"),
        ("EMG_SW", "U2"),
        ("EMG_3V3", "FB1"),
    ):
        fed = sorted({ref for ref, _ in device.nets()[net]} - {source.split()[0]})
        rows.append((net, source, " ".join(ref for ref in fed if not ref.startswith(("R", "C", "D", "J")))))
    return markdown(("net", "fed by", "feeds"), rows)


def _kind(item: str) -> str:
    return {
        "cable_6": "6 silicone wires 28 AWG in a sleeve",
        "cable_3s": "3 x 0.14 mm2, screen to ground at the socket only",
        "cable_2": "2 silicone wires, twisted",
    }[item]
