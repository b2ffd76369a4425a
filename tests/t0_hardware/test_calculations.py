"""The values in the pages are the output of the scripts, and the scripts keep the limits that they state."""

import math

import pytest

from hardware import results
from hardware.calculations import antialias, emg_noise, energy, i2c_bus, latency, readings, weight
from hardware.calculations.tables import insert, marks
from hardware.wiring.boards import load
from hardware.wiring.device import build
from tests.interpreters import FIRMWARE
from tests.t0_hardware.agreement import HARDWARE


def test_every_computed_block_stands_in_a_page() -> None:
    found = [name for path in results.pages() for name in marks(path.read_text(encoding="utf-8"))]
    assert sorted(found) == sorted(results.BLOCKS)


@pytest.mark.parametrize("path", results.pages(), ids=lambda path: path.name)
def test_each_page_holds_what_the_scripts_compute_now(path) -> None:
    page = path.read_text(encoding="utf-8")
    assert results.filled(page) == page, "run python -m hardware.results"


def test_a_value_changed_by_hand_is_found() -> None:
    page = (HARDWARE / "budgets.md").read_text(encoding="utf-8")
    assert f"corner {antialias.corner_hz():.0f} Hz" in page
    changed = page.replace(f"corner {antialias.corner_hz():.0f} Hz", "corner 1000 Hz")
    assert results.filled(changed) != changed
    with pytest.raises(KeyError):
        insert(page, "no_such_block", "")


@pytest.mark.parametrize("bus", i2c_bus.buses(), ids=lambda bus: f"{bus.variant}-{bus.number}")
def test_each_bus_keeps_the_limits_of_fast_mode(bus: i2c_bus.Bus) -> None:
    assert bus.holds
    assert bus.pull_up_min_ohm < bus.pull_up_ohm < bus.pull_up_max_ohm
    # the rise time by integration of the charging curve, independent of the factor in the script
    tau_ns = bus.pull_up_ohm * 1.01 * bus.capacitance_pf / 1000
    rise_ns = tau_ns * (math.log(1 / (1 - 0.7)) - math.log(1 / (1 - 0.3)))
    assert bus.rise_ns == pytest.approx(rise_ns, rel=1e-3) and rise_ns <= 300


def test_a_longer_cable_would_break_the_limit() -> None:
    device = build(load(), "unit")
    device.cables = [type(c)(c.name, c.item, c.connector, c.part, 3 * c.length_m, c.cores) for c in device.cables]
    assert not i2c_bus.bus(device, 0).holds


def test_the_filter_has_twice_the_margin_and_spares_the_band() -> None:
    assert antialias.margin() >= 2
    assert antialias.first_order_db(250, antialias.corner_range_hz()[0]) > -0.5
    device = build(load(), "unit")
    for i in range(4):  # the calculated values are the ones in the schematic
        assert device.parts[f"R{11 + i}"].value == f"{antialias.R_OHM / 1000:.1f}k"
        assert device.parts[f"C{11 + i}"].value == f"{antialias.C_FARAD * 1e9:.0f}n"


def test_the_boxcar_is_the_sum_of_four() -> None:
    for frequency in (50.0, 400.0, 750.0):
        phases = [2 * math.pi * frequency * k / antialias.RATE_HZ for k in range(antialias.DECIMATION)]
        gain = math.hypot(sum(map(math.cos, phases)), sum(map(math.sin, phases))) / antialias.DECIMATION
        assert antialias.boxcar_db(frequency) == pytest.approx(20 * math.log10(gain), abs=1e-6)


def test_noise_uses_the_projects_count_and_leaves_room_for_the_weakest_muscle() -> None:
    assert emg_noise.count_uv() == pytest.approx(1.007, abs=0.001)  # design section 4
    small = math.hypot(emg_noise.after_oversampling_uv(emg_noise.INPUT_NOISE_LSB * emg_noise.conversion_uv()), 3.0)
    assert small < 4.0 < emg_noise.SMALLEST_PEAK_UV / 10


def rungs() -> tuple[int, ...]:
    """The rungs of the firmware's ladder, per cent."""
    source = (FIRMWARE / "rhomboid/supervision/low_battery.py").read_text()
    values: dict[str, tuple[int, ...]] = {}
    exec(next(line for line in source.splitlines() if line.startswith("PERCENT = ")), values)
    return values["PERCENT"]


def test_the_chosen_cell_lasts_as_long_as_asked() -> None:
    for mode in energy.MODES:
        if mode.startswith("SET"):
            assert energy.hours(mode) >= energy.TRAINING_H, mode
    assert energy.hours("POSTURE, unit, EMG power off") >= energy.POSTURE_H
    assert energy.hours("SLEEP, unit") >= 3 * 24
    percent = rungs()
    assert (energy.FIRST_RUNG, energy.LAST_RUNG) == (percent[0], percent[-1])
    assert all(load.usual_ma <= load.upper_ma and load.source for load in energy.LOADS.values())


def test_a_cue_reaches_the_skin_within_the_target() -> None:
    for chain in (latency.MOTION, latency.EMG):
        assert latency.total_ms(chain, worst=False) <= latency.total_ms(chain, worst=True) <= latency.TARGET_MS


def test_weight_grows_with_the_variant() -> None:
    minimal, unit, full = (weight.total_g(variant) for variant in ("minimal", "unit", "full"))
    assert minimal < unit < full < 600


def test_usb_is_seen_over_its_whole_range_and_pull_downs_obey_the_erratum() -> None:
    low, _, high = (readings.sense_v(volts) for volts in readings.USB_V)
    assert low > readings.RP2350_HIGH_V and high <= 3.3
    assert readings.enable_v() > readings.SWITCH_HIGH_V
    assert readings.SENSE_OHM[1] <= readings.E9_OHM and sum(readings.ENABLE_OHM) <= readings.E9_OHM
    device = build(load(), "unit")
    assert [device.parts[ref].value for ref in ("R1", "R2", "R3", "R4")] == ["5.6k", "8.2k", "1k", "4.7k"]
