# Runs on the device, sent by host_tools/device/device_files.py: names that begin with _r belong to the host.
import gc
import hashlib
import json
import os
from binascii import a2b_base64

_r_buffer = bytearray(4096)
_r_view = memoryview(_r_buffer)


def _r_tree(folder):
    """Paths of all files under `folder`; nothing when there is no such folder."""
    try:
        entries = list(os.ilistdir(folder))
    except OSError:
        return
    for entry in entries:
        path = folder.rstrip("/") + "/" + entry[0]
        if entry[1] == 0x4000:
            for found in _r_tree(path):
                yield found
        else:
            yield path


def _r_sha256(path, count=-1):
    """SHA-256 of the first `count` bytes of a file, of all of it without a count; None: no such file."""
    digest = hashlib.sha256()
    try:
        file = open(path, "rb")
    except OSError:
        return None
    with file:
        while count:
            n = file.readinto(_r_view if count < 0 or count > 4096 else _r_view[:count])
            if not n:
                break
            digest.update(_r_view[:n])
            if count > 0:
                count -= n
    return digest.digest().hex()


def _r_hashes(folders, files):
    paths = [path for folder in folders for path in _r_tree(folder)] + list(files)
    print(json.dumps({path: _r_sha256(path) for path in paths}))


def _r_folders(path):
    folder = ""
    for part in path.split("/")[1:-1]:
        folder += "/" + part
        try:
            os.mkdir(folder)
        except OSError:
            pass  # it is there


def _r_put(path, text, mode="wb"):
    _r_folders(path)
    with open(path, mode) as file:
        file.write(a2b_base64(text))


def _r_copy(source, target):
    _r_folders(target)
    with open(source, "rb") as a, open(target, "wb") as b:
        while True:
            n = a.readinto(_r_buffer)
            if not n:
                break
            b.write(_r_view[:n])


def _r_remove(paths):
    for path in paths:
        try:
            os.remove(path)
        except OSError:
            pass  # it is gone


def _r_replace(path, text):
    """Write a file so that a cut leaves the old one or the new one."""
    _r_put(path + ".new", text)
    os.rename(path + ".new", path)


def _r_storage(folder):
    try:
        os.listdir(folder)
        status = os.statvfs(folder)
        # a littlefs that is over-full by its own count wraps below 0 there
        free = status[3] if status[3] <= status[2] else 0
        print(json.dumps([status[1] * status[2], status[1] * free]))
    except OSError:
        print("[0, 0]")


def _r_text(path, most=64):
    try:
        with open(path) as file:
            print(json.dumps(file.read(most)))
    except OSError:
        print("null")


gc.collect()
