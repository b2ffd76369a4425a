"""Delay from a movement, or a muscle's signal, to the moment the tactor moves; the target is 100 ms (domain 3)."""

from hardware.calculations.tables import markdown

TARGET_MS = 100.0
_BITS_PER_BYTE, _BUS_HZ = 9, 400_000


def transfer_ms(bytes_: int) -> float:
    return bytes_ * _BITS_PER_BYTE / _BUS_HZ * 1000


# (step, usual ms, worst ms, source)
COMMON = (
    ("tick grid of 10 ms", 5.0, 10.0, "design section 4"),
    ("arithmetic of one tick", 1.5, 3.0, "project's own budget for the RP2040"),
    ("DRV2605L: library, sequence, GO", transfer_ms(14), transfer_ms(14), "14 bytes at 400 kHz"),
    ("DRV2605L start", 0.7, 1.0, "M: SLOS854, 0.7 ms from GO"),
    ("LRA to felt strength", 20.0, 30.0, "domain 3"),
)
MOTION = (
    ("sensor's own interval, 100 Hz", 5.0, 10.0, "BNO08x report interval"),
    ("INT to read", 0.5, 1.0, "design section 6"),
    (
        "reading three sensors",
        2 * transfer_ms(25),
        3 * transfer_ms(25),
        "4 + 5 + 14 bytes and addresses each, two share a bus",
    ),
    ("common time of all segments", 20.0, 20.0, "tracking lag, fixed"),
)
EMG = (
    ("anti-alias filter", 0.2, 0.2, "calculations/antialias.py"),
    ("sum of four, ring", 1.0, 10.0, "block of one tick"),
    ("high-pass 30 Hz, mains", 1.0, 2.0, "E: group delay inside the band"),
    ("envelope 6 Hz, second order", 37.5, 37.5, "sqrt(2) / (2 pi 6 Hz)"),
)


def total_ms(chain: tuple, worst: bool) -> float:
    return sum(step[2 if worst else 1] for step in (*chain, *COMMON))


def report() -> str:
    """The table for budgets.md."""
    rows = [(step, f"{usual:.1f}", f"{worst:.1f}", source) for step, usual, worst, source in (*MOTION, *EMG, *COMMON)]
    table = markdown(("step", "usual ms", "worst ms", "source"), rows)
    note = (
        f"Motion to tactor: {total_ms(MOTION, False):.0f} ms usual, {total_ms(MOTION, True):.0f} ms worst. "
        f"EMG envelope to tactor: {total_ms(EMG, False):.0f} ms usual, {total_ms(EMG, True):.0f} ms worst. "
        f"Target {TARGET_MS:.0f} ms. The dwell time of a rule comes on top: it is part of the rule, not of the chain."
    )
    return f"{table}\n\n{note}"
