"""The tactile language: two places, three rhythms, and a few signals that use both tactors.

    upper tactor = let go up here             lower tactor = do more down here
    one pulse    = begin with it              two pulses   = keep it             three pulses = it is fading or too much
Both tactors together speak about the whole movement or about the device; down the back = let down, up = reach further.

A pattern is up to eight DRV2605L sequencer slots per tactor (SLOS854C section 8.5.9): ROM effects of library 6 (LRA,
section 11.2) and wait slots (0x80 | n: n * 10 ms). The chip ends every sequence by itself.
Place and rhythm carry the meaning, never strength (domain 3: the torso is worst at telling intensities): strength is
one setting for all cues, made by choosing the waveform. Pulses last 60-150 ms, gaps at least 100 ms (domain 3).
TI does not publish how long the ROM effects are; EFFECT_MS are estimates that bring-up checks on the GO bit.
"""

# SLOS854C section 11.2: Strong Click 100/60/30 %, Buzz 1-4 at 100/80/60/40 %
EFFECT_MS = {1: 70, 2: 70, 3: 70, 47: 140, 48: 140, 49: 140, 50: 140}
_BUZZ = ((90, 47), (70, 48), (50, 49), (0, 50))  # from strength percent on
_CLICK = ((80, 1), (45, 2), (0, 3))

# The number of a cue in the log is its place here: append only.
# Notation: "-" a long pulse, "." a short one, " " a gap of 120 ms, "_" a pause of 300 ms. (upper, lower, what it says)
CUES = (
    ("set_first", "", "-", "set the shoulder blade first"),
    ("hold_blade", "", "- -", "keep the shoulder blade set"),
    ("hold_longer", "", "- - -", "the hold is fading: still and steady, or end the set"),
    ("ease_upper", "- -", "", "let the upper shoulder go"),
    ("drop_shoulder", "-", "", "shoulders down, away from the ears"),
    ("ease_arm", "- - -", "", "less arm and latissimus, more middle back"),
    ("trunk_still", "-", "-", "keep the trunk still"),
    ("slower", "-", "_-", "slower: let the weight down under control"),
    ("whole_range", "_-", "-", "the whole way"),
    ("end_set", "- - -", "- - -", "end this set: tired"),
    # the device itself: short pulses, both places
    ("ready", ".", " .", "ready"),
    ("neutral_taken", ". .", "", "neutral pose taken"),
    ("refused", ". . .", ". . .", "refused: hold still and try again"),
    ("set_begun", ".", ".", "set begun"),
    ("set_ended", ". .", ". .", "set ended"),
    ("snoozed", "", ". .", "cues off for a while"),
    ("attention", "", ".", "next: think of the shoulder blade"),
    ("rest_over", ". -", ". -", "rest is over"),
    ("warning", ". . -", ". . -", "something is wrong with a sensor: see the log"),
    ("battery", "- _ .", "- _ .", "battery low"),
    # MVC tests: as many short pulses as the place of the site in emg_sites
    ("test_1", ".", "_-", "first site comes: take the position"),
    ("test_2", ". .", "_ -", "second site comes: take the position"),
    ("test_3", ". . .", "__-", "third site comes: take the position"),
    ("test_4", ". . . .", "__  -", "fourth site comes: take the position"),
    ("test_begin", "- -", "- -", "push now, without moving, until the next pulse"),
    ("test_stop", "- .", "- .", "let go and rest"),
    ("tests_taken", ". - .", ". - .", "tests done and kept"),
    # posture through the day
    ("grow_tall", "", ". -", "posture: grow tall again"),
    ("open_up", "", ". - .", "posture: draw the shoulder blades back once"),
    ("break_due", "", ". - -", "time for five gentle retractions"),
    ("break_taken", "", ". . .", "break taken"),
    # between sets
    ("rest_longer", "- .", "", "tired: rest longer before the next set"),
    ("stop_today", "- - - -", "- - - -", "two sets running ended tired: stop for today"),
    ("rest_ends", ".", "", "ten seconds of rest are left"),
    ("next_exercise", ". -", " . -", "rest is over, and another exercise comes"),
    ("more_effort", "_- .", "- .", "more effort than in this set: the plan wants more"),
    ("less_effort", "- .", "_- .", "less effort than in this set: the plan wants less"),
    ("session_done", "- . .", "- . .", "the plan's training of today is done"),
    ("posture_begun", ". _ -", "", "posture through the day begins"),
    ("posture_ended", "- _ .", "", "posture through the day has ended"),
    # mobility before load
    ("move_freely", "", "- .", "without load: move through the whole range, then press"),
    ("reach_enough", "", ". . -", "the range is there: load may come"),
    ("reach_short", "_. -", "_. -", "less range than needed: the target is lower, go easy"),
    ("safe_mode", ". . . .", ". . . .", "safe mode: connect a computer"),
)
_GAP_MS = {" ": 120, "_": 300}


class PatternError(Exception):
    """A pattern does not fit into the sequencer or breaks the limits of touch."""


def _effect(symbol, strength_percent):
    return [effect for least, effect in (_BUZZ if symbol == "-" else _CLICK) if strength_percent >= least][0]


def slots(notation, strength_percent):
    """The 8 sequencer bytes of a notation; b"" when the tactor stays silent. Raises PatternError when it does not
    fit.
    """
    result = []
    wait_ms = 0
    for symbol in notation:
        if symbol in _GAP_MS:
            wait_ms += _GAP_MS[symbol]
            continue
        if wait_ms:
            result.append(0x80 | wait_ms // 10)
            wait_ms = 0
        result.append(_effect(symbol, strength_percent))
    if not result:
        return b""
    if len(result) > 8:
        raise PatternError("pattern %r needs %d slots, the sequencer has 8" % (notation, len(result)))
    return bytes(result + [0] * (8 - len(result)))


def length_ms(sequence):
    """How long a sequence runs, and how much of that vibrates: (total, on)."""
    total = 0
    on = 0
    for slot in sequence:
        if slot == 0:
            break
        if slot & 0x80:
            total += (slot & 0x7F) * 10
        else:
            total += EFFECT_MS[slot]
            on += EFFECT_MS[slot]
    return total, on


def describe():
    """The language as data: list of (name, upper notation, lower notation, meaning) for `rhomboid cues`."""
    return CUES


def compiled(strength_percent, own=None):
    """Every cue at one strength: list of (name, upper slots, lower slots, total ms, ms of vibration).

    own: cue name -> "upper|lower" in place of what stands in CUES.
    """
    if not 0 <= strength_percent <= 100:
        raise PatternError("strength %d %%: must be 0 (silent) to 100" % strength_percent)
    known = {}  # equal sequences are kept once
    result = []
    for name, upper, lower, _ in CUES:
        sequences = []
        for notation in own[name].split("|") if own and name in own else (upper, lower):
            sequence = slots(notation, strength_percent) if strength_percent else b""
            sequences.append(known.setdefault(sequence, sequence))
        lengths = [length_ms(sequence) for sequence in sequences]
        total_ms = max(lengths[0][0], lengths[1][0])
        result.append((name, sequences[0], sequences[1], total_ms, max(lengths[0][1], lengths[1][1])))
    return result
