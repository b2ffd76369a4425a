"""A source through sensors and front end into files of little-endian integers, written in blocks of bounded memory.

imu_<segment>.i32: int32 (n, 4), unit quaternion w, x, y, z in Q28, sensor to laboratory, on the sensor's own grid.
adc.u16: uint16 (m, channels), 12-bit conversions in round-robin order; each channel at its own conversion instant.
Both begin at stimulus time 0, which lies lead_in_s before the source's t = 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from host_tools.stimuli.front_end import FrontEnd
from host_tools.stimuli.sensor_errors import SAMPLE_HZ, SensorErrors, draw_sensor_errors
from host_tools.stimuli.source import SEGMENTS, Array, Source

# 4 kHz per channel, decimated by four on the device (design section 4)
CHANNEL_HZ = 4000.0
_BLOCK_S = 20.0


@dataclass(frozen=True)
class ImuStream:
    """One orientation stream and the grid it lies on; see SensorErrors."""

    path: Path
    phase_us: int
    clock_ppm: float


@dataclass(frozen=True)
class Streams:
    """The files of one stimulus of duration_s seconds."""

    duration_s: float
    imus: dict[str, ImuStream]
    adc: Path
    channels: int


class Silence:
    """A channel with nothing over it."""

    def read(self, count: int) -> Array:
        """Zeros."""
        return np.zeros(count)


def write_streams(
    source: Source,
    sites: tuple[str | None, ...],
    folder: Path,
    seed: int,
    ideal: bool,
    lead_in_s: float,
    duration_s: float,
    progress: Callable[[float], None] = lambda share: None,
) -> Streams:
    """Write the streams of `duration_s` seconds into the folder; sites in the order of the ADC channels, None = unused.

    The same seed gives the same bytes, whatever the block size. `progress` hears the share done, 0 to 1.
    """
    sensor_rng, adc_rng = np.random.default_rng([seed, 1]).spawn(2)
    imus = {}
    # a generator for each sensor: a longer run begins as a shorter one does
    for index, (segment, rng) in enumerate(zip(SEGMENTS, sensor_rng.spawn(len(SEGMENTS)), strict=True)):
        sensor = draw_sensor_errors(rng, duration_s, ideal)
        path = folder / f"imu_{segment}.i32"
        _write_orientation(source, segment, sensor, path, lead_in_s, duration_s)
        imus[segment] = ImuStream(path, sensor.phase_us, sensor.clock_ppm)
        progress((index + 1) / (len(SEGMENTS) + 1))
    path = folder / "adc.u16"
    _write_conversions(source, sites, adc_rng, ideal, path, lead_in_s, duration_s)
    progress(1.0)
    return Streams(duration_s, imus, path, len(sites))


def _write_orientation(
    source: Source, segment: str, sensor: SensorErrors, path: Path, lead_in_s: float, duration_s: float
) -> None:
    block = int(_BLOCK_S * SAMPLE_HZ)
    # a slow clock takes fewer samples; the last ones lie past the end
    total = int(np.ceil(duration_s * SAMPLE_HZ)) + 1
    last = np.array([1.0, 0.0, 0.0, 0.0])
    with path.open("wb") as file:
        for first in range(0, total, block):
            t_s = sensor.sample_times(first, min(block, total - first))
            seen = sensor.measured(source.orientation(segment, t_s - lead_in_s), t_s)
            wxyz = seen.as_quat(scalar_first=True)
            # q and -q are the same turn; neighbours stay on the same side
            flips = np.sign((wxyz * np.vstack([last, wxyz[:-1]])).sum(axis=1))
            wxyz *= np.cumprod(np.where(flips < 0, -1.0, 1.0))[:, None]
            last = wxyz[-1]
            file.write(np.rint(wxyz * 2**28).astype("<i4").tobytes())


def _write_conversions(
    source: Source,
    sites: tuple[str | None, ...],
    rng: np.random.Generator,
    ideal: bool,
    path: Path,
    lead_in_s: float,
    duration_s: float,
) -> None:
    block = int(_BLOCK_S * CHANNEL_HZ)
    total = int(np.ceil(duration_s * CHANNEL_HZ))
    slot_s = 1 / CHANNEL_HZ / len(sites)
    signals = [
        source.emg(site, index * slot_s - lead_in_s, CHANNEL_HZ) if site else Silence()
        for index, site in enumerate(sites)
    ]
    front_ends = [FrontEnd(channel_rng, CHANNEL_HZ, ideal) for channel_rng in rng.spawn(len(sites))]
    with path.open("wb") as file:
        for first in range(0, total, block):
            count = min(block, total - first)
            frames = np.empty((count, len(sites)), dtype="<u2")
            for index, (signal, front_end) in enumerate(zip(signals, front_ends, strict=True)):
                frames[:, index] = front_end.convert(signal.read(count))
            file.write(frames.tobytes())
