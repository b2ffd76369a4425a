"""Copy the files of a flash or card image to a folder of the host: `micropython extract.py IMAGE SIZE FOLDER KIND`."""

import os
import sys

import vfs


class _Image:
    def __init__(self, path, size, block_bytes):
        self._file = open(path, "rb")
        self._block_bytes = block_bytes
        self._blocks = size // block_bytes

    def readblocks(self, number, buffer, offset=0):
        self._file.seek(number * self._block_bytes + offset)
        self._file.readinto(buffer)

    def writeblocks(self, number, buffer, offset=0):
        raise OSError(30)

    def ioctl(self, operation, argument):
        return {4: self._blocks, 5: self._block_bytes}.get(operation, 0)


def _copy(source, target):
    os.mkdir(target)
    for name, kind, *_ in os.ilistdir(source):
        a = source + "/" + name
        b = target + "/" + name
        if kind == 0x4000:
            _copy(a, b)
            continue
        with open(a, "rb") as f, open(b, "wb") as g:
            while True:
                part = f.read(65536)
                if not part:
                    break
                g.write(part)


if sys.argv[4] == "card":
    _files = vfs.VfsFat(_Image(sys.argv[1], int(sys.argv[2]), 512))
else:
    _files = vfs.VfsLfs2(_Image(sys.argv[1], int(sys.argv[2]), 4096), progsize=256)
try:
    vfs.mount(_files, "/image")
except OSError:
    if sys.argv[4] == "card":
        sys.exit(0)  # no FAT on it, so no files
    raise
_copy("/image", sys.argv[3])
