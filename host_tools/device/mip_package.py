"""firmware/package.json, by which MicroPython's own installer puts the sources onto a device:

mpremote mip install --target / github:OWNER/REPOSITORY/firmware

`python -m host_tools.device.mip_package` writes it anew when files have come or gone; a test tells when that is due.
"""

import json
from importlib.metadata import version

from host_tools.device.bundle import ADAFRUIT, FIRMWARE, ROOT_FILES, firmware_version

PATH = FIRMWARE / "package.json"
# where the distributions of the Adafruit package have their sources, tagged by version
_SOURCES = {
    "adafruit_bno08x": ("adafruit-circuitpython-bno08x", "Adafruit_CircuitPython_BNO08x"),
    "adafruit_bus_device": ("adafruit-circuitpython-busdevice", "Adafruit_CircuitPython_BusDevice"),
}


def package_json() -> str:
    """Its text for the sources as they are."""
    own = sorted(path.relative_to(FIRMWARE).as_posix() for path in (FIRMWARE / "rhomboid").rglob("*.py"))
    urls = [[path, path] for path in (*own, *ROOT_FILES)]
    for package, names in ADAFRUIT.items():
        distribution, repository = _SOURCES[package]
        base = f"https://raw.githubusercontent.com/adafruit/{repository}/{version(distribution)}/{package}"
        urls += [[f"{package}/{name}", f"{base}/{name}"] for name in names]
    lines = ",\n".join(f"    {json.dumps(url)}" for url in urls)
    return f'{{\n  "version": {json.dumps(firmware_version())},\n  "deps": [],\n  "urls": [\n{lines}\n  ]\n}}\n'


if __name__ == "__main__":
    PATH.write_text(package_json())
