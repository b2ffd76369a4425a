"""A few lines of firmware on the virtual board: what the tests of the twin have in common."""

import json
from array import array
from pathlib import Path
from typing import Any

from host_tools.twin.run import EmgStream, Result, Scenario, run

# pins of feather_rp2350
SETUP = """
import machine, micropython, rp2, time
from array import array
from machine import I2C, Pin, mem32
def say(*values):
    print(*values)
def bus(number, timeout=50000):
    sda, scl = ((4, 5), (2, 3))[number]
    return I2C(number, sda=Pin(sda), scl=Pin(scl), freq=400000, timeout=timeout)
def enable(i2c, address=0x4A, interval_us=10000):
    i2c.writeto(address, bytes((21, 0, 2, 0, 0xFD, 8, 0, 0, 0)) + interval_us.to_bytes(4, "little") + bytes(8))
def cargo(i2c, address=0x4A, size=64):
    buffer = bytearray(size)
    i2c.readfrom_into(address, buffer)
    return buffer
def drain(i2c, address=0x4A):
    while cargo(i2c, address, 300)[0]:
        pass
"""


def run_main(folder: Path, source: str, **scenario: Any) -> Result:
    """Run `source` (after SETUP) as main.py; without streams nothing moves."""
    firmware = folder / "firmware"
    firmware.mkdir(parents=True)
    (firmware / "main.py").write_text(SETUP + source)
    scenario.setdefault("library", ())
    return run(Scenario(firmware=firmware, **scenario), folder / "out")


def said(result: Result) -> list[Any]:
    """What main.py printed, one JSON value a line."""
    return [json.loads(line.replace("'", '"')) for line in result.console.splitlines()]


def ramp_emg(path: Path, frames: int, columns: int = 4) -> EmgStream:
    """Every conversion tells its channel (thousands) and its frame (modulo 1000)."""
    samples = array("H", (column * 1000 + frame % 1000 for frame in range(frames) for column in range(columns)))
    path.write_bytes(samples.tobytes())
    return EmgStream(path, columns)


def turning_imu(path: Path, frames: int) -> Path:
    """A slow turn about the sensor's x axis: x is 8192 + the frame number in units of 2^-16."""
    values = array("i")
    for frame in range(frames):
        x = (8192 + frame) << 12
        values.extend([(1 << 28) - 1, x, 0, 0])
    path.write_bytes(values.tobytes())
    return path
