"""Mass of the worn device, from the bill of materials and the volumes of the printed parts.

Masses of bought parts are in bom/catalogue.py (maker's figures where given, otherwise estimates, +-20 %); printed parts
are solid (PETG 1.27, TPU 1.21 g/cm3). Electrodes and straps count as worn.
"""

from hardware.bom.catalogue import CATALOGUE
from hardware.bom.write_bom import lines
from hardware.calculations.tables import markdown
from hardware.enclosure.stl import mass_g
from hardware.wiring.boards import load
from hardware.wiring.device import VARIANTS, build

_GROUPS = {
    "cell": ("cell",),
    "sensors": ("imu", "emg", "lra", "electrode"),
    "straps": ("webbing_40", "webbing_25", "buckle_25", "buckle_40", "hook_loop", "tape", "strap_pin"),
    "cables": (
        "cable_6",
        "cable_3s",
        "cable_2",
        "plug2",
        "plug3",
        "plug6",
        "plug7",
        "contact",
        "hookup",
        "ph_extension",
        "ph_jumper",
    ),
}


def printed_g(item: str, count: float, variant: str) -> float:
    """Mass of the printed parts behind one line of the bill."""
    if item == "print_enclosure":
        return count * (
            mass_g("enclosure_slim_body" if variant == "minimal" else "enclosure_standard_body")
            + mass_g("enclosure_lid")
        )
    if item == "print_pod":
        return count * (mass_g("imu_pod_strap_base") + mass_g("imu_pod_lid"))
    return count * mass_g("tactor_mount")


def groups_g(variant: str) -> dict[str, float]:
    """Mass by group; a second spare pod of the full variant is not worn and not counted."""
    result = dict.fromkeys((*_GROUPS, "printed parts", "electronics in the enclosure"), 0.0)
    for item, (count, _, _) in lines(build(load(), variant)).items():
        worn = count - 1 if variant == "full" and item in ("imu", "print_pod") else count
        if item.startswith("print_"):
            result["printed parts"] += printed_g(item, worn, variant)
            continue
        group = next((name for name, items in _GROUPS.items() if item in items), "electronics in the enclosure")
        if item == "hookup":
            worn = 1.0  # a third of what is bought
        result[group] += worn * CATALOGUE[item].mass_g
    return result


def total_g(variant: str) -> float:
    return sum(groups_g(variant).values())


def report() -> str:
    """The table for budgets.md."""
    found = {variant: groups_g(variant) for variant in VARIANTS}
    rows = [(name, *(f"{found[variant][name]:.0f}" for variant in VARIANTS)) for name in found["unit"]]
    rows.append(("together", *(f"{total_g(variant):.0f}" for variant in VARIANTS)))
    return markdown(("grams", *VARIANTS), rows)
