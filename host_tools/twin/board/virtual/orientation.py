"""The orientation of one sensor over time: a stream of unit quaternions at 400 Hz of the sensor's own clock."""

from array import array

from micropython import const

_CHUNK = const(1024)


class QuaternionStream:
    """Little-endian int32 frames (w, x, y, z) in Q28 in the file at `path`; the last frame stays after the end."""

    def __init__(self, path):
        self._file = open(path, "rb")
        self.frames = self._file.seek(0, 2) // 16
        if self.frames < 1:
            raise ValueError("no quaternion in " + path)
        self._chunk = array("i", bytes(16 * _CHUNK))
        self._number = -1

    def forget(self):
        """The file has changed from here on."""
        self._number = -1

    def frame(self, index):
        """(w, x, y, z) in Q28 at grid index `index`; the first frame before 0."""
        if index < 0:
            index = 0
        elif index >= self.frames:
            index = self.frames - 1
        number = index // _CHUNK
        chunk = self._chunk
        if number != self._number:
            self._number = number
            self._file.seek(16 * _CHUNK * number)
            self._file.readinto(chunk)
        at = 4 * (index % _CHUNK)
        return chunk[at], chunk[at + 1], chunk[at + 2], chunk[at + 3]
