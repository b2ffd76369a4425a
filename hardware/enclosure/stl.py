"""Reads the printed parts: triangles, size, volume, and whether the surface is closed."""

import re
import struct
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent / "stl"
BED_MM = (180.0, 180.0, 180.0)  # the smaller common printers
DENSITY_G_PER_CM3 = {"PETG": 1.27, "TPU": 1.21}
_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def read(path: Path) -> np.ndarray:
    """Corners of the triangles of a binary STL file, float64[n][3][3] in mm. Raises ValueError if cut short."""
    data = path.read_bytes()
    (count,) = struct.unpack_from("<I", data, 80)
    if len(data) != 84 + count * _RECORD.itemsize:
        raise ValueError(f"{path.name}: not a binary STL file, or cut short")
    return np.frombuffer(data, _RECORD, count, 84)["corners"].astype(np.float64)


def write(path: Path, corners: np.ndarray) -> None:
    """The triangles as a binary STL file without a date in it."""
    records = np.zeros(len(corners), _RECORD)
    records["corners"] = corners
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    records["normal"] = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    path.write_bytes(b"Rhomboid".ljust(80) + struct.pack("<I", len(corners)) + records.tobytes())


def from_ascii(text: str) -> np.ndarray:
    """The triangles of an ASCII STL text, as OpenSCAD writes it."""
    numbers = re.findall(r"vertex\s+(\S+)\s+(\S+)\s+(\S+)", text)
    return np.array(numbers, dtype=np.float64).reshape(-1, 3, 3)


def size_mm(corners: np.ndarray) -> tuple[float, float, float]:
    extent = corners.reshape(-1, 3).max(axis=0) - corners.reshape(-1, 3).min(axis=0)
    return float(extent[0]), float(extent[1]), float(extent[2])


def volume_cm3(corners: np.ndarray) -> float:
    return float(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6000)


def open_edges(corners: np.ndarray) -> int:
    """Edges that are not shared by exactly two triangles of opposite direction; 0 for a watertight surface."""
    _, index = np.unique(np.round(corners.reshape(-1, 3), 4), axis=0, return_inverse=True)
    triangles = index.reshape(-1, 3)
    directed = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    signs = np.where(directed[:, 0] < directed[:, 1], 1, -1)
    _, edge = np.unique(np.sort(directed, axis=1), axis=0, return_inverse=True)
    edge = edge.ravel()
    uses, balance = np.bincount(edge), np.bincount(edge, weights=signs)
    return int(np.count_nonzero((uses % 2 != 0) | (balance != 0)))


def material(name: str) -> str:
    return "TPU" if name.startswith("tactor") else "PETG"


def mass_g(name: str) -> float:
    """Mass of the printed part `name` (file name without suffix), printed solid."""
    return volume_cm3(read(FOLDER / f"{name}.stl")) * DENSITY_G_PER_CM3[material(name)]
