"""Boot the virtual board behind its port: `micropython -i serve.py CONFIG.json`, run by host_tools/twin/port.py.

As start.py, but what is printed goes to the port, Ctrl-C comes from there, the host's files are out of reach while the
firmware or the prompt has the word, and afterwards the interpreter's own prompt (raw REPL and raw paste) goes on.
"""

import builtins
import json
import random
import sys

from virtual import clock, files, here, journal, prompt, stop
from virtual.world import World

with open(sys.argv[1]) as _f:
    _config = json.load(_f)
journal.open_at(_config["journal_path"])
builtins.print = prompt.nowhere  # the world tells its progress
here.world = World(_config)

# these find the world when they are imported, and stay in sys.modules when sys.path changes
import time  # noqa: E402, F401

import machine  # noqa: E402, F401
import rp2  # noqa: E402, F401
from virtual import proxies  # noqa: E402

proxies.install(_config["machine"])
files.mount(_config)
sys.path[:] = ["", ".frozen", "/lib"]
random.seed(_config["seed"])
_names = {"__name__": "__main__"}
prompt.open_port(_config)
try:
    clock.wait(clock.COSTS["boot"])
    for _script in _config["scripts"]:
        files.run(_script, _names)
except KeyboardInterrupt as _error:
    prompt.show(_error)
except SystemExit:
    pass  # the board has stopped, or the firmware has left by itself
except Exception as _error:  # noqa: BLE001  (what the firmware lets through is shown at the chip's prompt)
    prompt.show(_error)
prompt.begin(stop.reason())
# the prompt goes on in the namespace of boot.py and main.py
for _name in list(globals()):
    if _name not in ("_names", "_name"):
        del globals()[_name]
globals().update(_names)
del _names, _name
