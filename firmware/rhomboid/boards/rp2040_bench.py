"""The pico board sampling all four ADC inputs, for measuring on an RP2040."""

NAME = "rp2040_bench"
MCU = "rp2040"
CPU_HZ = 125_000_000
FILES_BYTES = 1_408 * 1024
I2C = {0: (4, 5, 400_000), 1: (2, 3, 400_000)}
IMU = {
    "thorax": (0, 0x4A, 6, 7),
    "scapula": (0, 0x4B, 8, 9),
    "humerus": (1, 0x4A, 10, 11),
}
OPTIONAL_IMU = {"pelvis": (1, 0x4B, 12, 13)}
TACTOR_BUS = {"upper": 0, "lower": 1}
FUEL_GAUGE_BUS = 1
EMG_ADC_CHANNELS = (0, 1, 2, 3)  # GP26..GP29
EMG_POWER = 14
USB_SENSE = 15
BUTTON = 22
LED = 21
SD_SPI = (0, 18, 19, 16, 17)
