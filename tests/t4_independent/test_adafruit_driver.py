"""The unmodified Adafruit driver on CPython talks to the virtual BNO08x: the sensor's independent proof."""

import importlib
import math
import random
import sys
from types import ModuleType, SimpleNamespace

import pytest

from host_tools.twin.circuitpython import I2C, Clock, ResetPin, load_model, stub_modules

Q28 = 1 << 28
GAME_ROTATION_VECTOR = 0x08


class RandomOrientation:
    """A random unit quaternion for every grid step; remembers which steps were asked for."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._frames: dict[int, tuple[int, int, int, int]] = {}
        self.asked: list[int] = []

    def frame(self, index: int) -> tuple[int, int, int, int]:
        self.asked.append(index)
        if index not in self._frames:
            v = [self._chance.gauss(0, 1) for _ in range(4)]
            norm = math.hypot(*v)
            w, x, y, z = (round(c / norm * Q28) for c in v)
            self._frames[index] = w, x, y, z
        return self._frames[index]


def _rounded_q14(product_q56: int) -> int:
    return (product_q56 + (1 << 41)) // (1 << 42)


def expected_ijkr_q14(frame: tuple[int, int, int, int], heading: tuple[int, int]) -> tuple[int, ...]:
    """Heading about the vertical times frame, in exact integers, rounded once; the driver's order."""
    w, x, y, z = frame
    a, b = heading
    turned = (a * x - b * y, a * y + b * x, a * z + b * w, a * w - b * z)
    return tuple(_rounded_q14(component) for component in turned)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A running virtual sensor and the driver's module, both in virtual time."""
    for name, module in stub_modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    for name in [name for name in sys.modules if name.startswith("adafruit_")]:
        monkeypatch.delitem(sys.modules, name)
    model = load_model()
    clock = Clock()
    orientation = RandomOrientation(7)
    chance = random.Random(3)
    half = [chance.uniform(-math.pi, math.pi) / 2 for _ in range(8)]
    sensor = model.VirtualBno08x(
        clock,
        orientation,
        lambda level: None,
        [(round(math.cos(a) * Q28), round(math.sin(a) * Q28)) for a in half],
        [94_000, 150_000],
        [2100, 3300, 2700],
        interval_q10_us=2_548_000,
    )
    sensor.power_on()
    clock.advance(300_000)
    i2c_driver: ModuleType = importlib.import_module("adafruit_bno08x.i2c")
    monkeypatch.setattr(sys.modules["adafruit_bno08x"], "time", clock)
    monkeypatch.setattr(sys.modules["adafruit_bus_device.i2c_device"], "time", clock)
    return SimpleNamespace(
        clock=clock,
        sensor=sensor,
        orientation=orientation,
        bus=I2C(clock, {0x4A: sensor}),
        driver=i2c_driver.BNO08X_I2C,
        reset=ResetPin(sensor.reset_line),
    )


def test_it_resets_identifies_enables_and_reads_200_packets_equal_to_the_stimulus(bench: SimpleNamespace) -> None:
    imu = bench.driver(bench.bus, reset=bench.reset)
    assert imu._id_read
    assert bench.sensor.resets >= 3  # power, RST line, soft reset
    imu.enable_feature(GAME_ROTATION_VECTOR, 10_000)
    bench.sensor.begin_stimulus(bench.clock.now_us(), 700)
    equal = 0
    for _ in range(200):
        made = bench.sensor.reports_made
        while bench.sensor.reports_made == made:
            bench.clock.advance(500)
        i, j, k, real = imu.game_quaternion
        frame = bench.orientation.frame(bench.orientation.asked[-1])
        got = tuple(int(component * 16384) for component in (i, j, k, real))
        equal += got == expected_ijkr_q14(frame, bench.sensor.heading_q28())
    assert equal == 200


def test_it_begins_and_saves_a_calibration(bench: SimpleNamespace) -> None:
    imu = bench.driver(bench.bus, reset=bench.reset)
    imu.begin_calibration()
    assert imu._me_calibration_started_at > 0
    imu.save_calibration_data()
    assert imu._dcd_saved_at > 0


def test_a_soft_reset_alone_brings_it_up(bench: SimpleNamespace) -> None:
    imu = bench.driver(bench.bus)
    imu.enable_feature(GAME_ROTATION_VECTOR, 10_000)
    bench.clock.advance(50_000)
    assert imu.game_quaternion is not None
