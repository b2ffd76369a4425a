"""Writes the KiCad project of the full device: python -m hardware.schematic.write_schematic.

One sheet for each group of parts, every pin with a short wire to a global label of its net, so that the drawing can be
read sheet by sheet and the netlist needs no routing of lines.
"""

import json
import uuid
from pathlib import Path

from hardware.schematic import symbols
from hardware.schematic.sexpr import Quoted as Q
from hardware.schematic.sexpr import write
from hardware.wiring.boards import load
from hardware.wiring.device import Device, Part, build

FOLDER = Path(__file__).resolve().parent
PROJECT = "rhomboid"
_VERSION, _GENERATOR = "20250114", "rhomboid"
_SPACE = uuid.UUID("6f1c3a52-7d0e-4f8e-9a55-52686f6d626f")
SHEETS = {
    "controller": "Controller, button, USB sense",
    "power": "Cell, fuel gauge, EMG power with USB interlock",
    "motion": "IMU sockets, pods, pull-ups, ESD",
    "emg": "EMG inputs with anti-alias filters",
    "haptics": "Tactor drivers",
    "storage": "microSD and HSTX breakout (full device)",
}
_ROWS: dict[str, tuple[str, ...]] = {  # references of each row, from the left; "-" leaves a place empty
    "controller": ("- U1 -", "SW1 SW2 R10", "R1 R2"),
    "power": ("BT1 F1 A40", "U2 FB1 C3", "R3 R4 Q1", "R5 C1 C2", "C4"),
    "motion": ("J1 D1 A1", "J2 D2 A2", "J3 D3 A3", "J4 D4 A4", "R6 R7 -", "R8 R9 -"),
    "emg": ("A11 J11 R11", "A12 J12 R12", "A13 J13 R13", "A14 J14 R14", "C11 C12 D11", "C13 C14 -"),
    "haptics": ("A21 - J21", "A22 - J22", "M1 - M2"),
    "storage": ("A31 - A32",),
}
_COLUMNS_MM = (45.72, 106.68, 165.1)
_WIDTH_MM = 210.0  # printed on A4 the text has its usual size
_TITLE_MM = 43.18
_STUB = 2.54


def _uuid(*parts: str) -> list:
    return ["uuid", Q(str(uuid.uuid5(_SPACE, "/".join(parts))))]


def _font(size: float = 1.27, *justify: str) -> list:
    effects: list = ["effects", ["font", ["size", size, size]]]
    return [*effects, ["justify", *justify]] if justify else effects


def _snap(value: float) -> float:
    return round(value / 1.27) * 1.27


class _Sheet:
    def __init__(self, device: Device, name: str, path: str, page: int) -> None:
        self.device, self.name, self.path, self.page = device, name, path, page
        self.items: list[list] = []
        self.library: dict[str, list] = {}
        self.height_mm = 0.0

    def place(self, part: Part, x: float, y: float) -> None:
        name = f"{PROJECT}:{part.item}"
        self.library.setdefault(part.item, symbols.library_symbol(self.device, part, name))
        above, below = symbols.extent(self.device, part)
        positions = symbols.pin_positions(self.device, part)
        self.items.append(
            [
                "symbol",
                ["lib_id", Q(name)],
                ["at", x, y, 0],
                ["unit", 1],
                ["exclude_from_sim", "no"],
                ["in_bom", "yes"],
                ["on_board", "yes"],
                ["dnp", "no"],
                _uuid(self.name, part.ref),
                ["property", Q("Reference"), Q(part.ref), ["at", x, y - above - 1.27, 0], _font()],
                ["property", Q("Value"), Q(part.value), ["at", x, y + below + 1.27, 0], _font()],
                *(
                    ["property", Q(key), Q(""), ["at", x, y, 0], [*_font(), ["hide", "yes"]]]
                    for key in ("Footprint", "Datasheet", "Description")
                ),
                *(
                    ["pin", Q(symbols.pin_number(self.device, part.item, pin)), _uuid(self.name, part.ref, pin)]
                    for pin in positions
                ),
                ["instances", ["project", Q(PROJECT), ["path", Q(self.path), ["reference", Q(part.ref)], ["unit", 1]]]],
            ]
        )
        for pin, (dx, dy, direction) in positions.items():
            self._connect(part, pin, x + dx, y - dy, direction)

    def _connect(self, part: Part, pin: str, x: float, y: float, direction: int) -> None:
        net = part.pins.get(pin)
        if net is None:
            self.items.append(["no_connect", ["at", x, y], _uuid(self.name, part.ref, pin, "open")])
            return
        end = x - _STUB if direction == 0 else x + _STUB
        self.items.append(
            [
                "wire",
                ["pts", ["xy", x, y], ["xy", end, y]],
                ["stroke", ["width", 0], ["type", "default"]],
                _uuid(self.name, part.ref, pin, "wire"),
            ]
        )
        angle, justify = (180, "right") if direction == 0 else (0, "left")
        self.items.append(
            [
                "global_label",
                Q(net),
                ["shape", "passive"],
                ["at", end, y, angle],
                ["fields_autoplaced", "yes"],
                _font(1.27, justify),
                _uuid(self.name, part.ref, pin, "label"),
            ]
        )

    def flag(self, net: str, x: float, y: float) -> None:
        """A power flag: this net is supplied through a part that the rules check cannot look through."""
        part = Part(f"#FLG{net}", "PWR_FLAG", "PWR_FLAG", self.name, {"1": net})
        self.library["PWR_FLAG"] = _flag_symbol()
        self.items.append(
            [
                "symbol",
                ["lib_id", Q(f"{PROJECT}:PWR_FLAG")],
                ["at", x, y, 0],
                ["unit", 1],
                ["exclude_from_sim", "no"],
                ["in_bom", "no"],
                ["on_board", "no"],
                ["dnp", "no"],
                _uuid(self.name, part.ref),
                ["property", Q("Reference"), Q(part.ref), ["at", x, y, 0], [*_font(), ["hide", "yes"]]],
                ["property", Q("Value"), Q("PWR_FLAG"), ["at", x, y - 3.81, 0], _font()],
                ["pin", Q("1"), _uuid(self.name, part.ref, "1")],
                ["instances", ["project", Q(PROJECT), ["path", Q(self.path), ["reference", Q(part.ref)], ["unit", 1]]]],
            ]
        )
        self._connect(part, "1", x, y, 180)

    def text(self) -> str:
        title = ["title_block", ["title", Q(f"Rhomboid: {SHEETS[self.name]}")], ["company", Q("CERN-OHL-P-2.0")]]
        tree = [
            "kicad_sch",
            ["version", _VERSION],
            ["generator", Q(_GENERATOR)],
            ["generator_version", Q("9.0")],
            _uuid(self.name),
            ["paper", Q("User"), _WIDTH_MM, self.height_mm],
            title,
            ["lib_symbols", *self.library.values()],
            *self.items,
            ["sheet_instances", ["path", Q("/"), ["page", Q(str(self.page))]]],
            ["embedded_fonts", "no"],
        ]
        return write(tree) + "\n"


def _flag_symbol() -> list:
    line = [
        "polyline",
        [
            "pts",
            ["xy", 0.0, 0.0],
            ["xy", 0.0, 1.27],
            ["xy", -1.016, 1.905],
            ["xy", 0.0, 2.54],
            ["xy", 1.016, 1.905],
            ["xy", 0.0, 1.27],
        ],
        ["stroke", ["width", 0], ["type", "default"]],
        ["fill", ["type", "none"]],
    ]
    pin = [
        "pin",
        "power_out",
        "line",
        ["at", 0, 0, 90],
        ["length", 0],
        ["name", Q(""), _font()],
        ["number", Q("1"), _font()],
    ]
    return [
        "symbol",
        Q(f"{PROJECT}:PWR_FLAG"),
        ["power"],
        ["pin_numbers", ["hide", "yes"]],
        ["pin_names", ["offset", 0], ["hide", "yes"]],
        ["exclude_from_sim", "no"],
        ["in_bom", "no"],
        ["on_board", "no"],
        ["property", Q("Reference"), Q("#FLG"), ["at", 0, 1.905, 0], [*_font(), ["hide", "yes"]]],
        ["property", Q("Value"), Q("PWR_FLAG"), ["at", 0, 3.81, 0], _font()],
        ["symbol", Q("PWR_FLAG_0_0"), pin],
        ["symbol", Q("PWR_FLAG_0_1"), line],
        ["embedded_fonts", "no"],
    ]


def _fill(sheet: _Sheet, device: Device) -> None:
    """The rows of the sheet from the top, each as high as its highest part."""
    y = 30.48
    for row in _ROWS[sheet.name]:
        refs = row.split()
        heights = [symbols.extent(device, device.parts[ref]) for ref in refs if ref != "-"]
        y = _snap(y + max(above for above, _ in heights))
        for ref, x in zip(refs, _COLUMNS_MM, strict=False):
            if ref != "-":
                sheet.place(device.parts[ref], _snap(x), y)
        y = _snap(y + max(below for _, below in heights) + 8.89)
    sheet.height_mm = y + _TITLE_MM


def _root(device: Device, paths: dict[str, str]) -> str:
    items: list[list] = [
        [
            "text",
            Q(
                "Full device. The reference unit leaves out the sheet 'storage'\\nand the socket of the pelvis. "
                "Made from the board file by\\nhardware/schematic/write_schematic.py; do not edit by hand."
            ),
            ["exclude_from_sim", "no"],
            ["at", 25.4, 33.02, 0],
            _font(2.0, "left"),
            _uuid("root", "note"),
        ]
    ]
    for index, name in enumerate(SHEETS):
        x, y = 25.4 + (index % 2) * 83.82, 53.34 + (index // 2) * 38.1
        items.append(
            [
                "sheet",
                ["at", x, y],
                ["size", 71.12, 22.86],
                ["exclude_from_sim", "no"],
                ["in_bom", "yes"],
                ["on_board", "yes"],
                ["dnp", "no"],
                ["stroke", ["width", 0.254], ["type", "solid"]],
                ["fill", ["color", 0, 0, 0, 0.0]],
                _uuid("sheet", name),
                ["property", Q("Sheetname"), Q(name), ["at", x, y - 1.27, 0], _font(2.0, "left", "bottom")],
                [
                    "property",
                    Q("Sheetfile"),
                    Q(f"{name}.kicad_sch"),
                    ["at", x, y + 24.13, 0],
                    _font(1.27, "left", "top"),
                ],
                ["instances", ["project", Q(PROJECT), ["path", Q(paths["root"]), ["page", Q(str(index + 2))]]]],
            ]
        )
    tree = [
        "kicad_sch",
        ["version", _VERSION],
        ["generator", Q(_GENERATOR)],
        ["generator_version", Q("9.0")],
        _uuid("root"),
        ["paper", Q("User"), _WIDTH_MM, 203.2],
        ["title_block", ["title", Q("Rhomboid")], ["company", Q("CERN-OHL-P-2.0")]],
        ["lib_symbols"],
        *items,
        ["sheet_instances", ["path", Q("/"), ["page", Q("1")]]],
        ["embedded_fonts", "no"],
    ]
    return write(tree) + "\n"


def render(device: Device) -> dict[str, str]:
    """File name -> text of the whole project."""
    symbols.check_header()
    root = f"/{_uuid('root')[1]}"
    paths = {"root": root, **{name: f"{root}/{_uuid('sheet', name)[1]}" for name in SHEETS}}
    files = {f"{PROJECT}.kicad_sch": _root(device, paths)}
    library: dict[str, list] = {}
    for page, name in enumerate(SHEETS, start=2):
        sheet = _Sheet(device, name, paths[name], page)
        _fill(sheet, device)
        if name == "power":
            sheet.flag("EMG_3V3", 101.6, 101.6)
        files[f"{name}.kicad_sch"] = sheet.text()
        library |= sheet.library
    plain = [[symbol[0], Q(str(symbol[1]).split(":")[1]), *symbol[2:]] for symbol in library.values()]
    head = ["kicad_symbol_lib", ["version", "20241209"], ["generator", Q(_GENERATOR)], ["generator_version", Q("9.0")]]
    files[f"{PROJECT}.kicad_sym"] = write([*head, *plain]) + "\n"
    row = [
        "lib",
        ["name", Q(PROJECT)],
        ["type", Q("KiCad")],
        ["uri", Q(f"${{KIPRJMOD}}/{PROJECT}.kicad_sym")],
        ["options", Q("")],
        ["descr", Q("")],
    ]
    files["sym-lib-table"] = write(["sym_lib_table", ["version", 7], row]) + "\n"
    files[f"{PROJECT}.kicad_pro"] = (
        json.dumps({"meta": {"filename": f"{PROJECT}.kicad_pro", "version": 3}}, indent=2) + "\n"
    )
    return files


def main() -> None:
    for name, text in render(build(load(), "full")).items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
