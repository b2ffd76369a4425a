"""Two slots on flash, so that a power cut at any moment leaves one confirmed version of the settings.

A slot is one line "rhomboid-settings SEQUENCE BYTES CRC32" and a JSON object; the CRC-32 covers sequence, length and
body. The valid slot with the higher sequence number counts. save() writes the other one, and only when it reads back
whole does the new version count; the old slot is never touched.
"""

import binascii
import json
import os

from rhomboid.settings import schema
from rhomboid.settings.store import FOLDER, SaveError

NAMES = ("a.json", "b.json")
_MAGIC = "rhomboid-settings"
_MAX_BYTES = 16384  # larger than any settings: a damaged length cannot make the heap overflow


class SlotError(Exception):
    """A slot that cannot be used; the message says why. sequence: of a slot that is whole but refused, else 0."""

    def __init__(self, message, sequence=0):
        super().__init__(message)
        self.sequence = sequence


def encode(values, sequence):
    """Bytes of a slot. Keys are sorted, so that equal settings give equal bytes on every interpreter."""
    body = _json(values).encode()
    head = "%d %d" % (sequence, len(body))
    crc = binascii.crc32(body, binascii.crc32(head.encode())) & 0xFFFFFFFF
    return ("%s %s %08x\n" % (_MAGIC, head, crc)).encode() + body


def decode(data):
    """(settings in the present schema, sequence) from the bytes of a slot. Raises SlotError with the reason."""
    if not data:
        raise SlotError("empty")
    end = data.find(b"\n")
    try:
        magic, number, size, checksum = str(data[: max(end, 0)], "ascii").split(" ")
        sequence, length, crc = int(number), int(size), int(checksum, 16)
    except (ValueError, UnicodeError):
        raise SlotError("damaged: no head line")
    body = data[end + 1 :]
    if magic != _MAGIC or sequence < 0:
        raise SlotError("damaged: no head line")
    if len(body) != length:
        raise SlotError("damaged: %d bytes instead of %d" % (len(body), length))
    if binascii.crc32(body, binascii.crc32(("%d %d" % (sequence, length)).encode())) & 0xFFFFFFFF != crc:
        raise SlotError("damaged: wrong checksum")
    return _checked(body, sequence), sequence


def _checked(body, sequence):
    try:
        values = json.loads(body)
    except (ValueError, UnicodeError):
        raise SlotError("not JSON", sequence)
    if not isinstance(values, dict):
        raise SlotError("not a JSON object", sequence)
    try:
        values = schema.migrate(values)
    except ValueError as error:
        raise SlotError(str(error), sequence)
    found = schema.problems(values)
    if found:
        raise SlotError("; ".join(found), sequence)
    return schema.complete(values)


def _json(value):
    """JSON with sorted keys; what a slot held before passes through unchanged."""
    if isinstance(value, dict):
        return "{" + ",".join([json.dumps(key) + ":" + _json(value[key]) for key in sorted(value)]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_json(item) for item in value]) + "]"
    return json.dumps(value)


class Slots:
    """The two slots in `folder` ("/settings" on the device; made by the first save)."""

    def __init__(self, folder=FOLDER):
        self.folder = folder
        self._newest = ""  # name of the slot that counts
        self._sequence = 0  # of that slot
        self._highest = 0  # sequence number in either slot, refused ones included

    def load(self):
        """(settings, reasons): the confirmed settings, else the defaults; why a slot could not be used, in words.

        No slot at all is a new device, not a reason.
        """
        best = None
        reasons = []
        self._newest = ""
        self._sequence = 0
        self._highest = 0
        for name in NAMES:
            data = self._read(name)
            if data is None:
                continue
            try:
                values, sequence = decode(data)
            except SlotError as error:
                reasons.append("settings slot %s: %s" % (name, error))
                self._highest = max(self._highest, error.sequence)
                continue
            self._highest = max(self._highest, sequence)
            if best is None or sequence > self._sequence:
                best = values
                self._sequence = sequence
                self._newest = name
        return (schema.defaults() if best is None else best), reasons

    def save(self, values):
        """Store `values`, which load() returned or which were made from that. Raises SaveError; then the old count."""
        found = schema.problems(values)
        if found:
            raise SaveError("settings not stored: " + "; ".join(found))
        self.load()  # which slot is the older one
        name = NAMES[1] if self._newest == NAMES[0] else NAMES[0]
        data = encode(values, self._highest + 1)
        if len(data) > _MAX_BYTES:
            raise SaveError("settings not stored: %d bytes, at most %d" % (len(data), _MAX_BYTES))
        try:
            self._make_folder()
            with open(self.folder + "/" + name, "wb") as file:
                file.write(data)
        except OSError as error:
            raise SaveError("settings not stored: %s: %s" % (name, error))
        if self._read(name) != data:
            raise SaveError("settings not stored: slot %s does not read back" % name)

    def _read(self, name):
        """Bytes of a slot, None when there is no such file; what cannot be read is as bad as damaged: b""."""
        try:
            with open(self.folder + "/" + name, "rb") as file:
                return file.read(_MAX_BYTES + 1)
        except OSError as error:
            return None if error.errno == _ENOENT else b""

    def _make_folder(self):
        try:
            os.mkdir(self.folder)
        except OSError as error:
            if error.errno != _EEXIST:
                raise


_ENOENT = 2
_EEXIST = 17
