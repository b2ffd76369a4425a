"""The RC filter before each ADC pin, at 4 kS/s for each channel, summed by four to 1 kS/s.

Chain: MyoWare 2.0 RAW (first-order low-pass 498 Hz) -> R, C -> ADC -> sum of four conversions (boxcar).
Demand: the corner, at its highest tolerance, stays at or below a quarter of the rate, that is half of the Nyquist
frequency (2x margin); the pass band up to 250 Hz, which holds 97 % of the power (domain 2.1), loses less than 0.5 dB.
"""

import math

from hardware.calculations.tables import markdown

RATE_HZ, DECIMATION = 4000.0, 4
R_OHM, C_FARAD = 1800.0, 100e-9
R_TOLERANCE, C_TOLERANCE = 0.01, 0.05
FRONT_END_HZ = 498.0  # design section 2
ADC_INPUT_OHM = 100e3  # RP2040 data sheet, ADC input impedance, typical; taken for the RP2350 as well
ADC_CAPACITOR_F = 1e-12  # sampling capacitor, engineering bound
LSB_UV = 3.3e6 / 4096


def corner_hz(r_ohm: float = R_OHM, c_farad: float = C_FARAD) -> float:
    return 1 / (2 * math.pi * r_ohm * c_farad)


def corner_range_hz() -> tuple[float, float]:
    low = corner_hz(R_OHM * (1 + R_TOLERANCE), C_FARAD * (1 + C_TOLERANCE))
    return low, corner_hz(R_OHM * (1 - R_TOLERANCE), C_FARAD * (1 - C_TOLERANCE))


def first_order_db(frequency_hz: float, at_hz: float) -> float:
    return -10 * math.log10(1 + (frequency_hz / at_hz) ** 2)


def boxcar_db(frequency_hz: float) -> float:
    phase = math.pi * frequency_hz / RATE_HZ
    return 20 * math.log10(max(abs(math.sin(DECIMATION * phase) / (DECIMATION * math.sin(phase))), 1e-6))


def margin() -> float:
    """Nyquist frequency over the highest corner; the bar is 2."""
    return RATE_HZ / 2 / corner_range_hz()[1]


def kick_lsb() -> float:
    """Step that one sampling takes out of C at half the supply, in conversions' units."""
    return 1.65e6 * ADC_CAPACITOR_F / C_FARAD / LSB_UV


def report() -> str:
    """The tables for budgets.md."""
    low, high = corner_range_hz()
    rows = []
    for frequency, meaning in (
        (100.0, "EMG, middle of the band"),
        (250.0, "97 % of the EMG power is below"),
        (400.0, "top of the band"),
        (750.0, "folds to 250 Hz at 1 kS/s"),
        (970.0, "folds to 30 Hz at 1 kS/s"),
        (3500.0, "folds to 500 Hz at 4 kS/s"),
        (3900.0, "folds to 100 Hz at 4 kS/s"),
    ):
        rc, front, box = (
            first_order_db(frequency, corner_hz()),
            first_order_db(frequency, FRONT_END_HZ),
            boxcar_db(frequency),
        )
        folds_before_boxcar = frequency > RATE_HZ / 2
        box_shown = "does not apply" if folds_before_boxcar else f"{box:.1f}"
        total = rc + front + (0.0 if folds_before_boxcar else box)
        rows.append((f"{frequency:.0f}", f"{front:.1f}", f"{rc:.1f}", box_shown, f"{total:.1f}", meaning))
    table = markdown(("Hz", "front end dB", "RC dB", "sum of four dB", "together dB", "what"), rows)
    gain = ADC_INPUT_OHM / (ADC_INPUT_OHM + R_OHM)
    note = (
        f"R = {R_OHM / 1000:.1f} kohm (1 %), C = {C_FARAD * 1e9:.0f} nF (5 %): corner {corner_hz():.0f} Hz, "
        f"between {low:.0f} and {high:.0f} Hz; Nyquist {RATE_HZ / 2:.0f} Hz is {margin():.2f} times the highest corner "
        f"(bar: 2). RC alone at 250 Hz: {first_order_db(250, low):.2f} dB at worst. Loss in the ADC's input resistance "
        f"{100 * (1 - gain):.1f} % (drops out with %MVC); "
        f"one sampling moves C by {kick_lsb():.3f} LSB. Delay {1e6 * R_OHM * C_FARAD:.0f} us."
    )
    return f"{table}\n\n{note}"
