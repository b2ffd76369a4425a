"""Which bytes of a log are whole: checkpoint CRCs, then message frames; what is left over is named.

A log is a chain of spans; each ends with a checkpoint record whose CRC-32 covers all bytes since the checkpoint
before. Spans are found by their CRC, wherever they stand, so damage in one does not hide the others.
"""

import struct
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from mmap import mmap

from host_tools.analysis.ulog_messages import HEADER_BYTES, Definitions

MAGIC = b"ULog\x01\x12\x35\x01"
FILE_HEADER_BYTES = 16
CHECKPOINT = b"\x16\x00D\x0c\x00"  # size 22, data, msg_id 12: firmware/rhomboid/recording/topics.py
CHECKPOINT_BYTES = 25
_COVERED_BYTES = 21  # of the checkpoint record, before its own crc32 field


@dataclass(frozen=True)
class Span:
    """data[start:end]; sequence and time of the checkpoint that proves it, None for bytes that none does."""

    start: int
    end: int
    sequence: int | None = None
    timestamp_us: int | None = None

    @property
    def verified(self) -> bool:
        return self.sequence is not None


@dataclass
class Framing:
    """clean: a ULog of the well-formed messages alone; verified: one flag per record of each topic, in its order."""

    clean: bytearray = field(default_factory=bytearray)
    verified: dict[str, list[bool]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def frame(data: bytes | mmap, advance: Callable[[float], None] | None = None, without: Collection[str] = ()) -> Framing:
    """Check a whole log. It never fails: a file that holds nothing readable gives no topics and says so.

    advance: told after each span which share of the file was checked. without: topics that are checked and not kept.
    """
    result = Framing()
    definitions = Definitions()
    spans = _spans(data)
    trusted = spans[0].verified and spans[0].start == 0
    if not trusted:
        result.problems.append(
            "The beginning of the log (names, formats, settings) is damaged or cut: nothing in it counts as verified."
        )
    header = data[:FILE_HEADER_BYTES].ljust(FILE_HEADER_BYTES, b"\0")
    result.clean += MAGIC + header[len(MAGIC) :]
    seconds = _Clock(int.from_bytes(header[8:16], "little"))
    next_sequence = 0
    for span in spans:
        if span.sequence is not None:
            if span.sequence > next_sequence and not _unverified_before(spans, span):
                result.problems.append(f"{_missing(next_sequence, span.sequence)}: their records are lost.")
            next_sequence = span.sequence + 1
        _take_span(data, span, definitions, result, trusted, seconds, without)
        if span.timestamp_us is not None:
            seconds.last_us = span.timestamp_us
        if advance is not None:
            advance(span.end / max(1, len(data)))
    return result


@dataclass
class _Clock:
    start_us: int
    last_us: int | None = None

    def last(self) -> str:
        if self.last_us is None:
            return "the beginning"
        return f"{(self.last_us - self.start_us) / 1e6:.1f} s"


def _spans(data: bytes | mmap) -> list[Span]:
    """The whole file in order: verified spans, and what lies between and after them."""
    spans = []
    position = 0
    for verified in _verified_spans(data):
        if verified.start < position:
            continue  # a false match inside a proven span
        if verified.start > position:
            spans.append(Span(position, verified.start))
        spans.append(verified)
        position = verified.end
    if position < len(data) or not spans:
        spans.append(Span(position, len(data)))
    return spans


def _verified_spans(data: bytes | mmap) -> Iterator[Span]:
    at = data.find(CHECKPOINT)
    while 0 <= at <= len(data) - CHECKPOINT_BYTES:
        timestamp_us, sequence, count, crc = struct.unpack_from("<QIII", data, at + 5)
        start = at + _COVERED_BYTES - count
        if 0 <= start < at and zlib.crc32(data[start : at + _COVERED_BYTES]) == crc:
            yield Span(start, at + CHECKPOINT_BYTES, sequence, timestamp_us)
        at = data.find(CHECKPOINT, at + 1)


def _take_span(
    data: bytes | mmap,
    span: Span,
    definitions: Definitions,
    result: Framing,
    trusted: bool,
    seconds: _Clock,
    without: Collection[str],
) -> None:
    position = max(span.start, FILE_HEADER_BYTES)
    records = 0
    unreadable = 0
    while position < span.end:
        size = _message_bytes(data, position, span.end, definitions)
        if size == 0:
            following = _resume(data, position + 1, span.end, definitions)
            unreadable += following - position
            position = following
            continue
        kind = chr(data[position + 2])
        body = data[position + HEADER_BYTES : position + size]
        if kind == "D":
            topic = definitions.topics[int.from_bytes(body[:2], "little")]
            if topic in without:
                records += 1
                position += size
                continue
            result.verified.setdefault(topic, []).append(span.verified and trusted)
            records += 1
        if kind == "D" or span.verified or span.start == 0:  # a definition after the first span needs its proof
            definitions.remember(kind, body)
            result.clean += data[position : position + size]
        position += size
    if not span.verified:
        where = f"bytes {span.start} to {span.end} of {len(data)}, after {seconds.last()}"
        if span.end == len(data) and span.start > 0:
            what = f"The log is cut or damaged after its last checkpoint ({where})"
        else:
            what = f"The log is damaged ({where})"
        result.problems.append(f"{what}: {records} records there are not verified, {unreadable} bytes unreadable.")


def _message_bytes(data: bytes | mmap, position: int, end: int, definitions: Definitions) -> int:
    """Length of the well-formed message at `position`, 0 when there is none."""
    if position + HEADER_BYTES > end:
        return 0
    size = HEADER_BYTES + int.from_bytes(data[position : position + 2], "little")
    if position + size > end:
        return 0
    body = data[position + HEADER_BYTES : position + size]
    return size if definitions.fits(chr(data[position + 2]), body) else 0


def _resume(data: bytes | mmap, position: int, end: int, definitions: Definitions) -> int:
    """Where frames are well-formed again after damage: a message that another one, or the end, follows."""
    while position < end:
        size = _message_bytes(data, position, end, definitions)
        if size and (position + size == end or _message_bytes(data, position + size, end, definitions)):
            return position
        position += 1
    return end


def _unverified_before(spans: list[Span], span: Span) -> bool:
    k = spans.index(span)
    return k > 0 and not spans[k - 1].verified


def _missing(first: int, end: int) -> str:
    return f"Checkpoint {first} is missing" if end == first + 1 else f"Checkpoints {first} to {end - 1} are missing"
