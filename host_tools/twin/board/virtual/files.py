"""The files of the virtual board at boot: flash at /, the host's at /host, FAT on the card; what the chip runs."""

import os

import vfs

from virtual import clock, here, sdcard
from virtual.flash import BlockDevice


def mount(config):
    """Mount both, format a blank flash, put the scenario's files on it. No time passes: it is the factory's work."""
    flash = here.world.flash
    timing = flash.erase_us, flash.program_us
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
    if config["card"] and config["boot"] == 0:
        vfs.VfsFat.mkfs(sdcard.BlockDevice("/host" + config["card"]["path"], config["card"]["blocks"]))
    os.chdir("/")
    for target, source in config["files"].items():
        _copy("/host" + source, target)
    flash.erase_us, flash.program_us = timing
    clock.COSTS["flash_read"] = read_us
    flash.erases = flash.programs = 0
    if config["flash_journal"]:
        if config["boot"] == 0:
            _copy("/host" + config["flash"]["path"], "/host" + config["flash_base"])
        flash.open_journal(config["flash_journal"])


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


def run(path, names):
    """Run a source file in the namespace `names`, as the chip does with boot.py and main.py; none: nothing to do."""
    try:
        with open(path) as f:
            source = f.read()
    except OSError:
        return
    exec(compile(source, path.split("/")[-1], "exec"), names)
