"""A recording from a C3D file: ISB frames from anatomical markers, EMG from analog channels, names by a mapping file.

The mapping (TOML; mappings/default.toml is the pattern) names the marker of each landmark, the channel of each site
and the size of one analog unit.
"""

import struct
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ezc3d
import numpy as np

from host_tools.errors import BadInput
from host_tools.stimuli import isb
from host_tools.stimuli.recording import Recording, checked_emg, checked_emg_rate, gap_text
from host_tools.stimuli.source import SITES, Array

DEFAULT_MAPPING = Path(__file__).with_name("mappings") / "default.toml"
LANDMARKS = ("IJ", "PX", "C7", "T8", "AA", "TS", "AI", "GH", "EL", "EM")


@dataclass(frozen=True)
class Mapping:
    """Names in a C3D file: landmark to marker, site to analog channel; microvolts per analog unit."""

    landmarks: dict[str, str]
    sites: dict[str, str]
    microvolt_per_unit: float


def read_mapping(path: Path = DEFAULT_MAPPING) -> Mapping:
    """Read a mapping file; raises BadInput when it is absent, not TOML, or incomplete."""
    if not path.is_file():
        raise BadInput(f"{path}: no such mapping file; copy {DEFAULT_MAPPING.name} and change the names")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: not TOML ({error}); mend that line") from error
    landmarks, sites = table.get("landmarks", {}), table.get("sites", {})
    absent = [name for name in LANDMARKS if name not in landmarks]
    if absent:
        raise BadInput(f"{path}: [landmarks] lacks {', '.join(absent)}; name the marker of each")
    unknown = [site for site in sites if site not in SITES]
    if unknown:
        raise BadInput(f"{path}: unknown site {', '.join(unknown)} in [sites]; known are {', '.join(SITES)}")
    scale = table.get("emg", {}).get("microvolt_per_unit")
    if not isinstance(scale, int | float) or not scale > 0:
        raise BadInput(f"{path}: [emg] microvolt_per_unit is not a number above 0; give 1e6 for volts")
    return Mapping(dict(landmarks), dict(sites), float(scale))


def read_c3d_recording(path: Path, mapping: Mapping) -> Recording:
    """Build the recording of the three segments and the mapped sites.

    Raises BadInput naming the file and every missing marker and channel, gaps in a needed marker, or an EMG rate
    under 500 Hz.
    """
    if not path.is_file():
        raise BadInput(f"{path}: no such file; check the path")
    try:
        content = ezc3d.c3d(str(path))
    except (OSError, RuntimeError, ValueError, IndexError) as error:
        reason = " ".join(str(error).split())[:120]
        raise BadInput(f"{path}: not a readable C3D file ({reason}); export it again") from error
    markers = {name.split(":")[-1]: index for index, name in enumerate(_labels(content, "POINT"))}
    channels: dict[str, int] = {}
    for index, name in enumerate(_labels(content, "ANALOG")):
        channels.setdefault(name, index)
        channels.setdefault(name.split(".")[0], index)
    absent = [f"marker {name}" for name in mapping.landmarks.values() if name not in markers]
    absent += [f"channel {name}" for name in mapping.sites.values() if name not in channels]
    if absent:
        raise BadInput(f"{path}: missing {', '.join(absent)}; name them in a mapping file (--mapping)")

    point_rate_hz = float(content["parameters"]["POINT"]["RATE"]["value"][0])
    points = content["data"]["points"]
    announced = _announced_frames(path)
    if points.shape[2] < announced:
        raise BadInput(f"{path}: ends after {points.shape[2]} of {announced} frames; copy or export it again")
    t_s = np.arange(points.shape[2]) / point_rate_hz
    if len(t_s) < 2:
        raise BadInput(f"{path}: {len(t_s)} frames; a recording needs at least 2")
    at = {
        landmark: _trajectory(path, name, points[:3, markers[name]].T, t_s)
        for landmark, name in mapping.landmarks.items()
        if landmark in LANDMARKS
    }
    rotations = {
        "thorax": isb.thorax_frame(at["IJ"], at["PX"], at["C7"], at["T8"]),
        "scapula": isb.scapula_frame(at["AA"], at["TS"], at["AI"]),
        "humerus": isb.humerus_frame(at["GH"], at["EL"], at["EM"]),
    }
    emg_rate_hz = checked_emg_rate(str(path), float(content["parameters"]["ANALOG"]["RATE"]["value"][0]))
    analog = content["data"]["analogs"][0]
    signals = {
        site: checked_emg(str(path), site, analog[channels[name]] * mapping.microvolt_per_unit, emg_rate_hz)
        for site, name in mapping.sites.items()
    }
    return Recording(path.name, t_s, rotations, signals, emg_rate_hz)


def _announced_frames(path: Path) -> int:
    """Frames that the file's header promises (words 4 and 5); the parser reads a file cut short without a word."""
    with path.open("rb") as file:
        first, last = struct.unpack("<HH", file.read(10)[6:])
    # long recordings do not fit into 16 bits and are counted elsewhere
    return last - first + 1 if first <= last < 0xFFFF else 0


def _labels(content: Any, group: str) -> list[str]:
    """Labels of the group; C3D continues them in LABELS2, LABELS3 after 255 entries."""
    parameters = content["parameters"].get(group, {})
    names: list[str] = []
    for key in ("LABELS", "LABELS2", "LABELS3", "LABELS4"):
        if key in parameters:
            names += [str(name) for name in parameters[key]["value"]]
    return names


def _trajectory(path: Path, marker: str, position: Array, t_s: Array) -> Array:
    missing = np.any(~np.isfinite(position), axis=1)
    if missing.any():
        raise BadInput(f"{path}: marker {marker} has {gap_text(missing, t_s)}; fill the gaps and export it again")
    return position
