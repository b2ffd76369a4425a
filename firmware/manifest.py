# Freezes the firmware into MicroPython (1.28 or newer):
#   make -C ports/rp2 BOARD=... FROZEN_MANIFEST=/path/to/firmware/manifest.py
# ADAFRUIT names the folder with the packages adafruit_bno08x and adafruit_bus_device; pip puts them there:
#   pip install --no-deps --target FOLDER adafruit-circuitpython-bno08x adafruit-circuitpython-busdevice
import os

include("$(PORT_DIR)/boards/manifest.py")  # noqa: F821  (names of MicroPython's manifest files)
package("rhomboid")  # noqa: F821
for _name in ("slot.py", "boot.py", "main.py"):
    module(_name)  # noqa: F821
for _name in ("adafruit_bno08x", "adafruit_bus_device"):
    package(_name, base_path=os.environ["ADAFRUIT"])  # noqa: F821
