"""The bills of materials cover every item of the wiring, and a missing one is found."""

import csv
import io

import pytest

from hardware.wiring.boards import load
from hardware.wiring.device import LEADS, VARIANTS, Device, build
from tests.t0_hardware.agreement import HARDWARE

_PLUG = {"xh2": "XHP-2", "xh3": "XHP-3", "xh6": "XHP-6", "xh7": "XHP-7"}


def _bill(variant: str) -> list[dict[str, str]]:
    text = (HARDWARE / "bom" / f"{variant}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def _missing(bill: list[dict[str, str]], device: Device) -> list[str]:
    """What the wiring has and `bill` lacks."""
    listed = {ref: line for line in bill for ref in line["refs"].split() if not line["maker_number"].startswith("XHP")}
    wrong = [f"{ref} ({part.value})" for ref, part in device.parts.items() if ref not in listed]
    wrong += [name for name, *_ in LEADS if name not in listed]
    metres: dict[str, float] = {}
    for cable in device.cables:
        if cable.name not in listed:
            wrong.append(cable.name)
        metres[cable.item] = metres.get(cable.item, 0.0) + cable.length_m
        plug = _PLUG[device.parts[cable.connector].item]
        if not any(line["maker_number"] == plug and cable.name in line["refs"].split() for line in bill):
            wrong.append(f"plug {plug} of {cable.name}")
    wrong += [f"{item}: {length:.2f} m" for item, length in metres.items()
              if sum(float(line["count"]) for line in bill if line["item"] == item) < length - 1e-9]  # fmt: skip
    contacts = sum(len(cable.cores) for cable in device.cables)
    if sum(float(line["count"]) for line in bill if line["item"] == "contact") < contacts:
        wrong.append("contacts")
    return wrong


@pytest.mark.parametrize("variant", VARIANTS)
def test_everything_in_the_wiring_is_on_the_bill(variant: str) -> None:
    assert _missing(_bill(variant), build(load(), variant)) == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_counts_are_those_of_the_references(variant: str) -> None:
    for line in _bill(variant):
        if line["refs"] and line["unit"] == "pc":
            assert int(line["count"]) == len(line["refs"].split()), line["item"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_line_can_be_ordered_and_no_price_is_without_a_date(variant: str) -> None:
    for line in _bill(variant):
        assert all(line[column] for column in ("item", "part", "maker", "maker_number", "count", "where")), line
        assert bool(line["unit_price_usd"]) == bool(line["price_as_of"]), line["item"]


@pytest.mark.parametrize("item", ["imu", "cable_6", "plug7", "r_1k8", "esd", "lra", "contact"])
def test_a_line_that_is_left_out_is_found(item: str) -> None:
    bill = [line for line in _bill("unit") if line["item"] != item]
    assert _missing(bill, build(load(), "unit"))


def test_the_variants_are_what_they_promise() -> None:
    counts = {
        variant: {line["item"]: float(line["count"]) for line in _bill(variant)}
        for variant in ("minimal", "unit", "full")
    }
    assert [counts[v]["imu"] for v in VARIANTS] == [2, 3, 5]
    assert [counts[v]["emg"] for v in VARIANTS] == [2, 4, 4]
    assert [counts[v]["lra"] for v in VARIANTS] == [1, 2, 2]
    assert ["microsd" in counts[v] for v in VARIANTS] == [False, False, True]
