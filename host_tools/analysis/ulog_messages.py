"""Is this ULog message well-formed? Each kind that our logs hold, checked strictly before pyulog may see it.

pyulog trusts definitions: a flipped bit in an array length or a type name can keep it busy for minutes.
Format: docs.px4.io/main/en/dev_log/ulog_file_format.html
"""

import re
import struct
from dataclasses import dataclass, field

SIZES = {
    "int8_t": 1,
    "uint8_t": 1,
    "int16_t": 2,
    "uint16_t": 2,
    "int32_t": 4,
    "uint32_t": 4,
    "int64_t": 8,
    "uint64_t": 8,
    "float": 4,
    "double": 8,
    "bool": 1,
    "char": 1,
}
HEADER_BYTES = 3  # uint16 size of the body, char type
_SCALAR = "|".join(SIZES)
_FORMAT = re.compile(rf"(\w+):uint64_t timestamp;((?:(?:{_SCALAR})(?:\[\d{{1,3}}\])? \w+;)*)")
_FIELD = re.compile(r"(\w+?)(?:\[(\d+)\])? (\w+);")
_KEY = re.compile(rf"({_SCALAR})(?:\[(\d{{1,5}})\])? ([\w.-]+)")
_FLAG_BYTES = 40
_PARAMETER_TYPES = ("int32_t", "float")


@dataclass
class Definitions:
    """What the messages so far have defined: body size of each format, topic and body size of each msg_id."""

    format_bytes: dict[str, int] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    data_bytes: dict[int, int] = field(default_factory=dict)

    def fits(self, kind: str, body: bytes) -> bool:
        """True when the message is well-formed and fits what was defined before it."""
        if kind == "D":
            return len(body) >= 2 and self.data_bytes.get(int.from_bytes(body[:2], "little")) == len(body)
        if kind == "F":
            name, size = _format(body)
            return size > 0 and name not in self.format_bytes
        if kind == "A":
            name, msg_id = _subscription(body)
            return name in self.format_bytes and msg_id not in self.topics and name not in self.topics.values()
        if kind == "P":
            return _keyed(body) in _PARAMETER_TYPES
        if kind == "I":
            return _keyed(body) is not None
        if kind == "M":
            return body[:1] == b"\0" and _keyed(body[1:]) is not None
        return kind == "B" and body == bytes(_FLAG_BYTES)

    def remember(self, kind: str, body: bytes) -> None:
        """Take in a message that fits."""
        if kind == "F":
            name, self.format_bytes[name] = _format(body)
        elif kind == "A":
            name, msg_id = _subscription(body)
            self.topics[msg_id] = name
            self.data_bytes[msg_id] = 2 + self.format_bytes[name]


def _format(body: bytes) -> tuple[str, int]:
    """Name and bytes of a record; 0 bytes when the format is malformed."""
    found = _FORMAT.fullmatch(_text(body))
    if found is None:
        return "", 0
    fields = _FIELD.findall(found[2])
    if len({name for _, _, name in fields} | {"timestamp"}) != len(fields) + 1:
        return "", 0
    return found[1], 8 + sum(SIZES[kind] * int(count or 1) for kind, count, _ in fields)


def _subscription(body: bytes) -> tuple[str, int]:
    """Name and msg_id; no name when the message is malformed or speaks of a second instance."""
    if len(body) < 4:
        return "", 0
    instance, msg_id = struct.unpack_from("<BH", body)
    return ("" if instance else _text(body[3:])), msg_id


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return ""


def _keyed(body: bytes) -> str | None:
    """Type of a key-value body whose value is as long as its type says, None when it is not."""
    if not body:
        return None
    end = 1 + body[0]
    found = _KEY.fullmatch(_text(body[1:end]))
    if found is None or len(body) - end != SIZES[found[1]] * int(found[2] or 1):
        return None
    if found[1] == "char" and body[end:] and not _text(body[end:]):
        return None
    return found[1]
