"""Adafruit Feather RP2350 without PSRAM (product 6000), the reference device."""

NAME = "feather_rp2350"
MCU = "rp2350"
CPU_HZ = 150_000_000
FILES_BYTES = 7 * 1024 * 1024
# bus number: (SDA, SCL, Hz)
I2C = {0: (4, 5, 400_000), 1: (2, 3, 400_000)}
# segment: (bus, address, INT, RST); the fourth is optional and needs the HSTX breakout for its lines.
# The header position that other Feathers call D12 is GP4 here; GP8 is the pad marked PSRAM_CS, free without PSRAM.
IMU = {
    "thorax": (0, 0x4A, 6, 24),
    "scapula": (0, 0x4B, 9, 25),
    "humerus": (1, 0x4A, 11, 8),
}
OPTIONAL_IMU = {"pelvis": (1, 0x4B, 14, 15)}
TACTOR_BUS = {"upper": 0, "lower": 1}
FUEL_GAUGE_BUS = 1
EMG_ADC_CHANNELS = (0, 1, 2, 3)  # GP26..GP29
EMG_POWER = 0
USB_SENSE = 10
BUTTON = 1  # to ground, pull-up
LED = 7
SD_SPI = (0, 22, 23, 20, 13)  # SPI number, SCK, MOSI, MISO, CS (CS wired to the HSTX breakout, GP13)
