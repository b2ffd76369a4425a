"""Modules that are needed for a moment: imported, used, and dropped, so that their code gives its memory back.

The smallest chip has 264 KB for everything, and code that comes as .mpy lies in the heap. A function that somebody
still holds keeps its whole module alive.
"""

import sys


def forget(*paths):
    """Drop imported modules ("rhomboid.settings.schema"); one that was not imported is no error."""
    for path in paths:
        sys.modules.pop(path, None)
        package, _, name = path.rpartition(".")
        parent = sys.modules.get(package)
        if parent is not None and hasattr(parent, name):
            delattr(parent, name)
