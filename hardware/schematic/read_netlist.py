"""Reads the netlist back out of the .kicad_sch files, from geometry alone: where pins, wires and labels touch.

It knows nothing of how the files were made, so it can tell whether the drawing says what the board file says. Only what
these sheets use is understood: symbols without rotation, straight wires, global labels.
"""

from pathlib import Path

from hardware.schematic.sexpr import child, children, parse

Point = tuple[int, int]
Pin = tuple[str, str, str]  # reference, pin number, pin name


def _point(x: str, y: str) -> Point:
    return round(float(x) * 10_000), round(float(y) * 10_000)


class _Joints:
    """Points that are connected with each other."""

    def __init__(self) -> None:
        self._parent: dict[Point, Point] = {}

    def root(self, point: Point) -> Point:
        while (parent := self._parent.setdefault(point, point)) != point:
            point = parent
        return point

    def join(self, one: Point, other: Point) -> None:
        self._parent[self.root(one)] = self.root(other)


def _library_pins(sheet: list) -> dict[str, list[tuple[str, str, float, float]]]:
    pins: dict[str, list[tuple[str, str, float, float]]] = {}
    for symbol in children(child(sheet, "lib_symbols"), "symbol"):
        found = pins.setdefault(symbol[1], [])
        for unit in children(symbol, "symbol"):
            for pin in children(unit, "pin"):
                _, x, y, *_ = child(pin, "at")
                found.append((child(pin, "number")[1], child(pin, "name")[1], float(x), float(y)))
    return pins


def _property(symbol: list, name: str) -> str:
    return next(entry[2] for entry in children(symbol, "property") if entry[1] == name)


def read_sheet(text: str) -> tuple[dict[str, set[Pin]], dict[str, str], set[Pin]]:
    """(net -> pins, reference -> value, pins marked as open) of one sheet. Raises ValueError for a pin on nothing."""
    sheet = parse(text)
    library = _library_pins(sheet)
    joints = _Joints()
    for wire in children(sheet, "wire"):
        ends = [_point(*xy[1:]) for xy in children(child(wire, "pts"), "xy")]
        joints.join(*ends)
    names = {joints.root(_point(*child(label, "at")[1:3])): label[1] for label in children(sheet, "global_label")}
    open_points = {_point(*child(mark, "at")[1:]) for mark in children(sheet, "no_connect")}
    nets: dict[str, set[Pin]] = {}
    values: dict[str, str] = {}
    opened: set[Pin] = set()
    for symbol in children(sheet, "symbol"):
        ref = _property(symbol, "Reference")
        if ref.startswith("#"):
            continue
        values[ref] = _property(symbol, "Value")
        _, x0, y0, *_ = child(symbol, "at")
        for number, name, x, y in library[child(symbol, "lib_id")[1]]:
            point = _point(str(float(x0) + x), str(float(y0) - y))
            if point in open_points:
                opened.add((ref, number, name))
            elif (root := joints.root(point)) in names:
                nets.setdefault(names[root], set()).add((ref, number, name))
            else:
                raise ValueError(f"{ref} pin {number} ends on no label and carries no open mark")
    return nets, values, opened


def read(folder: Path, project: str = "rhomboid") -> tuple[dict[str, set[Pin]], dict[str, str], set[Pin]]:
    """The same of the whole project: the sheets named by the root file."""
    root = parse((folder / f"{project}.kicad_sch").read_text(encoding="utf-8"))
    nets: dict[str, set[Pin]] = {}
    values: dict[str, str] = {}
    opened: set[Pin] = set()
    for sheet in children(root, "sheet"):
        found, named, marked = read_sheet((folder / _property(sheet, "Sheetfile")).read_text(encoding="utf-8"))
        for net, pins in found.items():
            nets.setdefault(net, set()).update(pins)
        values |= named
        opened |= marked
    return nets, values, opened
