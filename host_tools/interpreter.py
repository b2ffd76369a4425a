"""Where the MicroPython interpreter is that runs the firmware on this computer."""

import os
import shutil
import sys
from pathlib import Path

from host_tools.errors import Failed

VARIABLE = "RHOMBOID_MICROPYTHON"


def find_micropython() -> Path:
    """Path of a MicroPython (>= 1.27) with viper: the variable RHOMBOID_MICROPYTHON, else the installed package's.

    Raises Failed when there is none.
    """
    named = os.environ.get(VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise Failed(f"{VARIABLE}={named}: no such program; unset it or name a MicroPython interpreter")
        return Path(found)
    installed = Path(sys.executable).with_name("micropython")
    if installed.exists():
        return installed
    found = shutil.which("micropython")
    if found is None:
        raise Failed(f"no MicroPython for this system was installed; build one (unix port) and name it in {VARIABLE}")
    return Path(found)
