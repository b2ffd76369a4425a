"""Plays the patterns of the tactors one by one, so that a person learns them. In SERVICE only."""

import json

from rhomboid.haptics.patterns import Patterns
from rhomboid.settings.slots import Slots
from rhomboid.supervision import board as boards
from rhomboid.supervision.device import Device

_open = []


def play(name):
    """Play one cue at the strength of the settings; prints the tactors that took it and its length in ms."""
    if not _open:
        settings, _ = Slots().load()
        tactors = Device(boards.load()).tactors
        kept = settings["drv_calibration"]
        for k, place in enumerate(("upper", "lower")):
            tactors[place].setup(kept[3 * k : 3 * k + 3])
        _open.append((tactors, Patterns(settings["haptic_strength_percent"] or 100, settings["cue_patterns"])))
    tactors, patterns = _open[0]
    cue = patterns.names.index(name)
    taken = []
    for place, sequences in (("upper", patterns.upper), ("lower", patterns.lower)):
        if sequences[cue] and tactors[place].play(sequences[cue]):
            taken.append(place)
    print(json.dumps([taken, patterns.total_ms[cue]]))
