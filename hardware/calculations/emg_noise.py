"""Noise of the EMG chain in microvolts at the electrodes: electrode and amplifier, ADC, gain of oversampling.

Sources: gain 200 and 3 uV rms of electrode noise (design sections 2 and 7); ENOB 8.7 of the RP2040 with DNL peaks at
512, 1536, 2560, 3584 (erratum RP2040-E11; data sheet 4.9.3); 9 ENOB claimed for the RP2350 (its data sheet; users
measured about 7.5, arduino-pico discussion 2763); 0.97 LSB rms of input noise near mid-scale (pico-adc.markomo.me).
"""

import math

from hardware.calculations.tables import markdown

GAIN, SUPPLY_V, CODES, SUMMED = 200.0, 3.3, 4096, 4
ELECTRODE_UV = 3.0
ENOB = {"RP2040 (E11)": 8.7, "RP2350 (data sheet)": 9.0, "RP2350 (as users measured)": 7.5}
INPUT_NOISE_LSB = 0.97
DNL_CODES = (512, 1536, 2560, 3584)
DNL_STEP_LSB = 8.9  # largest DNL measured, pico-adc.markomo.me
SMALLEST_PEAK_UV = 80.0  # LAT envelope peak, domain 2.1


def conversion_uv() -> float:
    """One step of the 12-bit conversion, at the electrodes."""
    return SUPPLY_V / CODES / GAIN * 1e6


def count_uv() -> float:
    """One count of the sum of four."""
    return conversion_uv() / SUMMED


def noise_of_enob_uv(bits: float) -> float:
    """rms of one conversion, at the electrodes, if all of the error were white noise."""
    return SUPPLY_V / 2**bits / math.sqrt(12) / GAIN * 1e6


def after_oversampling_uv(uv: float) -> float:
    return uv / math.sqrt(SUMMED)


def clear_of_peaks_uv() -> float:
    """Amplitude at the electrodes up to which the signal, centred at half the supply, meets no DNL peak."""
    return min(abs(code - CODES // 2) for code in DNL_CODES) * conversion_uv()


def report() -> str:
    """The tables for budgets.md."""
    rows = []
    cases = {
        **{f"{name}, ENOB {bits}": noise_of_enob_uv(bits) for name, bits in ENOB.items()},
        f"small signal, {INPUT_NOISE_LSB} LSB rms": INPUT_NOISE_LSB * conversion_uv(),
    }
    for name, uv in cases.items():
        summed = after_oversampling_uv(uv)
        total = math.hypot(summed, ELECTRODE_UV)
        envelope = total * math.sqrt(2 / math.pi)
        ratio = 20 * math.log10(SMALLEST_PEAK_UV / envelope)
        rows.append((name, f"{uv:.1f}", f"{summed:.1f}", f"{total:.1f}", f"{envelope:.1f}", f"{ratio:.0f}"))
    head = (
        "ADC",
        "one conversion uV rms",
        "sum of four",
        "with electrodes 3.0",
        "envelope at rest uV",
        "LAT peak 80 uV over it, dB",
    )
    note = (
        f"One conversion step is {conversion_uv():.2f} uV, one count of the sum {count_uv():.3f} uV; summing four "
        f"white errors gains {20 * math.log10(math.sqrt(SUMMED)):.0f} dB ({math.log2(SUMMED) / 2:.0f} bit). "
        f"The ENOB rows are bounds: ENOB is taken with a full-scale sine that crosses every DNL peak, while EMG below "
        f"{clear_of_peaks_uv() / 1000:.2f} mV at the electrodes stays between the codes {DNL_CODES[1]} and "
        f"{DNL_CODES[2]} and meets none. A stronger burst meets steps of up to {DNL_STEP_LSB * conversion_uv():.0f} uV "
        f"({DNL_STEP_LSB} LSB), {100 * DNL_STEP_LSB * conversion_uv() / clear_of_peaks_uv():.1f} % of its amplitude."
    )
    return f"{markdown(head, rows)}\n\n{note}"
