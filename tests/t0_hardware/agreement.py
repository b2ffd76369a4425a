"""What diagrams, tables and schematic say about pins, read back from the files and compared with the board files.

Nothing of the scripts that write them is used here: board files are executed, everything else is parsed. Every function
returns a list of disagreements in words, empty when all agree.
"""

import json
import re
import runpy
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BOARDS = REPOSITORY / "firmware" / "rhomboid" / "boards"
HARDWARE = REPOSITORY / "hardware"

Board = dict


def board(name: str) -> Board:
    return runpy.run_path(str(BOARDS / f"{name}.py"))


def expected_pins(values: Board) -> dict[str, int]:
    """Signal -> GPIO, straight from the names in the board file."""
    pins = {}
    for bus, (sda, scl, _) in values["I2C"].items():
        pins |= {f"I2C{bus}_SDA": sda, f"I2C{bus}_SCL": scl}
    for segment, (_, _, interrupt, reset) in {**values["IMU"], **values["OPTIONAL_IMU"]}.items():
        pins |= {f"{segment.upper()}_INT": interrupt, f"{segment.upper()}_RST": reset}
    pins |= {f"EMG_ADC{channel}": 26 + channel for channel in values["EMG_ADC_CHANNELS"]}
    pins |= {name: values[name] for name in ("EMG_POWER", "USB_SENSE", "BUTTON", "LED")}
    _, sck, mosi, miso, select = values["SD_SPI"]
    return pins | {"SD_SCK": sck, "SD_MOSI": mosi, "SD_MISO": miso, "SD_CS": select}


def chip_functions(values: Board) -> list[str]:
    """Pins that the chip cannot use so (RP2040 and RP2350 data sheets, GPIO functions), or that are used twice."""
    wrong = []
    for bus, (sda, scl, hz) in values["I2C"].items():
        if sda % 4 != 2 * bus or scl % 4 != 2 * bus + 1:
            wrong.append(f"I2C{bus} on GP{sda}, GP{scl}")
        if hz > 400_000:
            wrong.append(f"I2C{bus} at {hz} Hz")
    spi, sck, mosi, miso, _ = values["SD_SPI"]
    for name, gpio, place in (("SCK", sck, 2), ("MOSI", mosi, 3), ("MISO", miso, 0)):
        if gpio % 4 != place or gpio // 8 % 2 != spi:
            wrong.append(f"SPI{spi} {name} on GP{gpio}")
    pins = list(expected_pins(values).values())
    wrong += [f"GP{gpio} used twice" for gpio in set(pins) if pins.count(gpio) > 1]
    taken: set[tuple[int, int]] = set()
    addresses = [(bus, address) for bus, address, _, _ in {**values["IMU"], **values["OPTIONAL_IMU"]}.values()]
    addresses += [(bus, 0x5A) for bus in values["TACTOR_BUS"].values()] + [(values["FUEL_GAUGE_BUS"], 0x36)]
    for pair in addresses:
        if pair in taken:
            wrong.append(f"{pair[1]:#04x} twice on I2C{pair[0]}")
        taken.add(pair)
    return wrong


def rows(page: str, name: str) -> list[list[str]]:
    """Cells of the computed table `name` without its head."""
    found = re.search(rf"<!-- computed: {name} -->\n(.*?)\n<!-- end -->", page, re.DOTALL)
    assert found, f"no table {name}"
    lines = [line for line in found[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def pin_table(page: str, boards: list[Board]) -> list[str]:
    """The table of pins in wiring.md against `boards`, in the order of its columns."""
    wrong = []
    shown: list[dict[str, int]] = [{} for _ in boards]
    for signal, *cells in rows(page, "pins"):
        for found, cell in zip(shown, cells, strict=True):
            if cell != "-":
                found[signal] = int(cell.split()[0].removeprefix("GP"))
    for values, found in zip(boards, shown, strict=True):
        wanted = expected_pins(values)
        for signal in wanted.keys() | found.keys():
            if wanted.get(signal) != found.get(signal):
                wrong.append(
                    f"{values['NAME']} {signal}: {wanted.get(signal)} in firmware, {found.get(signal)} in table"
                )
    return wrong


def address_table(page: str, values: Board) -> list[str]:
    wanted = {
        name: (bus, address) for name, (bus, address, _, _) in {**values["IMU"], **values["OPTIONAL_IMU"]}.items()
    }
    wanted |= {f"tactor_{place}": (bus, driver_address("drv2605l")) for place, bus in values["TACTOR_BUS"].items()}
    wanted["fuel_gauge"] = (values["FUEL_GAUGE_BUS"], driver_address("max17048"))
    found = {part: (int(bus.removeprefix("I2C")), int(address, 16)) for part, bus, address in rows(page, "addresses")}
    wrong = [part for part in wanted.keys() | found.keys() if wanted.get(part) != found.get(part)]
    return [f"{part}: {wanted.get(part)} in firmware, {found.get(part)} in table" for part in wrong]


def driver_address(name: str) -> int:
    """The fixed address in the firmware's driver."""
    text = (REPOSITORY / "firmware" / "rhomboid" / "drivers" / f"{name}.py").read_text(encoding="utf-8")
    found = re.search(r"^ADDRESS = const\((0x[0-9A-Fa-f]+)\)", text, re.MULTILINE)
    assert found
    return int(found[1], 16)


def parse_harness(text: str) -> dict:
    """The WireViz YAML: two levels of mappings with JSON values, and the list of connections."""
    tree: dict = {}
    path: list[dict] = [tree]
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        depth = (len(line) - len(line.lstrip())) // 2
        if line.lstrip().startswith("- "):
            tree["connections"].append(json.loads(line.strip()[2:]))
            continue
        key, _, value = line.strip().partition(":")
        del path[depth + 1 :]
        if key == "connections":
            tree[key] = []
        elif value.strip():
            path[depth][key] = json.loads(value)
        else:
            path[depth][key] = {}
            path.append(path[depth][key])
    return tree


def harness(text: str, values: Board) -> list[str]:
    """Nets, pins, buses and addresses in one diagram."""
    wrong = []
    tree = parse_harness(text)
    pins = expected_pins(values)
    pins |= {f"EMG_{site}_RAW": 26 + values["EMG_ADC_CHANNELS"][i] for i, site in enumerate(("UT", "MT", "LT", "LAT"))}
    for name, connector in tree["connectors"].items():
        for label in connector["pinlabels"]:
            net, _, pin = label.partition(" GP")
            if net in pins and pin != str(pins[net]):
                wrong.append(f"{name} {net}: GP{pin} drawn, GP{pins[net]} in firmware")
    sensors = {**values["IMU"], **values["OPTIONAL_IMU"]}
    for chain in tree["connections"]:
        if len(chain) != 3:
            continue
        (socket, ways), (_, _), (part, _) = (next(iter(step.items())) for step in chain)
        labels = tree["connectors"][socket]["pinlabels"]
        ends = tree["connectors"][part]
        found = re.match(r"BNO085 (0x4[AB]) (\w+)", ends["type"])
        if found is None:
            continue
        bus, address, _, _ = sensors[found[2]]
        if int(found[1], 16) != address or (address == 0x4B) != ("closed" in ends["notes"]):
            wrong.append(f"{part}: address {found[1]} ({ends['notes']}), {address:#04x} in firmware")
        for way, end in zip(ways, ends["pinlabels"], strict=True):
            net = labels[way - 1].split(" ")[0]
            want = {"VIN": "3V3", "GND": "GND", "SDA": f"I2C{bus}_SDA", "SCL": f"I2C{bus}_SCL"}.get(
                end, f"{found[2].upper()}_{end}"
            )
            if net != want:
                wrong.append(f"{part} {end}: {net} drawn, {want} in firmware")
    return wrong


def netlist(nets: dict[str, set[tuple[str, str, str]]], parts: dict[str, str], values: Board) -> list[str]:
    """The nets of the schematic, (reference, pin number, pin name) each, against the board file of the controller."""
    wrong = []
    on_net = {(ref, name or number): net for net, pins in nets.items() for ref, number, name in pins}
    for signal, gpio in expected_pins(values).items():
        if signal == "LED":  # on the Feather itself
            continue
        if on_net.get(("U1", f"GP{gpio}")) != signal:
            wrong.append(f"U1 GP{gpio}: {on_net.get(('U1', f'GP{gpio}'))} drawn, {signal} in firmware")
    sensors = {**values["IMU"], **values["OPTIONAL_IMU"]}
    for ref, value in parts.items():
        want: dict[str, str | None] = {}
        if found := re.match(r"BNO085 (0x4[AB]) (\w+)", value):
            bus, address, _, _ = sensors[found[2]]
            want = {"SDA": f"I2C{bus}_SDA", "SCL": f"I2C{bus}_SCL", "DI": "3V3" if address == 0x4B else None}
            want |= {line: f"{found[2].upper()}_{line}" for line in ("INT", "RST")}
            if int(found[1], 16) != address:
                wrong.append(f"{ref}: {found[1]} drawn, {address:#04x} in firmware")
        elif found := re.match(r"DRV2605L (0x..) (\w+)", value):
            bus = values["TACTOR_BUS"][found[2]]
            want = {"SDA": f"I2C{bus}_SDA", "SCL": f"I2C{bus}_SCL"}
            if int(found[1], 16) != driver_address("drv2605l"):
                wrong.append(f"{ref}: {found[1]} drawn")
        elif found := re.match(r"MAX17048 (0x..)", value):
            bus = values["FUEL_GAUGE_BUS"]
            want = {"SDA": f"I2C{bus}_SDA", "SCL": f"I2C{bus}_SCL"}
            if int(found[1], 16) != driver_address("max17048"):
                wrong.append(f"{ref}: {found[1]} drawn")
        for pin, net in want.items():
            if on_net.get((ref, pin)) != net:
                wrong.append(f"{ref} {pin}: {on_net.get((ref, pin))} drawn, {net} in firmware")
    return wrong
