# Runs on the device, sent by host_tools/device/pull.py after on_device/files.py.
import struct
import sys
from binascii import crc32


def _r_logs(folder):
    """A JSON line [name, bytes, bytes that the host has verified, when it was closed] for each log in `folder`."""
    try:
        entries = list(os.ilistdir(folder))
    except OSError:
        return  # no log yet
    for entry in entries:
        name = entry[0]
        if entry[1] == 0x8000 and name.endswith(".ulg"):
            try:
                with open(folder + "/" + name[:-4] + ".ok") as file:
                    verified = int(file.read(12))
            except (OSError, ValueError):
                verified = -1
            try:
                closed_s = os.stat(folder + "/" + name)[8]
            except OSError:
                closed_s = 0
            print(json.dumps([name, entry[3], verified, closed_s]))


def _r_send(path, offset, count):
    """`count` bytes of a file from `offset` on, in blocks: length, CRC-32, data; a block of length 0 ends it."""
    out = sys.stdout.buffer
    head = bytearray(6)
    with open(path, "rb") as file:
        file.seek(offset)
        while count > 0:
            n = file.readinto(_r_view if count > 4096 else _r_view[:count])
            if not n:
                break
            block = _r_view[:n]
            struct.pack_into("<HI", head, 0, n, crc32(block))
            out.write(head)
            out.write(block)
            count -= n
    out.write(bytes(6))


def _r_free(folder, name):
    """Remove a log and its marker, the log first: a marker alone keeps its number from being used again."""
    os.remove(folder + "/" + name)
    os.remove(folder + "/" + name[:-4] + ".ok")
