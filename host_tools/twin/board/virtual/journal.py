"""What happened, for the host: one JSON object a line, in device time.

Lines go to the file of this boot in the output folder; the runner joins the boots into events.json.
"""

from virtual import clock

_file = [None]


def open_at(path):
    """Start the journal of this boot."""
    _file[0] = open(path, "w")


def write(kind, detail=""):
    """Append an event; `detail` is the rest of a JSON object, such as '"pin": 7'."""
    if _file[0] is not None:
        _file[0].write('{"t_us": %d, "kind": "%s"%s}\n' % (clock.now_us(), kind, ", " + detail if detail else ""))


def flush():
    """Everything so far is in the file."""
    if _file[0] is not None:
        _file[0].flush()


def close():
    """No more events of this boot."""
    if _file[0] is not None:
        _file[0].close()
        _file[0] = None
