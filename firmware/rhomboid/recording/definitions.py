"""The beginning of a log: ULog header, formats, texts, parameters, subscriptions. Made at rest; it may allocate.

Format: docs.px4.io/main/en/dev_log/ulog_file_format.html
"""

import struct
from array import array

from rhomboid.recording import buffer, topics

MAGIC = b"ULog\x01\x125\x01"
HEADER_BYTES = 16  # MAGIC and the 64-bit time of the start
_SIZES = {"uint8_t": 1, "int16_t": 2, "uint16_t": 2, "int32_t": 4, "uint32_t": 4, "uint64_t": 8}


def fields(topic, channels, optional_angles):
    """Fields (name, type, count) of TOPICS[topic] with the counts filled in, without the timestamp."""
    counts = {topics.CHANNELS: channels, topics.BLOCK_SAMPLES: channels * topics.EMG_BLOCK_FRAMES}
    found = [(name, kind, counts.get(count, count)) for name, kind, count in topics.TOPICS[topic][2]]
    if topic == topics.SEGMENT_ANGLES:
        found += [(name, "int16_t", 1) for name, _ in topics.OPTIONAL_ANGLES if name in optional_angles]
    return found


def plan(topic, layout):
    """array('h') that buffer.append runs for one topic with these fields(): see there.

    A field takes consecutive cells of the source: of the feature vector as FEATURE_CELLS says, else one by one.
    """
    first_cells = topics.FEATURE_CELLS[topic] if topic < len(topics.FEATURE_CELLS) else ()
    optional = dict(topics.OPTIONAL_ANGLES)
    operations = []
    length = buffer.RECORD_HEADER_BYTES
    cell = 0
    for k in range(len(layout)):
        name, kind, count = layout[k]
        if k < len(first_cells):
            cell = first_cells[k]
        elif name in optional:
            cell = optional[name]
        length += _SIZES[kind] * count
        for _ in range(count):
            if topic == topics.FAULT and kind == "uint64_t":
                operations += [buffer.WIDE, cell]
                cell += 2
            else:
                operations += [buffer.OPERATION[kind], cell]
                cell += 1
    head = [length, topics.TOPICS[topic][1], topic, 0, len(operations) // 2]
    return array("h", head + operations)


def kinds():
    """What may happen to the records of each topic, in their order: FEATURE, EVENT or RAW of recording/buffer.py."""
    return [topic[1] for topic in topics.TOPICS]


def plans(channels, optional_angles):
    """plan() of every topic."""
    return [plan(k, fields(k, channels, optional_angles)) for k in range(len(topics.TOPICS))]


def messages(channels, optional_angles, settings, texts):
    """Every message between the 16 bytes of the file header and the first record, in turn, as bytes.

    channels, optional_angles: as in fields(). settings: a dict as settings/schema.py describes it; integers become
    parameters, text becomes info messages. texts: {key: str, int, or tuple of str}.
    """
    yield _message("B", bytes(40))
    for topic in range(len(topics.TOPICS)):
        text = topics.TOPICS[topic][0] + ":uint64_t timestamp;"
        for name, kind, count in fields(topic, channels, optional_angles):
            text += "%s %s;" % (kind if count == 1 else "%s[%d]" % (kind, count), name)
        yield _message("F", text.encode())
    for key in sorted(texts):
        yield from _info(key, texts[key])
    for key in sorted(settings):
        yield from _setting(key, settings[key])
    for topic in range(len(topics.TOPICS)):
        yield _message("A", bytes((0, topic, 0)) + topics.TOPICS[topic][0].encode())


def _setting(key, value):
    if value is None:
        return  # a bound left at its default
    if isinstance(value, int):
        yield _message("P", _keyed("int32_t " + key) + struct.pack("<i", value))
    elif isinstance(value, str):
        yield from _info(key, value)
    elif isinstance(value, dict):
        for part in sorted(value):
            yield from _setting(key + "_" + part, value[part])
    elif value and isinstance(value[0], str):
        yield from _info(key, value)
    else:
        for k in range(len(value)):
            yield from _setting("%s_%d" % (key, k), value[k])


def _info(key, value):
    if isinstance(value, int):
        yield _message("I", _keyed("int32_t " + key) + struct.pack("<i", value))
    elif isinstance(value, str):
        data = value.encode()
        yield _message("I", _keyed("char[%d] %s" % (len(data), key)) + data)
    else:
        for text in value:
            data = text.encode()
            yield _message("M", b"\0" + _keyed("char[%d] %s" % (len(data), key)) + data)


def _keyed(key):
    data = key.encode()
    return bytes((len(data),)) + data


def _message(kind, body):
    return struct.pack("<HB", len(body), ord(kind)) + body
