"""Makes everything that is generated under hardware/: python -m hardware.render [--pictures].

Texts need Python alone. Pictures and STL files need wireviz, dot, kicad-cli, rsvg-convert, openscad and xvfb-run; what
each was made from is kept in pictures.json, so that a test can tell a picture older than its source.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hardware import results
from hardware.bom import write_bom
from hardware.enclosure import stl
from hardware.schematic import write_schematic
from hardware.wearing import draw
from hardware.wiring import write_harness
from hardware.wiring.boards import load
from hardware.wiring.device import VARIANTS, build

FOLDER = Path(__file__).resolve().parent
MANIFEST = FOLDER / "pictures.json"
TOOLS = ("wireviz", "dot", "kicad-cli", "rsvg-convert", "openscad", "xvfb-run")
_SCAD = "enclosure/{}.scad"
# STL file -> (model, definitions)
PARTS = {
    "enclosure_standard_body": ("enclosure", ('part="body"',)),
    "enclosure_slim_body": ("enclosure", ('part="body"', 'size="slim"')),
    "enclosure_lid": ("enclosure", ('part="lid"',)),
    "imu_pod_strap_base": ("imu_pod", ('part="base"',)),
    "imu_pod_tape_base": ("imu_pod", ('part="base"', 'style="tape"')),
    "imu_pod_lid": ("imu_pod", ('part="lid"',)),
    "tactor_mount": ("tactor_mount", ()),
}
# picture -> (model, camera, definitions)
VIEWS = {
    "enclosure_standard": ("enclosure", "0,0,25,62,0,-35,330", ('part="both"',)),
    "enclosure_usb_end": ("enclosure", "-20,0,18,70,0,-75,260", ('part="body"',)),
    "enclosure_slim": ("enclosure", "0,0,15,55,0,150,300", ('part="body"', 'size="slim"')),
    "imu_pod_strap": ("imu_pod", "0,0,10,58,0,-30,140", ('part="both"',)),
    "imu_pod_tape": ("imu_pod", "0,0,5,50,0,-30,130", ('part="base"', 'style="tape"')),
    "tactor_mount": ("tactor_mount", "0,0,0,45,0,-25,140", ()),
}


class ToolMissing(Exception):
    """A program that makes pictures is not installed."""


def texts() -> dict[str, str]:
    """Path below hardware/ -> text, for every generated text file except the tables inside the pages."""
    files = {f"bom/{variant}.csv": write_bom.render(variant) for variant in VARIANTS}
    files |= {f"wiring/harness/{name}": text for name, text in write_harness.render().items()}
    files |= {f"schematic/{name}": text for name, text in write_schematic.render(build(load(), "full")).items()}
    return files | {f"wearing/pictures/{name}": drawing.svg() for name, drawing in draw.render().items()}


def sources() -> dict[str, tuple[str, ...]]:
    """Picture or STL file -> the files below hardware/ that it is made from."""
    made: dict[str, tuple[str, ...]] = {}
    for name in write_harness.render():
        stem = f"wiring/harness/{Path(name).stem}"
        made |= {f"{stem}.{kind}": (f"wiring/harness/{name}",) for kind in ("svg", "png")}
    made |= {f"schematic/pictures/{name}.png": (f"schematic/{name}.kicad_sch",) for name in write_schematic.SHEETS}
    made |= {f"wearing/pictures/{Path(name).stem}.png": (f"wearing/pictures/{name}",) for name in draw.render()}
    shared = _SCAD.format("parameters")
    made |= {f"enclosure/stl/{name}.stl": (_SCAD.format(model), shared) for name, (model, _) in PARTS.items()}
    return made | {
        f"enclosure/pictures/{name}.png": (_SCAD.format(model), shared) for name, (model, _, _) in VIEWS.items()
    }


def digest(paths: tuple[str, ...]) -> str:
    """SHA-256 over the texts of `paths`."""
    total = hashlib.sha256()
    for path in paths:
        total.update((FOLDER / path).read_bytes().replace(b"\r\n", b"\n"))
    return total.hexdigest()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])}: {(done.stderr or done.stdout).strip()[-400:]}")


def _defines(definitions: tuple[str, ...]) -> Iterator[str]:
    for definition in definitions:
        yield from ("-D", definition)


def pictures() -> None:
    """Make every picture and STL file whose source changed. Raises ToolMissing."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise ToolMissing(f"not installed: {', '.join(missing)}")
    known = json.loads(MANIFEST.read_text(encoding="utf-8")) if MANIFEST.exists() else {}
    wanted = {target: digest(paths) for target, paths in sources().items()}
    stale = {target for target in wanted if known.get(target) != wanted[target] or not (FOLDER / target).exists()}
    for target in sorted(stale):
        path = FOLDER / target
        path.parent.mkdir(exist_ok=True)
        source = str(FOLDER / sources()[target][0])
        if source.endswith(".yml"):
            _run("wireviz", "-f", path.suffix[1:2], source)
        elif source.endswith(".dot"):
            _run("dot", f"-T{path.suffix[1:]}", "-Gdpi=110", source, "-o", str(path))
        elif source.endswith(".svg"):
            _run("rsvg-convert", "-w", "1400", source, "-o", str(path))
        elif path.suffix == ".stl":
            _part(path)
        elif source.endswith(".scad"):
            model, camera, definitions = VIEWS[path.stem]
            _run(
                "xvfb-run",
                "-a",
                "openscad",
                "-q",
                "-o",
                str(path),
                "--imgsize=1000,750",
                "--colorscheme=Tomorrow",
                "--render",
                f"--camera={camera}",
                *_defines(definitions),
                source,
            )
    if any(target.startswith("schematic/") for target in stale):
        _schematic()
    MANIFEST.write_text(json.dumps(wanted, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _part(path: Path) -> None:
    model, definitions = PARTS[path.stem]
    with tempfile.TemporaryDirectory() as folder:
        ascii_path = Path(folder) / "part.stl"
        _run("openscad", "-q", "-o", str(ascii_path), *_defines(definitions), str(FOLDER / _SCAD.format(model)))
        stl.write(path, stl.from_ascii(ascii_path.read_text(encoding="ascii")))


def _schematic() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _run("kicad-cli", "sch", "export", "svg", "-o", folder, str(FOLDER / "schematic" / "rhomboid.kicad_sch"))
        for name in write_schematic.SHEETS:
            picture = FOLDER / "schematic" / "pictures" / f"{name}.png"
            picture.parent.mkdir(exist_ok=True)
            _run(
                "rsvg-convert",
                "-w",
                "1400",
                "-b",
                "white",
                str(Path(folder) / f"rhomboid-{name}.svg"),
                "-o",
                str(picture),
            )


def main() -> int:
    for name, text in texts().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if "--pictures" in sys.argv[1:]:
        try:
            pictures()
        except ToolMissing as error:
            print(f"pictures: {error}", file=sys.stderr)
            return 1
    results.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
