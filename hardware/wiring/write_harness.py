"""Writes the WireViz descriptions of the harness: python -m hardware.wiring.write_harness (full device)."""

import json
from pathlib import Path

from hardware.wiring.boards import REFERENCE, load
from hardware.wiring.device import LEADS, Cable, Device, build

FOLDER = Path(__file__).resolve().parent / "harness"
DIAGRAMS = {
    "imu_bus0": ("W1", "W2"),
    "imu_bus1": ("W3", "W4"),
    "emg": ("W11", "W12", "W13", "W14"),
    "tactors": ("W21", "W22"),
}
_TYPE = {"xh2": "JST XH 2-way", "xh3": "JST XH 3-way", "xh6": "JST XH 6-way", "xh7": "JST XH 7-way"}
_NOTE = {
    "imu": "soldered, clamp in the pod",
    "emg": "soldered, output switch RAW",
    "lra": "soldered, tape over the joint",
}


def _label(device: Device, net: str | None) -> str:
    """Net with the controller's pin behind it: `THORAX_INT GP6`."""
    if net is None:
        return "empty"
    signals = device.board.signals()
    behind = {
        pins["1"]: pins["2"] for ref, part in device.parts.items() if part.item == "r_1k8" and (pins := part.pins)
    }
    gpio = signals.get(behind.get(net) or net)
    return net if gpio is None else f"{net} GP{gpio}"


def _connectors(device: Device, cable: Cable) -> dict[str, dict]:
    socket, part = device.parts[cable.connector], device.parts[cable.part]
    return {
        cable.connector: {
            "type": _TYPE[socket.item],
            "subtype": socket.value,
            "pins": [int(way) for way in socket.pins],
            "pinlabels": [_label(device, net) for net in socket.pins.values()],
        },
        cable.part: {
            "type": part.value,
            "subtype": _NOTE[part.item],
            "pins": list(range(1, len(cable.cores) + 1)),
            "pinlabels": [pin if part.item != "lra" else {"1": "+", "2": "-"}[pin] for _, _, pin in cable.cores],
            **({"notes": "DI jumper closed" if part.pins["DI"] else "DI jumper open"} if part.item == "imu" else {}),
        },
    }


def _wire(cable: Cable) -> dict:
    wire: dict = {
        "wirecount": len(cable.cores),
        "colors": [colour for colour, _, _ in cable.cores],
        "length": cable.length_m,
    }
    wire["gauge"] = "0.14 mm2" if cable.shielded else "28 AWG"
    wire["type"] = "shielded" if cable.shielded else ("twisted" if cable.twisted else "sleeved")
    if cable.shielded:
        wire["shield"] = True
    return wire


def describe(device: Device, names: tuple[str, ...]) -> dict:
    """One diagram: the cables `names` with their ends."""
    tree: dict = {"connectors": {}, "cables": {}, "connections": []}
    for cable in (cable for cable in device.cables if cable.name in names):
        tree["connectors"] |= _connectors(device, cable)
        tree["cables"][cable.name] = _wire(cable)
        tree["connections"].append(
            [
                {cable.connector: [int(way) for _, way, _ in cable.cores]},
                {cable.name: [f"1-{len(cable.cores)}"]},
                {cable.part: [f"1-{len(cable.cores)}"]},
            ]
        )
        if cable.shielded:
            ground = next(int(way) for _, way, pin in cable.cores if pin == "GND")
            tree["connections"].append([{cable.connector: [ground]}, {cable.name: ["s"]}])
    return tree


def leads(device: Device) -> dict:
    """Cell, gauge, controller and switch: the leads inside the enclosure."""
    value = {ref: device.parts[ref].value for ref in ("BT1", "A40", "F1")}
    ends = {
        "BT1": (value["BT1"], ["CELL", "GND"]),
        "A40 in": (value["A40"], ["BAT_IN", "GND"]),
        "A40 out": (value["A40"], ["BAT_OUT", "GND"]),
        "U1 BAT": ("Feather, JST-PH", ["BAT", "GND"]),
        "U1": ("Feather, header", ["EN", "GND"]),
        "SW1": (device.parts["SW1"].value, ["EN", "GND"]),
    }
    tree: dict = {"connectors": {}, "cables": {}, "connections": []}
    tree["connectors"] = {name: {"type": kind, "pinlabels": labels} for name, (kind, labels) in ends.items()}
    chains = (("BT1", "A40 in"), ("A40 out", "U1 BAT"), ("U1", "SW1"))
    for (name, _, _, _, length_m), (one, other) in zip(LEADS, chains, strict=True):
        colours = ["WH", "BK"] if one == "U1" else ["RD", "BK"]
        tree["cables"][name] = {"wirecount": 2, "colors": colours, "length": length_m, "gauge": "26 AWG"}
        if one == "BT1":
            tree["cables"][name]["notes"] = f"F1 ({value['F1']}) spliced into the red core"
        tree["connections"].append([{one: [1, 2]}, {name: [1, 2]}, {other: [1, 2]}])
    return tree


def power_tree(device: Device) -> str:
    """The supply nets from the cell down, for graphviz."""
    nets = device.nets()
    feeds = (
        ("CELL", "BT1"),
        ("CELL_FUSED", "F1"),
        ("VBAT", "A40"),
        ("3V3", "U1"),
        ("EMG_SW", "U2"),
        ("EMG_3V3", "FB1"),
    )
    groups = {"imu": "BNO085", "haptic_driver": "DRV2605L", "emg": "MyoWare", "microsd": "Adalogger"}
    lines = [
        "// Made from the board file by hardware/wiring/write_harness.py",
        "digraph power {",
        '  graph [rankdir=TB, nodesep=0.45, ranksep=0.4, fontname="DejaVu Sans"];',
        '  node [shape=box, fontname="DejaVu Sans", fontsize=12]; edge [fontname="DejaVu Sans", fontsize=11];',
    ]
    names = {
        "U1": "U1 Feather\\nregulator 3.3 V",
        "A40": "A40 MAX17048",
        "BT1": "BT1 LiPo 2500 mAh",
        "F1": "F1 fuse 0.5 A",
        "U2": "U2 TPS22918\\nEMG_POWER and no USB",
        "FB1": "FB1 bead, C3 47 uF",
    }
    for net, source in feeds:
        fed = {ref for ref, _ in nets[net]} - {source}
        inner = sorted(fed & set(names)) if net != "3V3" else ["U2"]
        for ref in inner:
            lines.append(f'  "{names[source]}" -> "{names[ref]}" [label="  {net}"];')
        for item, title in groups.items():
            if refs := sorted(ref for ref in fed if device.parts[ref].item == item):
                lines.append(f'  "{names[source]}" -> "{title}\\n{" ".join(refs)}" [label="  {net}"];')
    lines.append(
        '  "USB 5 V" [style=dashed]; "USB 5 V" -> "U1 Feather\\nregulator 3.3 V" [label="  charges BT1", style=dashed];'
    )
    lines.append('  "USB 5 V" -> "U2 TPS22918\\nEMG_POWER and no USB" [label="  Q1 switches off", style=dashed];')
    return "\n".join([*lines, "}"]) + "\n"


def _yaml(value, indent: int = 0) -> str:
    """The part of YAML that is needed: nested mappings, lists in flow style (which is JSON)."""
    if isinstance(value, dict):
        pad = "  " * indent
        lines = []
        for key, entry in value.items():
            nested = isinstance(entry, dict) and bool(entry)
            lines.append(f"{pad}{key}:" + ("\n" + _yaml(entry, indent + 1) if nested else " " + json.dumps(entry)))
        return "\n".join(lines)
    return json.dumps(value)


def render() -> dict[str, str]:
    """File name -> text."""
    device = build(load(REFERENCE), "full")
    trees = {name: describe(device, cables) for name, cables in DIAGRAMS.items()} | {"leads": leads(device)}
    files = {}
    for name, tree in trees.items():
        rows = "\n".join(f"  - {json.dumps(row)}" for row in tree["connections"])
        body = _yaml({"connectors": tree["connectors"], "cables": tree["cables"]})
        files[f"{name}.yml"] = (
            f"# Made from the board file by hardware/wiring/write_harness.py\n{body}\nconnections:\n{rows}\n"
        )
    files["power_tree.dot"] = power_tree(device)
    return files


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in render().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
