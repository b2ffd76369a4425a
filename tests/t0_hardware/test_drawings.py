"""Generated files are up to date, drawings are legible, printed parts are closed and fit the printer."""

import ast
import json
import struct
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from hardware import render
from hardware.enclosure import stl
from hardware.wearing import anatomy, draw, mounting
from tests.t0_hardware.agreement import HARDWARE, REPOSITORY

PARTS = sorted(stl.FOLDER.glob("*.stl"))


@pytest.mark.parametrize("name", sorted(render.texts()))
def test_each_generated_text_is_what_the_scripts_write_now(name: str) -> None:
    written = (HARDWARE / name).read_text(encoding="utf-8")
    assert written == render.texts()[name], "run python -m hardware.render"


def test_no_picture_is_older_than_its_source() -> None:
    known = json.loads(render.MANIFEST.read_text(encoding="utf-8"))
    for target, paths in render.sources().items():
        assert (HARDWARE / target).exists(), target
        assert known.get(target) == render.digest(paths), f"{target}: run python -m hardware.render --pictures"


def test_pages_show_only_pictures_that_exist() -> None:
    for page in HARDWARE.glob("*.md"):
        for part in page.read_text(encoding="utf-8").split("](")[1:]:
            target = part.split(")")[0]
            assert target.startswith("http") or (HARDWARE / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("name", ["imu_bus0", "imu_bus1", "emg", "tactors", "leads"])
def test_each_diagram_carries_the_labels_of_its_description(name: str) -> None:
    folder = HARDWARE / "wiring" / "harness"
    words = " ".join(ElementTree.fromstring((folder / f"{name}.svg").read_text(encoding="utf-8")).itertext())
    description = (folder / f"{name}.yml").read_text(encoding="utf-8")
    for line in description.splitlines():
        if "pinlabels" in line:
            for label in json.loads(line.split(":", 1)[1]):
                assert label in words


@pytest.mark.parametrize("name", sorted(draw.render()))
def test_labels_neither_overlap_nor_leave_the_page(name: str) -> None:
    drawing = draw.render()[name]
    ElementTree.fromstring(drawing.svg())
    for i, (left, top, right, bottom) in enumerate(drawing.boxes):
        assert left >= 0 and top >= 0 and right <= drawing.width and bottom <= drawing.height
        for other in drawing.boxes[i + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_pictures_are_wide_enough_to_read() -> None:
    for target in render.sources():
        if target.endswith(".png"):
            width, _ = struct.unpack(">II", (HARDWARE / target).read_bytes()[16:24])
            assert 600 <= width <= 2000, f"{target}: {width} pixels"


def test_sites_follow_their_rules() -> None:
    (ut, _, _), (mt, _, _), (lt, _, _) = (anatomy.ELECTRODES[site] for site in ("UT", "MT", "LT"))
    assert np.allclose(np.subtract(ut, anatomy.C7), np.subtract(anatomy.ACROMION, ut))
    assert mt[1] == pytest.approx(anatomy.T3[1], abs=5) and 0 < mt[0] < anatomy.TRIGONUM[0]
    assert np.allclose(np.subtract(lt, anatomy.TRIGONUM), 2 * np.subtract(anatomy.T8, lt))


def test_tactors_keep_their_distance() -> None:
    for pair, distance_mm in anatomy.distances_mm().items():
        assert distance_mm >= anatomy.TACTOR_CLEARANCE_MM, pair


def test_a_pod_turned_by_its_quaternion_points_out_of_the_skin() -> None:
    for directions in mounting.PLACES.values():
        for outward in directions:
            q = mounting.nominal(outward)
            assert np.allclose(mounting.rotate(q, (0.0, 0.0, 1.0)), outward)
            assert np.allclose(mounting.rotate(q, (0.0, 1.0, 0.0)), (0.0, 1.0, 0.0))


@pytest.mark.parametrize("side", [0, 1])
def test_pods_at_the_reference_places_have_the_axes_that_the_firmware_expects(side) -> None:
    source = (REPOSITORY / "firmware" / "rhomboid" / "tracking" / "neutral.py").read_text(encoding="utf-8")
    assigned = {ast.unparse(n.targets[0]): n.value for n in ast.parse(source).body if isinstance(n, ast.Assign)}
    thorax, scapula = ast.literal_eval(assigned["_REFERENCE_PODS_Q14"])
    outer_arm = ast.literal_eval(assigned["_OUTER_ARM_Q14"])[("right", "left")[side]]
    for place, axes in (("thorax, sternum", thorax), ("scapula, spine", scapula), ("humerus, outer side", outer_arm)):
        expected = mounting.pod_axes_q14(mounting.PLACES[place][side])
        assert axes in (expected, tuple(-part for part in expected)), place


def test_every_part_has_a_model() -> None:
    assert {path.stem for path in PARTS} == set(render.PARTS)


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.stem)
def test_each_part_is_closed_and_fits_the_bed(path) -> None:
    corners = stl.read(path)
    assert stl.open_edges(corners) == 0
    assert stl.volume_cm3(corners) > 0.5
    assert all(side <= bed for side, bed in zip(stl.size_mm(corners), stl.BED_MM, strict=True))


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.stem)
def test_each_part_is_one_watertight_body(path) -> None:
    trimesh = pytest.importorskip(
        "trimesh", reason="trimesh is not installed: open edges were counted by our own reader"
    )
    mesh = trimesh.load(path)
    assert mesh.is_watertight and mesh.is_winding_consistent
    assert mesh.volume / 1000 == pytest.approx(stl.volume_cm3(stl.read(path)), rel=1e-3)


def test_a_missing_triangle_is_found(tmp_path) -> None:
    corners = stl.read(PARTS[0])
    assert stl.open_edges(corners[1:]) == 3
    cut = tmp_path / "cut.stl"
    cut.write_bytes(PARTS[0].read_bytes()[:-10])
    with pytest.raises(ValueError, match="cut short"):
        stl.read(cut)
