"""Runs in MicroPython: everything that coaching knows as data, as JSON on stdout. Argument: EMG sites with commas."""

import json
import sys

from rhomboid.coaching import exercises, measure_library, rule_library
from rhomboid.coaching.rule_words import WORDS
from rhomboid.coaching.rules import NO_HIGH, NO_LOW
from rhomboid.haptics import language, patterns


def built(name, sites):
    rows, measures, left_out = rule_library.build(exercises.load(name), {"emg_sites": sites})
    return {"rows": rows, "measures": measures, "left_out": left_out}


sites = [site for site in sys.argv[1].split(",") if site]
play = {}
for percent in (0, 1, 50, 75, 100):
    made = patterns.Patterns(percent)
    play[str(percent)] = [[list(made.upper[i]), list(made.lower[i])] for i in range(len(made.upper))]
print(
    json.dumps(
        {
            "rules": rule_library.RULES,
            "words": WORDS,
            "names": rule_library.names(),
            "measures": list(measure_library.MEASURES),
            "exercises": {name: exercises.load(name) for name in exercises.NAMES},
            "built": {name: built(name, sites) for name in exercises.NAMES},
            "cues": language.CUES,
            "patterns": play,
            "effect_ms": {str(k): language.EFFECT_MS[k] for k in language.EFFECT_MS},
            "open": [NO_LOW, NO_HIGH],
        }
    )
)
