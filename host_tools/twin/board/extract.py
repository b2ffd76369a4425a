"""Copy the files of a flash image to a folder of the host: `micropython extract.py IMAGE SIZE FOLDER`."""

import os
import sys

import vfs


class _Image:
    def __init__(self, path, size):
        self._file = open(path, "rb")
        self._blocks = size // 4096

    def readblocks(self, number, buffer, offset=0):
        self._file.seek(number * 4096 + offset)
        self._file.readinto(buffer)

    def writeblocks(self, number, buffer, offset=0):
        raise OSError(30)

    def ioctl(self, operation, argument):
        return {4: self._blocks, 5: 4096}.get(operation, 0)


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


vfs.mount(vfs.VfsLfs2(_Image(sys.argv[1], int(sys.argv[2])), progsize=256), "/image")
_copy("/image", sys.argv[3])
