"""The form of a training plan on the device: blocks of sessions of exercises as bytes, and what may stand in an entry.

A file is one line "rhomboid-plan FORM BYTES CRC32" and a body: length of the name and the name; number of blocks; per
block aim, sessions and number of entries, one byte each, then its entries, ENTRY packed as PACKED says. The device
looks things up in the bytes. Runs on CPython as well: host and device check entries with the same words.
"""

import binascii
import struct

from rhomboid.coaching.exercises import NAMES

FORM = 1
PATH = "/settings/plan"
AIMS = ("endurance", "strength", "power", "deload")
INTENTS = ("controlled", "fast")
ENTRY = ("exercise", "sets", "repetitions", "out_ms", "hold_ms", "back_ms", "rest_s", "mvc_percent", "intent")
PACKED = "<BBBHHHHBB"
ENTRY_BYTES = 13
EXERCISE = 0
SETS = 1
REPETITIONS = 2
OUT_MS = 3
HOLD_MS = 4
BACK_MS = 5
REST_S = 6
MVC_PERCENT = 7
INTENT = 8

# Smallest and largest value of each cell. Repetitions to 25 (ACSM endurance, domain 4); the rest stays below what ticks
# can measure (537 s), and reaches the 3-5 min of heavy work; the others are engineering choices.
LEAST = (0, 1, 1, 500, 0, 500, 0, 0, 0)
MOST = (len(NAMES) - 1, 10, 25, 10_000, 60_000, 15_000, 500, 100, len(INTENTS) - 1)
MOST_BLOCKS = 12
MOST_SESSIONS = 60
MOST_ENTRIES = 12

_MAGIC = "rhomboid-plan"


class PlanRefused(Exception):
    """A plan that cannot be used; args[0] is one line with the place and the reason."""


def entry_problems(entry, mvc_known):
    """Everything wrong with the integers of one entry: list of (name of the cell, reason)."""
    found = []
    for k in range(len(ENTRY)):
        value = entry[k]
        if not isinstance(value, int) or isinstance(value, bool) or not LEAST[k] <= value <= MOST[k]:
            found.append((ENTRY[k], "%s %s: must be %d to %d" % (ENTRY[k], value, LEAST[k], MOST[k])))
    if not found and entry[MVC_PERCENT] and not mvc_known:
        found.append(("mvc_percent", "asks for %d %%MVC but no MVC is measured" % entry[MVC_PERCENT]))
    return found


def pack(name, blocks):
    """The file of a plan whose entries have no problems. blocks: list of (aim, sessions, list of entries)."""
    text = name.encode()[:40]
    body = bytes((len(text),)) + text + bytes((len(blocks),))
    for aim, sessions, entries in blocks:
        body += bytes((AIMS.index(aim), sessions, len(entries)))
        for entry in entries:
            body += struct.pack(PACKED, *entry)
    return ("%s %d %d %08x\n" % (_MAGIC, FORM, len(body), _checksum(body))).encode() + body


def body_of(data):
    """(body, number that tells plans apart) of a file. Raises PlanRefused when it is not whole."""
    end = data.find(b"\n")
    try:
        magic, form, length, checksum = str(data[: max(end, 0)], "ascii").split(" ")
        numbers = (int(form), int(length), int(checksum, 16))
    except (ValueError, UnicodeError):
        raise PlanRefused("plan: damaged: no head line; send it again")
    body = data[end + 1 :]
    if magic != _MAGIC or numbers[0] != FORM:
        raise PlanRefused("plan: not of form %d; send it again" % FORM)
    if len(body) != numbers[1] or _checksum(body) != numbers[2]:
        raise PlanRefused("plan: damaged: wrong length or checksum; send it again")
    return body, numbers[2] & 0x3FFF_FFFF


def _checksum(body):
    return binascii.crc32(body) & 0xFFFFFFFF
