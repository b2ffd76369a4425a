"""The sequences of haptics/language.py at one strength, ready to send."""

from array import array

from rhomboid.passing import forget


class Patterns:
    """names: cues by number; upper[cue], lower[cue]: the 8 sequencer bytes, or b"" where the tactor stays silent;
    total_ms[cue], on_ms[cue]. own: cue name -> "upper|lower", what its wearer feels instead (setting cue_patterns).

    Raises language.PatternError for a strength outside 0 (silent) to 100.
    """

    def __init__(self, strength_percent=100, own=None):
        from rhomboid.haptics import language

        cues = language.compiled(strength_percent, own)
        forget("rhomboid.haptics.language")
        count = len(cues)
        self.names = tuple([cue[0] for cue in cues])
        self.upper = tuple([cue[1] for cue in cues])
        self.lower = tuple([cue[2] for cue in cues])
        self.total_ms = array("i", [0] * count)
        self.on_ms = array("i", [0] * count)
        for cue in range(count):
            self.total_ms[cue] = cues[cue][3]
            self.on_ms[cue] = cues[cue][4]
