"""Puts the computed tables between their marks in the pages: python -m hardware.results."""

from collections.abc import Callable
from pathlib import Path

from hardware.calculations import antialias, emg_noise, energy, i2c_bus, latency, readings, weight
from hardware.calculations.tables import insert, marks
from hardware.enclosure import print_table
from hardware.wearing import mounting
from hardware.wiring import write_tables

FOLDER = Path(__file__).resolve().parent
BLOCKS: dict[str, Callable[[], str]] = {
    "i2c_bus": i2c_bus.report,
    "antialias": antialias.report,
    "emg_noise": emg_noise.report,
    "energy": energy.report,
    "latency": latency.report,
    "weight": weight.report,
    "readings": readings.report,
    "pins": write_tables.pins,
    "addresses": write_tables.addresses,
    "sockets": write_tables.sockets,
    "cables": write_tables.cables,
    "power_tree": write_tables.power_tree,
    "mounting": mounting.report,
    "printed_parts": print_table.report,
}


def pages() -> list[Path]:
    return sorted(path for path in FOLDER.glob("*.md") if marks(path.read_text(encoding="utf-8")))


def filled(page: str) -> str:
    """`page` with every block computed anew; raises KeyError for a mark without a calculation."""
    for name in marks(page):
        page = insert(page, name, BLOCKS[name]())
    return page


def main() -> None:
    for path in pages():
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
