"""Where logs live: a folder of numbered files on internal flash or microSD, and which of them may go.

A log that the host has pulled and verified has a marker NNNNN.ok beside it that holds the verified number of bytes.
Such logs make room, oldest first; others are never removed. A number is never used twice.
"""

import os

_NUMBER_FILE = "number"  # the highest number ever given
_DIGITS = 5


class Storage:
    """Logs in `folder` ("/logs"; made when missing). Raises OSError when it cannot be read or made."""

    def __init__(self, folder="/logs", card=None):
        self.folder = folder
        self.card = card  # drivers/sdcard.py that the folder lies on, if any
        self.free = 0  # bytes, when they were counted last
        if not _exists(folder):
            os.mkdir(folder)

    def new_path(self):
        """Path of a new log, higher than every number before it; the number is spent even if the log is not begun."""
        number = self._last_number() + 1
        with open(self.folder + "/" + _NUMBER_FILE, "w") as file:
            file.write(str(number))
        return "%s/%0*d.ulg" % (self.folder, _DIGITS, number)

    def logs(self):
        """Names of all logs, oldest first."""
        return sorted(name for name in os.listdir(self.folder) if name.endswith(".ulg"))

    def verified(self, name):
        """True when the host holds exactly what this log holds now."""
        try:
            with open(self._marker(name)) as file:
                return int(file.read()) == os.stat(self.folder + "/" + name)[6]
        except (OSError, ValueError):
            return False

    def free_bytes(self):
        """Count them: takes long on a full littlefs."""
        status = os.statvfs(self.folder)
        # a littlefs that is over-full by its own count wraps below 0 there
        self.free = status[0] * status[3] if status[3] <= status[2] else 0
        return self.free

    def make_room(self, wanted_bytes):
        """Remove verified logs, oldest first, until `wanted_bytes` are free. False when that cannot be reached."""
        if self.free_bytes() >= wanted_bytes:
            return True
        for name in self.logs():
            if self.verified(name):
                os.remove(self.folder + "/" + name)
                os.remove(self._marker(name))
                if self.free_bytes() >= wanted_bytes:
                    return True
        return False

    def _marker(self, name):
        return self.folder + "/" + name[:-4] + ".ok"

    def _last_number(self):
        last = 0
        try:
            with open(self.folder + "/" + _NUMBER_FILE) as file:
                last = int(file.read())
        except (OSError, ValueError):
            pass  # the first log, or a file that a cut left empty: the names below still count
        for name in os.listdir(self.folder):
            if name.endswith(".ulg") or name.endswith(".ok"):
                try:
                    last = max(last, int(name[:-4] if name.endswith(".ulg") else name[:-3]))
                except ValueError:
                    continue  # a file that somebody else put here
        return last


def _exists(path):
    try:
        os.stat(path)
    except OSError:
        return False
    return True
