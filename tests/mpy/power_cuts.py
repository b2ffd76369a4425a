"""Runs in MicroPython. `record FOLDER`: one life of the files on a flash, journaled. `replay FOLDER END SEED`: for each
cut below END, the flash as the power cut leaves it, mounted as the boot code does.

A cut comes in the middle of an operation: a page is programmed in part, a block erased in part, with a seeded choice of
what got done. record leaves flash.journal, marks.json ([operations so far, what was confirmed, ...]) and the logs;
replay prints per cut a JSON line: [cut, settings as load() gives them, reasons, {log: [bytes, CRC-32]}].
"""

import binascii
import json
import os
import random
import struct
import sys

import flash_journal
import vfs
from rhomboid.recording.storage import Storage
from rhomboid.settings.slots import Slots
from workout_log import Workout

FLASH_BYTES = 46 * 4096  # so small that the last session has to remove a log
FOLDER = sys.argv[2]
JOURNAL = FOLDER + "/flash.journal"


def record():
    flash = flash_journal.Flash(bytearray(b"\xff" * FLASH_BYTES), open(JOURNAL, "wb"))
    marks = []

    def mark(*what):
        marks.append([flash.operations] + list(what))

    flash_journal.format(flash)
    vfs.mount(flash_journal.filesystem(flash), "/f")
    mark("formatted")
    slots = Slots("/f/settings")
    mark("saved", slots.load()[0])  # a new device has the defaults
    storage = Storage("/f/logs")
    workout = Workout(storage, 12_288)

    def save(**changes):
        workout.settings.update(changes)
        mark("saving", dict(workout.settings))
        slots.save(workout.settings)
        mark("saved", dict(workout.settings))

    def synced(path):
        mark("synced", path, os.stat(path)[6])

    def session(sets):
        path = storage.new_path()
        workout.begin(path)
        synced(path)
        for _ in range(sets):
            workout.set(8)
            while workout.log.flush_some():
                pass
            synced(path)
            workout.rest(2)
        workout.end()
        synced(path)
        with open(path, "rb") as source, open(FOLDER + "/" + path[8:], "wb") as target:
            target.write(source.read())
        return path

    save(side="left")
    save(mount_q14=[16384, 0, 0, 0] * 3, heading_q14=[16384, 0, 0, 0] * 3)
    first = session(3)
    save(mvc_uv_q4=[900, 800, 700, 600], mvc_method="maximal")
    for _ in range(2):
        session(2)
    size = os.stat(first)[6]
    with open(first[:-4] + ".ok", "w") as file:
        file.write(str(size))
    mark("pulled", first)
    save(cues=0)
    session(2)
    mark("end", [name for name in os.listdir("/f/logs") if name.endswith(".ulg")])
    with open(FOLDER + "/marks.json", "w") as file:
        json.dump(marks, file)


def tear(image, kind, address, data):
    """Do a part of an operation, as a power cut leaves it."""
    if kind == flash_journal.ERASE:
        for _ in range(random.randrange(2) * 400):  # bits on their way to 1
            image[address + random.randrange(flash_journal.ERASE_BYTES)] |= 1 << random.randrange(8)
        done = random.choice((0, 0, 512, 2048, 4000))
        image[address : address + done] = b"\xff" * done
    else:
        done = random.randrange(len(data) + 1)
        flash_journal.clear_bits(image, address, data, done)
        if done < len(data):
            image[address + done] &= data[done] | random.randrange(256)


def replay(end):
    image = bytearray(b"\xff" * FLASH_BYTES)
    flash = flash_journal.Flash(image)
    with open(JOURNAL, "rb") as journal:
        for cut in range(end):
            kind, address, length = struct.unpack("<BII", journal.read(9))
            data = journal.read(length) if kind == flash_journal.PROGRAM else b""
            torn = bytearray(image)
            tear(torn, kind, address, data)
            print(json.dumps([cut] + boot(torn)))
            if kind == flash_journal.ERASE:
                flash.erase(address)
            else:
                flash.program(address, data)


def boot(image):
    flash = flash_journal.Flash(image)
    try:
        vfs.mount(flash_journal.filesystem(flash), "/f")
    except OSError as error:
        return ["no filesystem: " + str(error), [], {}]
    try:
        settings, reasons = Slots("/f/settings").load()
        storage = Storage("/f/logs")
        logs = {}
        for name in storage.logs():
            with open("/f/logs/" + name, "rb") as file:
                data = file.read()
            logs[name] = [len(data), binascii.crc32(data)]
        # the next session begins, whatever the cut left
        Slots("/f/settings").save(settings)
        with open(storage.new_path(), "wb") as file:
            file.write(b"next")
        return [settings, reasons, logs]
    finally:
        vfs.umount("/f")


if sys.argv[1] == "record":
    record()
else:
    random.seed(int(sys.argv[4]))
    replay(int(sys.argv[3]))
