"""The virtual BNO08x on CPython, behind CircuitPython's names, so that foreign drivers can be run against it.

`load_model()` gives the same module that the interpreter runs; `Clock` is virtual time (its `monotonic` and `sleep`
take the place of a driver's `time`); `I2C` and `ResetPin` are what CircuitPython drivers expect of busio and
digitalio.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

_MODEL = Path(__file__).resolve().parent / "board" / "virtual" / "bno08x.py"
_NEVER = 1 << 62
_POLL_US = 5  # what a look at the clock costs, so that a driver that polls it gets on


def stub_modules() -> dict[str, types.ModuleType]:
    """Modules that drivers for MicroPython and CircuitPython import and CPython has not: put them into sys.modules."""
    micropython = types.ModuleType("micropython")
    micropython.const = lambda value: value  # type: ignore[attr-defined]
    busio = types.ModuleType("busio")
    busio.I2C = I2C  # type: ignore[attr-defined]
    typing = types.ModuleType("circuitpython_typing")
    typing.ReadableBuffer = typing.WriteableBuffer = object  # type: ignore[attr-defined]
    digitalio = types.ModuleType("digitalio")
    digitalio.Direction = types.SimpleNamespace(INPUT=0, OUTPUT=1)  # type: ignore[attr-defined]
    digitalio.DigitalInOut = ResetPin  # type: ignore[attr-defined]
    return {"micropython": micropython, "busio": busio, "circuitpython_typing": typing, "digitalio": digitalio}


def load_model() -> types.ModuleType:
    """The module of the virtual BNO08x (needs `micropython` from stub_modules in sys.modules)."""
    spec = importlib.util.spec_from_file_location("virtual_bno08x", _MODEL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Clock:
    """Virtual time in integer microseconds with the interface that the models want, and a driver's `time`."""

    def __init__(self) -> None:
        self._now_us = 0
        self._due: list[int] = []
        self._actions: list[Callable[[], None]] = []

    def now_us(self) -> int:
        """Time since the beginning."""
        return self._now_us

    def slot(self, action: Callable[[], None], name: str) -> int:
        """A new slot whose event calls `action()`."""
        self._due.append(_NEVER)
        self._actions.append(action)
        return len(self._due) - 1

    def at(self, slot: int, time_us: int) -> None:
        """The slot fires at `time_us`."""
        self._due[slot] = max(time_us, self._now_us)

    def cancel(self, slot: int) -> None:
        """The slot has nothing pending."""
        self._due[slot] = _NEVER

    def advance(self, us: int) -> None:
        """Let `us` microseconds pass."""
        target = self._now_us + us
        while self._due and min(self._due) <= target:
            slot = self._due.index(min(self._due))
            self._now_us = max(self._now_us, self._due[slot])
            self._due[slot] = _NEVER
            self._actions[slot]()
        self._now_us = max(self._now_us, target)

    def monotonic(self) -> float:
        """Seconds; looking costs a little time."""
        self.advance(_POLL_US)
        return self._now_us / 1e6

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.advance(round(seconds * 1e6))


class I2C:
    """busio.I2C on virtual devices; time passes by the bits."""

    def __init__(self, clock: Clock, devices: dict[int, Any], hz: int = 400_000) -> None:
        self._clock = clock
        self._devices = devices
        self._hz = hz
        self._locked = False

    def try_lock(self) -> bool:
        """Take the bus."""
        taken, self._locked = not self._locked, True
        return taken

    def unlock(self) -> None:
        """Give the bus back."""
        self._locked = False

    def _device(self, address: int, octets: int) -> Any:
        device = self._devices.get(address)
        if device is None or not device.present():
            raise OSError(5, "no acknowledge")
        self._clock.advance(device.stretch_us() + (11 + 9 * octets) * 1_000_000 // self._hz)
        return device

    def writeto(self, address: int, buffer: bytes | bytearray, *, start: int = 0, end: int | None = None) -> None:
        """Write buffer[start:end]."""
        data = bytes(buffer[start:end])
        self._device(address, len(data)).write(data)

    def readfrom_into(self, address: int, buffer: bytearray, *, start: int = 0, end: int | None = None) -> None:
        """Read into buffer[start:end]."""
        view = memoryview(buffer)[start:end]
        device = self._device(address, len(view))
        device.read(view)
        device.read_end()


class ResetPin:
    """digitalio.DigitalInOut on the RST line."""

    def __init__(self, line: Callable[[int], None]) -> None:
        self._line = line
        self._level = True
        self.direction = 0

    @property
    def value(self) -> bool:
        """Level of the line."""
        return self._level

    @value.setter
    def value(self, level: bool) -> None:
        if level != self._level:
            self._level = level
            self._line(int(level))
