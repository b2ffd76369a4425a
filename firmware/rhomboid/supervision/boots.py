"""How often the device has started on this file system, and whether the host knows this file system at all.

MicroPython's boot code formats the flash without a word when it cannot mount it, and logs that were not pulled are gone
with it. So the file /boots, which `rhomboid flash` makes, says "NUMBER"; where it is missing the storage is new, it
becomes "NUMBER new", and every boot tells until the host has heard it.
"""

NEW_STORAGE = "storage: new or formatted since the computer saw it last; logs that were not pulled are lost"
_FILE = "/boots"


def count():
    """(number of this boot, True while the storage is new to the host)."""
    number = 0
    new = True
    try:
        with open(_FILE) as file:
            words = file.read().split()
        number = int(words[0])
        new = len(words) > 1
    except (OSError, ValueError, IndexError):
        pass  # none, or the cut of a first boot left it empty: a new storage
    number += 1
    try:
        with open(_FILE, "w") as file:
            file.write("%d new" % number if new else str(number))
    except OSError:
        pass  # the storage is full: this boot has the number of the next one
    return number, new
