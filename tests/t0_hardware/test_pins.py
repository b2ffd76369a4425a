"""Every pin, bus and address agrees between firmware, tables, diagrams and schematic; a wrong one is found."""

import importlib.util

import pytest

from hardware.schematic.read_netlist import read
from hardware.wiring.boards import BUILT, EXTENSIONS, HEADERS
from tests.t0_hardware import agreement
from tests.t0_hardware.agreement import HARDWARE, board

DIAGRAMS = ("imu_bus0", "imu_bus1", "emg", "tactors", "leads")
# lines that only the full device uses may come out on an extension connector
FULL_ONLY = ("PELVIS_INT", "PELVIS_RST", "SD_SCK", "SD_MOSI", "SD_MISO", "SD_CS")


def _page() -> str:
    return (HARDWARE / "wiring.md").read_text(encoding="utf-8")


def _diagram(name: str) -> str:
    return (HARDWARE / "wiring" / "harness" / f"{name}.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*BUILT, "rp2040_bench"])
def test_each_board_uses_its_chip_as_the_data_sheet_allows(name: str) -> None:
    assert agreement.chip_functions(board(name)) == []


@pytest.mark.parametrize("name", BUILT)
def test_each_pin_is_reachable_on_the_board(name: str) -> None:
    for signal, gpio in agreement.expected_pins(board(name)).items():
        extension = EXTENSIONS[name] if signal in FULL_ONLY else {}
        assert gpio in HEADERS[name] or gpio in extension, f"{signal}: GP{gpio} is not on the header of {name}"


def test_the_table_of_pins_says_what_the_firmware_says() -> None:
    assert agreement.pin_table(_page(), [board(name) for name in BUILT]) == []


def test_the_table_of_addresses_says_what_the_firmware_says() -> None:
    assert agreement.address_table(_page(), board("feather_rp2350")) == []


@pytest.mark.parametrize("name", DIAGRAMS)
def test_each_diagram_says_what_the_firmware_says(name: str) -> None:
    assert agreement.harness(_diagram(name), board("feather_rp2350")) == []


def test_the_diagrams_show_every_worn_sensor_and_channel() -> None:
    drawn = "".join(_diagram(name) for name in DIAGRAMS)
    values = board("feather_rp2350")
    for segment in (*values["IMU"], *values["OPTIONAL_IMU"]):
        assert f"{segment.upper()}_INT GP" in drawn and f"{segment.upper()}_RST GP" in drawn
    for channel in values["EMG_ADC_CHANNELS"]:
        assert f"GP{26 + channel}" in _diagram("emg")


def test_the_schematic_says_what_the_firmware_says() -> None:
    nets, values, _ = read(HARDWARE / "schematic")
    assert agreement.netlist(nets, values, board("feather_rp2350")) == []


@pytest.mark.parametrize(
    ("change", "found_by"),
    [
        (lambda b: b["IMU"].update(humerus=(1, 0x4A, 11, 12)), "pins harness netlist"),
        (lambda b: b["IMU"].update(scapula=(0, 0x4A, 9, 25)), "addresses harness netlist"),
        (lambda b: b["IMU"].update(thorax=(1, 0x4A, 6, 24)), "addresses harness netlist"),
        (lambda b: b.update(USB_SENSE=11), "pins netlist"),
        (lambda b: b["TACTOR_BUS"].update(upper=1), "addresses netlist"),
        (lambda b: b.update(EMG_ADC_CHANNELS=(1, 0, 2, 3)), "harness"),
        (lambda b: b.update(SD_SPI=(0, 22, 23, 20, 12)), "pins netlist"),
    ],
)
def test_a_wrong_pin_bus_or_address_is_found(change, found_by: str) -> None:
    values = board("feather_rp2350")
    change(values)
    nets, parts, _ = read(HARDWARE / "schematic")
    checks = {
        "pins": agreement.pin_table(_page(), [values, *(board(name) for name in BUILT[1:])]),
        "addresses": agreement.address_table(_page(), values),
        "harness": [problem for name in DIAGRAMS for problem in agreement.harness(_diagram(name), values)],
        "netlist": agreement.netlist(nets, parts, values),
    }
    for check in found_by.split():
        assert checks[check], f"{check} did not see it"


def test_a_wrong_drawing_is_found() -> None:
    values = board("feather_rp2350")
    swapped = _diagram("imu_bus0").replace('"SDA", "GND", "SCL"', '"SCL", "GND", "SDA"')
    assert agreement.harness(swapped, values)
    assert agreement.pin_table(_page().replace("GP24 (24)", "GP25 (24)", 1), [board(name) for name in BUILT])
    nets, parts, _ = read(HARDWARE / "schematic")
    nets["THORAX_INT"], nets["SCAPULA_INT"] = nets["SCAPULA_INT"], nets["THORAX_INT"]
    assert agreement.netlist(nets, parts, values)


def test_the_harness_files_are_yaml() -> None:
    if importlib.util.find_spec("yaml") is None:
        pytest.skip("PyYAML is not installed: the files were read as the part of YAML that they use")
    import yaml

    for name in DIAGRAMS:
        assert yaml.safe_load(_diagram(name)) == agreement.parse_harness(_diagram(name))
