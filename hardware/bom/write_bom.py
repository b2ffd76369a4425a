"""Writes one bill of materials per variant: python -m hardware.bom.write_bom."""

import csv
import io
import math
from pathlib import Path

from hardware.bom.catalogue import CATALOGUE
from hardware.wiring.boards import load
from hardware.wiring.device import CABLE_M, LEADS, VARIANTS, Device, build

FOLDER = Path(__file__).resolve().parent
COLUMNS = (
    "item",
    "part",
    "maker",
    "maker_number",
    "count",
    "unit",
    "where",
    "refs",
    "alternative",
    "unit_price_usd",
    "price_as_of",
)
_PLUGS = {"xh2": ("plug2", 2), "xh3": ("plug3", 3), "xh6": ("plug6", 6), "xh7": ("plug7", 6)}
_WHERE = {
    "imu": "pods on the body",
    "emg": "on the body",
    "lra": "tactor mounts on the body",
    "cell": "enclosure",
    "power_switch": "enclosure wall",
    "button": "enclosure lid",
    "electrode": "skin, per session",
    "fuse": "battery lead",
    "carrier": "enclosure",
    "headers": "carrier",
    "adapter": "carrier",
    "card": "Adalogger",
    "coin": "Adalogger",
    "insert": "enclosure",
    "screw_m3": "enclosure",
    "screw_m2": "pods",
    "print_enclosure": "waist",
    "print_pod": "body",
    "print_tactor": "body",
    "tape": "scapula pod, tactor upper",
    "webbing_40": "waist strap",
    "webbing_25": "chest, arm and head straps",
    "buckle_25": "chest strap",
    "buckle_40": "waist strap",
    "strap_pin": "enclosure ears",
    "hook_loop": "arm strap, cable ties",
}


def lines(device: Device) -> dict[str, tuple[float, str, list[str]]]:
    """item -> (count, unit, references) for everything in the wiring of `device` and what carries it."""
    found: dict[str, tuple[float, str, list[str]]] = {}

    def take(item: str, count: float, unit: str = "pc", ref: str | None = None) -> None:
        old_count, _, refs = found.get(item, (0, unit, []))
        found[item] = (old_count + count, unit, [*refs, ref] if ref else refs)

    for part in device.parts.values():
        take(part.item, 1, ref=part.ref)
    cables = [(cable.name, cable.item, cable.connector, cable.length_m) for cable in device.cables]
    if device.variant == "full":  # a second pod for the optional socket: pelvis or head, one at a time
        take("imu", 1, ref="A5")
        cables.append(("W5", "cable_6", "J4", CABLE_M["head"]))
    for name, item, connector, length_m in cables:
        take(item, length_m, "m", name)
        plug, ways = _PLUGS[device.parts[connector].item]
        take(plug, 1, ref=name)
        take("contact", ways)
    for name, item, _, _, _ in LEADS:
        take(item, 3.0 if item == "hookup" else 1, "m" if item == "hookup" else "pc", name)
    pods, sensors = len(found["imu"][2]), len(found["emg"][2])
    tactors = len(found["lra"][2])
    take("carrier", 2)  # Feather, filters and sockets on one, breakouts on the other
    take("headers", 1)
    take("adapter", len(found["esd"][2]) + len(found["load_switch"][2]))
    if device.variant == "full":
        take("card", 1)
        take("coin", 1)
    take("electrode", 3 * sensors)
    take("print_enclosure", 1)
    take("print_pod", pods)
    take("print_tactor", tactors)
    take("insert", 4)
    take("screw_m3", 4)
    take("screw_m2", 2 * pods)
    take("tape", 2)
    take("strap_pin", 2)
    take("webbing_40", 1.2, "m")
    take("webbing_25", {"minimal": 1.2, "unit": 1.7, "full": 2.4}[device.variant], "m")
    take("buckle_25", 1)
    take("buckle_40", 1)
    take("hook_loop", 0.5, "m")
    return found


def render(variant: str) -> str:
    """The CSV text of `variant`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    device = build(load(), variant)
    for item, (count, unit, refs) in lines(device).items():
        entry = CATALOGUE[item]
        amount = f"{math.ceil(count * 10) / 10:.1f}" if unit == "m" else f"{count:.0f}"
        sheet = device.parts[refs[0]].sheet if refs and refs[0] in device.parts else ""
        where = _WHERE.get(item, f"carrier, {sheet}" if sheet else "cables")
        writer.writerow(
            (
                item,
                entry.part,
                entry.maker,
                entry.number,
                amount,
                unit,
                where,
                " ".join(refs),
                entry.alternative,
                entry.price,
                entry.price_as_of,
            )
        )
    return out.getvalue()


def main() -> None:
    for variant in VARIANTS:
        (FOLDER / f"{variant}.csv").write_text(render(variant), encoding="utf-8")


if __name__ == "__main__":
    main()
