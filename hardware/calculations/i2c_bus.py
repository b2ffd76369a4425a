"""Capacitance, pull-ups, rise time and sink current of both I2C buses at 400 kHz.

Limits: I2C specification UM10204 rev. 7, table 10, fast mode: 400 pF, 300 ns from 0.3 to 0.7 of the supply
(t = 0.8473 R C), 3 mA at 0.4 V, 10 pF for each pin.
"""

import math
from dataclasses import dataclass

from hardware.calculations.tables import markdown
from hardware.wiring.boards import load
from hardware.wiring.device import CABLE_M, VARIANTS, Device, build, pull_up_ohm

LIMIT_PF, LIMIT_NS, SINK_MA, LOW_V = 400.0, 300.0, 3.0, 0.4
SUPPLY_MAX_V = 3.4  # 3.3 V regulator, +3 % (engineering choice)
PIN_PF = 10.0
BREAKOUT_PF, CARRIER_PF, SOCKET_PF = 5.0, 15.0, 2.0  # engineering choice: 1 pF per cm of track
ESD_PF = 3.5  # USBLC6-4 data sheet, I/O to ground, maximum
ON_BOARD_OHM = 10_000.0  # each Adafruit breakout; to be measured (bring-up step 3)
TOLERANCE = 0.01
_BREAKOUTS = ("imu", "haptic_driver", "fuel_gauge", "microsd")


def cable_pf_per_m() -> float:
    """One core against the others of a loose bundle of six 28 AWG silicone wires (0.38 mm, 1.2 mm over the silicone).

    Pair: pi eps0 eps / acosh(D / d) with an effective permittivity of 2 (silicone 3, air between). In a ring of six,
    two neighbours touch and two lie at sqrt(3) of the distance; the opposite wire is screened by them.
    """
    conductor_mm, outer_mm, permittivity = 0.38, 1.2, 2.0
    near = math.pi * 8.854 * permittivity / math.acosh(outer_mm / conductor_mm)
    far = math.pi * 8.854 * permittivity / math.acosh(math.sqrt(3) * outer_mm / conductor_mm)
    return math.ceil((2 * near + 2 * far) / 10) * 10


@dataclass(frozen=True)
class Bus:
    """Results for one bus: ohms for the weakest pull-up possible, without whatever the controller board carries."""

    variant: str
    number: int
    cable_m: float
    capacitance_pf: float
    external_ohm: float
    pull_up_ohm: float
    rise_ns: float
    sink_ma: float
    pull_up_max_ohm: float
    pull_up_min_ohm: float

    @property
    def controller_min_ohm(self) -> float:
        """Lowest pull-up that the controller board may add before 3 mA are passed."""
        return 1 / (1 / self.pull_up_min_ohm - 1 / self.pull_up_ohm)

    @property
    def holds(self) -> bool:
        return self.capacitance_pf <= LIMIT_PF and self.rise_ns <= LIMIT_NS and self.sink_ma <= SINK_MA


def bus(device: Device, number: int) -> Bus:
    """Bus `number` of `device`; the optional socket is counted with its longer cable (head)."""
    pins = device.nets()[f"I2C{number}_SDA"]
    items = [device.parts[ref].item for ref, _ in pins]
    sockets = [ref for ref, _ in pins if device.parts[ref].item.startswith("xh")]
    lengths_m = [
        max(c.length_m, CABLE_M["head"] if c.length_m == CABLE_M["pelvis"] else 0.0)
        for c in device.cables
        if c.connector in sockets
    ]
    breakouts = sum(item in _BREAKOUTS for item in items)
    capacitance_pf = (
        sum(lengths_m) * cable_pf_per_m()
        + (breakouts + 1) * PIN_PF
        + breakouts * BREAKOUT_PF
        + items.count("esd") * ESD_PF
        + len(sockets) * SOCKET_PF
        + CARRIER_PF
    )
    known = sum(item in _BREAKOUTS and item != "microsd" for item in items)  # the Adalogger's are not counted on
    external_ohm = pull_up_ohm(device.variant, number)
    together_ohm = 1 / (known / ON_BOARD_OHM + 1 / external_ohm)
    return Bus(
        device.variant,
        number,
        sum(lengths_m),
        capacitance_pf,
        external_ohm,
        together_ohm,
        0.8473 * together_ohm * (1 + TOLERANCE) * capacitance_pf / 1000,
        (SUPPLY_MAX_V - LOW_V) / (together_ohm * (1 - TOLERANCE)) * 1000,
        LIMIT_NS / (0.8473 * capacitance_pf) * 1000,
        (SUPPLY_MAX_V - LOW_V) / SINK_MA * 1000,
    )


def buses() -> list[Bus]:
    return [bus(build(load(), variant), number) for variant in VARIANTS for number in (0, 1)]


def report() -> str:
    """The table for budgets.md."""
    rows = [
        (
            b.variant,
            b.number,
            f"{b.cable_m:.2f}",
            f"{b.capacitance_pf:.0f}",
            f"{b.external_ohm:.0f}",
            f"{b.pull_up_ohm:.0f}",
            f"{b.rise_ns:.0f}",
            f"{b.sink_ma:.1f}",
            f"{b.pull_up_min_ohm:.0f}-{b.pull_up_max_ohm:.0f}",
            f"{b.controller_min_ohm / 1000:.1f}",
            "yes" if b.holds else "NO",
        )
        for b in buses()
    ]
    head = (
        "variant",
        "bus",
        "cable m",
        "pF (<= 400)",
        "R6-R9 ohm",
        "with breakouts",
        "rise ns (<= 300)",
        "sink mA (<= 3)",
        "allowed ohm",
        "Feather's own, kohm, at least",
        "holds",
    )
    note = (
        f"Cable {cable_pf_per_m():.0f} pF/m; {ON_BOARD_OHM / 1000:.0f} kohm on each breakout. Everything together, "
        f"measured with the power off between a line and 3V3, has to lie within the allowed ohms."
    )
    return f"{markdown(head, rows)}\n\n{note}"
