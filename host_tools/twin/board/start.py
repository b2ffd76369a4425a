"""Boot the virtual board: `micropython start.py CONFIG.json`. Run by host_tools/twin/run.py, once for each boot.

Builds the world, hides the built-in gc and micropython behind the chip's, mounts the flash at / (the host's files at
/host), then runs boot.py and main.py as the chip does.
"""

import io
import json
import random
import sys

from virtual import clock, files, here, journal, stop
from virtual.heap import enter
from virtual.world import World

with open(sys.argv[1]) as _f:
    _config = json.load(_f)
journal.open_at(_config["journal_path"])
here.world = World(_config)

# these find the world when they are imported, and stay in sys.modules when sys.path changes
import time  # noqa: E402, F401

import machine  # noqa: E402, F401
import rp2  # noqa: E402, F401
from virtual import proxies  # noqa: E402

proxies.install(_config["machine"])


def _crash(error):
    text = io.StringIO()
    sys.print_exception(error, text)
    journal.write("crash", '"traceback": %s' % json.dumps(text.getvalue()))
    print("@twin crash " + json.dumps(text.getvalue()))
    if here.world.watchdog_us:
        # the chip sits at its prompt until the watchdog bites
        clock.wait(here.world.watchdog_us + 1000000)
    stop.stop("crash")


files.mount(_config)
sys.path[:] = [""] + _config["path"]
random.seed(_config["seed"])
_names = {"__name__": "__main__"}
try:
    clock.wait(clock.COSTS["boot"])
    for _script in _config["scripts"]:
        files.run(_script, _names)
except SystemExit:
    pass  # the board has stopped, or the firmware has left by itself
except Exception as _error:  # noqa: BLE001  (what the firmware lets through ends at the chip's prompt)
    enter()
    try:
        _crash(_error)
    except clock.BoardStopped:
        pass
enter()
stop.finish("main returned")
print("@twin stop " + stop.reason())
