"""The board files of the firmware as data, and where each of their pins comes out on the real board.

The board files (firmware/rhomboid/boards/) are the one source of truth for pins. The header maps below say only which
GPIO is reachable where; they hold no choice.
"""

import runpy
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "firmware" / "rhomboid" / "boards"
REFERENCE = "feather_rp2350"
BUILT = (REFERENCE, "pico2_w", "pico")  # rp2040_bench is a pico for measuring, nothing is wired to its fourth input

# Adafruit Feather RP2350 (product 6000): CircuitPython ports/raspberrypi/boards/adafruit_feather_rp2350/pins.c,
# adafruit/Adafruit-Feather-RP2350-PCB prettypins.svg, pico-sdk boards/adafruit_feather_rp2350.h
_FEATHER_HEADER = {
    26: "A0", 27: "A1", 28: "A2", 29: "A3", 24: "24", 25: "25", 22: "SCK", 23: "MO", 20: "MI", 1: "RX", 0: "TX",
    8: "PSRAM_CS", 7: "7", 4: "4", 11: "11", 10: "10", 9: "9", 6: "6", 5: "5", 3: "SCL", 2: "SDA",
}  # fmt: skip
_FEATHER_HSTX = {
    12: "HSTX_D2P", 13: "HSTX_D2N", 14: "HSTX_CKP", 15: "HSTX_CKN",
    16: "HSTX_D1P", 17: "HSTX_D1N", 18: "HSTX_D0P", 19: "HSTX_D0N",
}  # fmt: skip
# Raspberry Pi Pico, Pico 2 W: pin number on the 40-pin outline (Pico data sheet, pinout)
_PICO_HEADER = {
    0: "1", 1: "2", 2: "4", 3: "5", 4: "6", 5: "7", 6: "9", 7: "10", 8: "11", 9: "12", 10: "14", 11: "15", 12: "16",
    13: "17", 14: "19", 15: "20", 16: "21", 17: "22", 18: "24", 19: "25", 20: "26", 21: "27", 22: "29", 26: "31",
    27: "32", 28: "34",
}  # fmt: skip

HEADERS = {REFERENCE: _FEATHER_HEADER, "pico2_w": _PICO_HEADER, "pico": _PICO_HEADER}
EXTENSIONS = {REFERENCE: _FEATHER_HSTX, "pico2_w": {}, "pico": {}}
DEFAULT_SITES = ("UT", "MT", "LT", "LAT")  # design: emg_sites, in the order of the ADC channels


@dataclass(frozen=True)
class Board:
    """One board file: GPIO numbers, bus -> (SDA, SCL, Hz), segment -> (bus, address, INT, RST)."""

    name: str
    i2c: dict[int, tuple[int, int, int]]
    imu: dict[str, tuple[int, int, int, int]]
    optional_imu: dict[str, tuple[int, int, int, int]]
    tactor_bus: dict[str, int]
    fuel_gauge_bus: int
    emg_adc_channels: tuple[int, ...]
    emg_power: int
    usb_sense: int
    button: int
    led: int
    sd_spi: tuple[int, int, int, int, int]

    def label(self, gpio: int) -> str:
        """What is printed beside the pin: a header position, or a line of the HSTX connector."""
        return {**HEADERS[self.name], **EXTENSIONS[self.name]}[gpio]

    def signals(self) -> dict[str, int]:
        """Every signal of the board file with its GPIO; the names are those of the nets and tables."""
        pins = {}
        for bus, (sda, scl, _) in self.i2c.items():
            pins[f"I2C{bus}_SDA"], pins[f"I2C{bus}_SCL"] = sda, scl
        for segment, (_, _, interrupt, reset) in {**self.imu, **self.optional_imu}.items():
            pins[f"{segment.upper()}_INT"], pins[f"{segment.upper()}_RST"] = interrupt, reset
        pins |= {f"EMG_ADC{channel}": 26 + channel for channel in self.emg_adc_channels}
        pins |= {"EMG_POWER": self.emg_power, "USB_SENSE": self.usb_sense, "BUTTON": self.button, "LED": self.led}
        pins |= dict(zip(("SD_SCK", "SD_MOSI", "SD_MISO", "SD_CS"), self.sd_spi[1:], strict=True))
        return pins

    def addresses(self) -> list[tuple[str, int, int]]:
        """(part, bus, 7-bit address) of everything on the I2C buses that the firmware talks to."""
        parts = [(segment, bus, address) for segment, (bus, address, _, _) in {**self.imu, **self.optional_imu}.items()]
        parts += [(f"tactor_{place}", bus, TACTOR_ADDRESS) for place, bus in self.tactor_bus.items()]
        return [*parts, ("fuel_gauge", self.fuel_gauge_bus, FUEL_GAUGE_ADDRESS)]


TACTOR_ADDRESS = 0x5A  # DRV2605L data sheet SLOS854; fixed, hence one tactor on each bus
FUEL_GAUGE_ADDRESS = 0x36  # MAX17048 data sheet; fixed


def load(name: str = REFERENCE, folder: Path = FOLDER) -> Board:
    """The board file `name`; raises FileNotFoundError or KeyError naming what is missing."""
    values = runpy.run_path(str(folder / f"{name}.py"))
    return Board(
        name=name, i2c=values["I2C"], imu=values["IMU"], optional_imu=values["OPTIONAL_IMU"],
        tactor_bus=values["TACTOR_BUS"], fuel_gauge_bus=values["FUEL_GAUGE_BUS"],
        emg_adc_channels=values["EMG_ADC_CHANNELS"], emg_power=values["EMG_POWER"], usb_sense=values["USB_SENSE"],
        button=values["BUTTON"], led=values["LED"], sd_spi=values["SD_SPI"],
    )  # fmt: skip
