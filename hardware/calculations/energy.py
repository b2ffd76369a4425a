"""Current of each mode, and the hours that the cell gives.

Every load has a usual and an upper figure with its source. D: read in a data sheet or measurement that was opened;
M: from memory of the data sheet, not opened here; E: engineering bound. Bring-up step 9 measures what counts.
"""

from dataclasses import dataclass

from hardware.calculations.tables import markdown

CELL_MAH = {"Adafruit 328": 2500.0, "Adafruit 258": 1200.0}
CHOSEN = "Adafruit 328"
USABLE = 0.85  # the 3.3 V rail leaves regulation near 3.5 V (E)
AGED = 0.90  # after about 200 cycles (E)
CHARGE_MA = 200.0  # Feather's charger (Adafruit product text)
TRAINING_H, POSTURE_H = 8.0, 24.0
FIRST_RUNG, LAST_RUNG = 15, 3  # per cent, as in firmware/rhomboid/supervision/low_battery.py


@dataclass(frozen=True)
class Load:
    usual_ma: float
    upper_ma: float
    source: str


LOADS = {
    "RP2350, loop and waits between ticks": Load(
        18.0, 30.0, "E; 26 mA at 5 V for a Pico in MicroPython (Pimoroni forum), D"
    ),
    "RP2350, posture loop": Load(12.0, 20.0, "E: 10 ms tick, core asleep between, no ADC"),
    "RP2350, asleep, 20 looks a second": Load(
        2.0, 6.0, "M: machine.lightsleep of the rp2 port; bring-up step 9 measures"
    ),
    "IMU, fusion at 100 Hz, each": Load(10.0, 15.0, "M: BNO055/BNO08x data sheets, 12.3 mA with all sensors on"),
    "IMU held in reset, each": Load(0.5, 3.0, "E: the data sheet gives no figure; bring-up step 9 measures"),
    "MyoWare 2.0, each": Load(9.0, 14.0, "M: MyoWare AT-04-001 data sheet, 9 typical, 14 maximum"),
    "tactor, 2 % of the time at 70 mA": Load(1.4, 1.4, "E: duty limit of the patterns; LRA 2 Vrms, M"),
    "LED, gauge, NeoPixel at rest, leakage": Load(
        3.0, 5.0, "NeoPixel up to 1 mA (Pimoroni forum), MAX17048 23 uA (data sheet), D; rest E"
    ),
    "microSD, raw log": Load(8.0, 30.0, "E: one 512-byte block every 10 ms"),
}
MODES = {  # mode -> (load, count)
    "SET and REST, unit (3 IMU, 4 EMG)": {
        "RP2350, loop and waits between ticks": 1,
        "IMU, fusion at 100 Hz, each": 3,
        "MyoWare 2.0, each": 4,
        "tactor, 2 % of the time at 70 mA": 1,
        "LED, gauge, NeoPixel at rest, leakage": 1,
    },
    "SET and REST, full (4 IMU, 4 EMG, raw log)": {
        "RP2350, loop and waits between ticks": 1,
        "IMU, fusion at 100 Hz, each": 4,
        "MyoWare 2.0, each": 4,
        "tactor, 2 % of the time at 70 mA": 1,
        "LED, gauge, NeoPixel at rest, leakage": 1,
        "microSD, raw log": 1,
    },
    "SET and REST, minimal (2 IMU, 2 EMG)": {
        "RP2350, loop and waits between ticks": 1,
        "IMU, fusion at 100 Hz, each": 2,
        "MyoWare 2.0, each": 2,
        "tactor, 2 % of the time at 70 mA": 1,
        "LED, gauge, NeoPixel at rest, leakage": 1,
    },
    "POSTURE, unit, EMG power off": {
        "RP2350, posture loop": 1,
        "IMU, fusion at 100 Hz, each": 3,
        "tactor, 2 % of the time at 70 mA": 1,
        "LED, gauge, NeoPixel at rest, leakage": 1,
    },
    "POSTURE, unit, EMG power on": {
        "RP2350, loop and waits between ticks": 1,
        "IMU, fusion at 100 Hz, each": 3,
        "MyoWare 2.0, each": 4,
        "tactor, 2 % of the time at 70 mA": 1,
        "LED, gauge, NeoPixel at rest, leakage": 1,
    },
    "READY, unit": {
        "RP2350, loop and waits between ticks": 1,
        "IMU, fusion at 100 Hz, each": 3,
        "MyoWare 2.0, each": 4,
        "LED, gauge, NeoPixel at rest, leakage": 1,
    },
    "SLEEP, unit": {
        "RP2350, asleep, 20 looks a second": 1,
        "IMU held in reset, each": 3,
        "LED, gauge, NeoPixel at rest, leakage": 1,
    },
}


def current_ma(mode: str, upper: bool = True) -> float:
    return sum(count * (LOADS[load].upper_ma if upper else LOADS[load].usual_ma) for load, count in MODES[mode].items())


def hours(mode: str, cell: str = CHOSEN, upper: bool = True) -> float:
    return CELL_MAH[cell] * USABLE * AGED / current_ma(mode, upper)


def percent_per_hour(mode: str) -> float:
    """What the fuel gauge of an aged cell counts down in an hour at the upper current."""
    return 100 * current_ma(mode) / (CELL_MAH[CHOSEN] * AGED)


def needed_mah(mode: str, wanted_h: float) -> float:
    """Capacity that gives `wanted_h` at the upper current, aged."""
    return wanted_h * current_ma(mode) / (USABLE * AGED)


def report() -> str:
    """The tables for budgets.md."""
    loads = markdown(
        ("load", "usual mA", "upper mA", "source"),
        ((name, load.usual_ma, load.upper_ma, load.source) for name, load in LOADS.items()),
    )
    rows = []
    for mode in MODES:
        bar = TRAINING_H if mode.startswith("SET") else POSTURE_H if mode.startswith("POSTURE") else None
        verdict = "" if bar is None else f"{bar:.0f} h: {'met' if hours(mode) >= bar else 'NOT met'}"
        rows.append(
            (
                mode,
                f"{current_ma(mode, False):.0f}",
                f"{current_ma(mode):.0f}",
                f"{hours(mode, upper=False):.0f}",
                f"{hours(mode):.1f}",
                f"{hours(mode, 'Adafruit 258'):.1f}",
                verdict,
            )
        )
    head = (
        "mode",
        "usual mA",
        "upper mA",
        f"usual h, {CELL_MAH[CHOSEN]:.0f} mAh",
        "h at the upper figure",
        "the same, 1200 mAh",
        "bar",
    )
    modes = markdown(head, rows)
    hourly = percent_per_hour("SET and REST, unit (3 IMU, 4 EMG)")
    training, posture = "SET and REST, unit (3 IMU, 4 EMG)", "POSTURE, unit, EMG power off"
    note = (
        f"Usable {100 * USABLE:.0f} % of a cell aged to {100 * AGED:.0f} %. Needed at the upper figures: "
        f"{needed_mah(training, TRAINING_H):.0f} mAh for {TRAINING_H:.0f} h of training, "
        f"{needed_mah(posture, POSTURE_H):.0f} mAh for {POSTURE_H:.0f} h of posture with the EMG power off. "
        f"Training takes at most {hourly:.0f} % of the cell in an hour: from the warning at {FIRST_RUNG} % to the "
        f"end at {LAST_RUNG} % there are {(FIRST_RUNG - LAST_RUNG) / hourly:.1f} h. "
        f"Charging at {CHARGE_MA:.0f} mA takes about {CELL_MAH[CHOSEN] / CHARGE_MA * 1.15:.0f} h."
    )
    return f"{loads}\n\n{modes}\n\n{note}"
