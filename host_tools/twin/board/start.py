"""Boot the virtual board: `micropython start.py CONFIG.json`. Run by host_tools/twin/run.py, once for each boot.

Builds the world, hides the built-in gc and micropython behind the chip's, mounts the flash at / (the host's files at
/host), then runs boot.py and main.py as the chip does.
"""

import io
import json
import os
import random
import sys

import vfs
from virtual import clock, here, journal, stop
from virtual.flash import BlockDevice
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


def _mount():
    flash = here.world.flash
    timing = flash.erase_us, flash.program_us
    # preparing the files is the factory's work: no time passes
    flash.erase_us = flash.program_us = 0
    read_us = clock.COSTS["flash_read"]
    clock.COSTS["flash_read"] = 0
    device = BlockDevice(flash)
    try:
        littlefs = vfs.VfsLfs2(device, progsize=256)
    except OSError:
        vfs.VfsLfs2.mkfs(device, progsize=256)
        littlefs = vfs.VfsLfs2(device, progsize=256)
    vfs.umount("/")
    vfs.mount(vfs.VfsPosix("/"), "/host")
    vfs.mount(littlefs, "/")
    os.chdir("/")
    for target, source in _config["files"].items():
        _copy("/host" + source, target)
    flash.erase_us, flash.program_us = timing
    clock.COSTS["flash_read"] = read_us
    flash.erases = flash.programs = 0
    if _config["flash_journal"]:
        if _config["boot"] == 0:
            _copy("/host" + _config["flash"]["path"], "/host" + _config["flash_base"])
        flash.open_journal(_config["flash_journal"])


def _copy(source, target):
    folders = target.split("/")[1:-1]
    path = ""
    for folder in folders:
        path += "/" + folder
        try:
            os.mkdir(path)
        except OSError:
            continue  # it is there
    with open(source, "rb") as a, open(target, "wb") as b:
        while True:
            part = a.read(4096)
            if not part:
                break
            b.write(part)


def _run(path, names):
    try:
        with open(path) as f:
            source = f.read()
    except OSError:
        return
    exec(compile(source, path.split("/")[-1], "exec"), names)


def _crash(error):
    text = io.StringIO()
    sys.print_exception(error, text)
    journal.write("crash", '"traceback": %s' % json.dumps(text.getvalue()))
    print("@twin crash " + json.dumps(text.getvalue()))
    if here.world.watchdog_us:
        # the chip sits at its prompt until the watchdog bites
        clock.wait(here.world.watchdog_us + 1000000)
    stop.stop("crash")


_mount()
sys.path[:] = [""] + _config["path"]
random.seed(_config["seed"])
_names = {"__name__": "__main__"}
try:
    clock.wait(clock.COSTS["boot"])
    for _script in _config["scripts"]:
        _run(_script, _names)
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
