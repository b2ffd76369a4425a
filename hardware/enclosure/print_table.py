"""The table of printed parts: size, mass, material, count for one unit."""

from hardware.calculations.tables import markdown
from hardware.enclosure.stl import FOLDER, mass_g, material, read, size_mm

_USE = {
    "enclosure_standard_body": "1, unit and full",
    "enclosure_slim_body": "1, minimal (1200 mAh, one board)",
    "enclosure_lid": "1",
    "imu_pod_strap_base": "thorax, humerus, pelvis, head",
    "imu_pod_tape_base": "scapula",
    "imu_pod_lid": "one for each pod",
    "tactor_mount": "one for each tactor",
}


def report() -> str:
    rows = []
    for path in sorted(FOLDER.glob("*.stl")):
        size = size_mm(read(path))
        rows.append(
            (
                f"stl/{path.name}",
                " x ".join(f"{side:.1f}" for side in size),
                material(path.stem),
                f"{mass_g(path.stem):.0f}",
                _USE[path.stem],
            )
        )
    return markdown(("file", "size mm", "material", "g, solid", "how many"), rows)
