"""What a meter and the log should show at each step of bring-up."""

from hardware.calculations import emg_noise, energy, i2c_bus
from hardware.calculations.tables import markdown
from hardware.wiring.boards import load
from hardware.wiring.device import build

USB_V = (4.4, 5.0, 5.5)
SENSE_OHM = (5600.0, 8200.0)  # R1, R2
ENABLE_OHM = (1000.0, 4700.0)  # R3, R4
RP2350_HIGH_V = 0.65 * 3.3  # input high, RP2350 data sheet
SWITCH_HIGH_V = 1.0  # TPS22918 data sheet, ON high
E9_OHM = 8200.0  # largest pull-down that erratum RP2350-E9 allows (Adafruit product text)


def sense_v(usb_v: float) -> float:
    return usb_v * SENSE_OHM[1] / sum(SENSE_OHM)


def enable_v() -> float:
    return 3.3 * ENABLE_OHM[1] / sum(ENABLE_OHM)


def report() -> str:
    """The table for bring_up.md."""
    unit = {bus.number: bus for bus in (i2c_bus.bus(build(load(), "unit"), number) for number in (0, 1))}
    rest = 2 * emg_noise.CODES
    training, ready = "SET and REST, unit (3 IMU, 4 EMG)", "READY, unit"
    rows = [
        (
            "2",
            "BAT+ against GND at the Feather's socket",
            "3.5 to 4.2 V, plus on BAT",
            "reversed plug: stop, never power up",
        ),
        ("2", "3V3 against GND", "3.2 to 3.4 V", "short on the carrier"),
        *(
            (
                "4",
                f"SDA{n} and SCL{n} against 3V3, power off, everything plugged in",
                f"about {bus.pull_up_ohm:.0f} ohm; {bus.pull_up_min_ohm:.0f} to {bus.pull_up_max_ohm:.0f} allowed",
                "too low: take R6-R9 of that bus out; too high: a breakout is not connected",
            )
            for n, bus in unit.items()
        ),
        (
            "4",
            "USB_SENSE with USB plugged in",
            f"{sense_v(USB_V[1]):.2f} V ({sense_v(USB_V[0]):.2f} to {sense_v(USB_V[2]):.2f})",
            "R1, R2",
        ),
        ("4", "USB_SENSE without USB", "below 0.1 V", "R2; without it the pin can hang at 2 V (RP2350-E9)"),
        ("7", "EMG_ON, firmware running, no USB", f"{enable_v():.2f} V", "R3, R4"),
        ("7", "EMG_ON with USB plugged in", "below 0.2 V, whatever the firmware says", "Q1, R5"),
        ("7", "EMG_3V3 without / with USB", "3.2 to 3.4 V / below 0.3 V", "U2, FB1"),
        (
            "8",
            "RAW of each MyoWare at rest",
            f"1.60 to 1.70 V (counts about {rest})",
            "output switch not on RAW, gain turned",
        ),
        ("8", "envelope at rest, electrodes on, arm hanging", "3 to 12 uV", "electrode dry, cable screen open"),
        (
            "9",
            "current at the cell, READY",
            f"{energy.current_ma(ready, False):.0f} to {energy.current_ma(ready):.0f} mA",
            "write it into calculations/energy.py",
        ),
        (
            "9",
            "current at the cell, SET",
            f"{energy.current_ma(training, False):.0f} to {energy.current_ma(training):.0f} mA",
            "above: a MyoWare or an IMU is shorted",
        ),
    ]
    return markdown(("step", "measure", "expected", "otherwise"), rows)
