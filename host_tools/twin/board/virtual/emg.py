"""The electrodes as the ADC pins see them: a stream of 12-bit frames at 4 kHz a channel.

Frames are counted from the beginning of the world. Before the stimulus its first 0.4 s run forwards and backwards (a
frozen frame would be a flat line), after its end the last 0.4 s do; the stimulus begins where the forward run would
begin anew.
"""

from array import array

from micropython import const

RATE_HZ = 4000
FRAME_US = 250
_MIRROR = const(1600)
_CHUNK = const(2048)


class EmgStream:
    """Little-endian uint16 frames of `columns` channels in the file at `path`."""

    def __init__(self, path, columns):
        self.columns = columns
        self._file = open(path, "rb")
        self.frames = self._file.seek(0, 2) // (2 * columns)
        if self.frames < 1:
            raise ValueError("no EMG frame in " + path)
        self.start_frame = None  # frame of the world at which the stimulus begins
        self._mirror = min(_MIRROR, self.frames)
        self._chunk = array("H", bytes(2 * columns * _CHUNK))
        self._chunk_number = -1
        self._before = self._mirrored(0, True)
        self._after = self._mirrored(self.frames - self._mirror, False)

    def period_frames(self):
        """After so many frames the run before the stimulus repeats."""
        return 2 * self._mirror

    def forget(self):
        """The file has changed from here on."""
        self._chunk_number = -1

    def _read(self, first, target):
        self._file.seek(2 * self.columns * first)
        return self._file.readinto(target)

    def _mirrored(self, first, forward_first):
        part = array("H", bytes(2 * self.columns * self._mirror))
        self._read(first, part)
        backward = array("H")
        for i in range(self._mirror - 1, -1, -1):
            backward.extend(part[i * self.columns : (i + 1) * self.columns])
        both = array("H", part if forward_first else backward)
        both.extend(backward if forward_first else part)
        return both

    def window(self, frame):
        """(samples, index of `frame` in them, number of frames in them): valid up to the end of the samples."""
        if self.start_frame is None or frame < self.start_frame:
            return self._before, frame % (2 * self._mirror), 2 * self._mirror
        at = frame - self.start_frame
        if at >= self.frames:
            return self._after, (at - self.frames) % (2 * self._mirror), 2 * self._mirror
        number = at // _CHUNK
        if number != self._chunk_number:
            self._chunk_number = number
            self._read(number * _CHUNK, self._chunk)
        return self._chunk, at % _CHUNK, min(_CHUNK, self.frames - number * _CHUNK)
