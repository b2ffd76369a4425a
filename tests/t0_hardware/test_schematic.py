"""The schematic is electrically clean, and our own reading of its netlist is KiCad's."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hardware.schematic.read_netlist import read, read_sheet
from hardware.schematic.sexpr import child, children, parse, write
from hardware.wiring.boards import load
from hardware.wiring.device import build
from tests.t0_hardware.agreement import HARDWARE

FOLDER = HARDWARE / "schematic"


@pytest.fixture
def kicad(tmp_path: Path) -> Path:
    """A copy of the project, so that KiCad leaves nothing in the repository."""
    if shutil.which("kicad-cli") is None:
        pytest.skip("kicad-cli is not installed (Debian: kicad from bookworm-backports)")
    return Path(shutil.copytree(FOLDER, tmp_path / "schematic"))


def _rules_check(folder: Path) -> tuple[int, str]:
    report = folder / "erc.rpt"
    command = ["kicad-cli", "sch", "erc", "--severity-all", "--exit-code-violations", "-o", str(report)]
    done = subprocess.run([*command, str(folder / "rhomboid.kicad_sch")], capture_output=True, check=False)
    return done.returncode, report.read_text(encoding="utf-8")


def test_the_drawn_nets_are_those_of_the_device() -> None:
    nets, values, opened = read(FOLDER)
    device = build(load(), "full")
    drawn = {
        net: {(ref, number if number in device.parts[ref].pins else name) for ref, number, name in pins}
        for net, pins in nets.items()
    }
    assert drawn == device.nets()
    assert set(values) == set(device.parts)
    for ref, _, name in opened:
        assert device.parts[ref].pins.get(name or "") is None


def test_no_net_ends_on_one_pin() -> None:
    nets, _, _ = read(FOLDER)
    assert {net for net, pins in nets.items() if len(pins) < 2} == set()


def test_a_wire_that_misses_its_pin_is_found() -> None:
    text = (FOLDER / "motion.kicad_sch").read_text(encoding="utf-8")
    wire = re.search(r"\(wire\s*\(pts \(xy ([\d.]+)", text)
    assert wire
    moved = text.replace(wire[0], wire[0].replace(wire[1], f"{float(wire[1]) + 1.27:g}"), 1)
    with pytest.raises(ValueError, match="ends on no label"):
        read_sheet(moved)


def test_the_electrical_rules_check_finds_nothing(kicad: Path) -> None:
    code, report = _rules_check(kicad)
    assert "Errors 0  Warnings 0" in report, report
    assert code == 0


def test_the_electrical_rules_check_would_find_a_fault(kicad: Path) -> None:
    sheet = kicad / "motion.kicad_sch"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace('"HUMERUS_INT"', '"THORAX_INT"'), encoding="utf-8")
    code, report = _rules_check(kicad)
    assert code != 0 and "Errors 0 " not in report


def test_our_netlist_is_kicads(kicad: Path) -> None:
    target = kicad / "out.net"
    command = ["kicad-cli", "sch", "export", "netlist", "-o", str(target), str(kicad / "rhomboid.kicad_sch")]
    subprocess.run(command, capture_output=True, check=True)
    tree = parse(target.read_text(encoding="utf-8"))
    theirs = {}
    for net in next(part for part in tree if part[0] == "nets")[1:]:
        fields = {entry[0]: entry[1] for entry in net[1:] if entry[0] != "node"}
        nodes = [{entry[0]: entry[1] for entry in node[1:]} for node in net[1:] if node[0] == "node"]
        if not fields["name"].startswith("unconnected-"):
            theirs[fields["name"]] = {(node["ref"], node["pin"]) for node in nodes if not node["ref"].startswith("#")}
    ours = {net: {(ref, number) for ref, number, _ in pins} for net, pins in read(FOLDER)[0].items()}
    assert ours == theirs


def _label_boxes(sheet: list) -> list[tuple[float, float, float, float]]:
    """The boxes of the net labels in millimetres: letters of 1.2 mm, a frame of 2.5 mm."""
    boxes = []
    for label in children(sheet, "global_label"):
        _, x, y, angle = (float(value) if value != "at" else 0.0 for value in child(label, "at"))
        wide = 1.2 * len(label[1]) + 2.0
        boxes.append((x - wide if angle == 180 else x, y - 1.2, x if angle == 180 else x + wide, y + 1.2))
    return boxes


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.kicad_sch")), ids=lambda path: path.stem)
def test_labels_touch_neither_each_other_nor_the_frame(path: Path) -> None:
    sheet = parse(path.read_text(encoding="utf-8"))
    boxes = _label_boxes(sheet)
    _, _, width, height = child(sheet, "paper")
    for i, (left, top, right, bottom) in enumerate(boxes):
        assert left > 12 and right < float(width) - 12
        assert bottom < float(height) - 12 - 33 or right < float(width) - 12 - 108, "in the title block"
        for other in boxes[i + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top, path.name


def test_expressions_survive_writing_and_reading() -> None:
    tree = parse((FOLDER / "emg.kicad_sch").read_text(encoding="utf-8"))
    assert parse(write(tree)) == tree
    for bad in ("(a", "(a))", "a b", '("x'):
        with pytest.raises(ValueError):
            parse(bad)
