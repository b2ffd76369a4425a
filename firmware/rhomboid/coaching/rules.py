"""Rules: which band is left, for how long, in which phase. One viper kernel steps a table of integers once per tick.

A rule is one or several rows (any of them fires it). A level row looks at its measure in every tick of its phases and
fires after a dwell outside the band; an end row looks when one of its phases ends, when (bit 16) the repetition is
complete or (bit 32) the way back begins. The band lies around the athlete's own value: low and high are distances from
it, widened by `spread` per mille of it (for ratios). The own value starts as the rule says; it is the mean of that
start and the outermost values of the complete repetitions that stayed within half of the band (on a side without a
bound: anywhere), after the first few a running one that follows by a sixth. It never leaves `own_least`..`own_most`,
so what is wrong is not learned. While the gate does not hold a row learns and stays silent.
Hysteresis narrows the band while the measure is out and through the repetition after one in which the row fired: a
fault is only forgiven when it is clearly gone. A row fires at most once per repetition and not within its refractory
time. What is UNDEFINED, flagged or of bad quality is quiet: rows pause in frames marked by a pulse, and start anew
after others. An abandoned repetition (event 4) decides nothing at its end and teaches nothing.

Bounds: measures, bands and own values within +-500000 (angles in cdeg, ratios in Q8, ms), or NO_LOW / NO_HIGH; spread
<= 1000; own * spread <= 5e8 < 2**30; times below 2**29 us: no sum reaches 2**30.
"""

from array import array

import micropython
from micropython import const

from rhomboid.features import UNDEFINED

RULE_BITS = const(30)  # rule numbers 0..29: verdict bits of the topic `repetition`, an integer below 2**30
NO_LOW = const(-100000000)
NO_HIGH = const(100000000)

_FIRST_VALUE = const(64)
_ROW = const(18)
# rule, measure, low, high, hysteresis, phases, at end of, dwell us, refractory us, silent flags, channels, gate
# measure + 1, gate low, gate high, repeats, spread, own least, own most
_LEARNED = const(4)  # repetitions after which the own value follows by 1 / (_LEARNED + 2); engineering choice
_STATE = const(8)
# dwell us, refractory us left, tight (1: outside now, 2: fired in the last repetition), fired now, own value,
# outermost value of this repetition, how far out it was, seen (bit 0) + 2 * repetitions learned from
# last t, row count, last phase, rules fired this tick, verdict bits, value that fired, quiet rules, 0
_COMMON = const(8)
FIRED = const(3)
VERDICT = const(4)
VALUE = const(5)
_HALF = const(536870912)
_TICKS = const(1073741823)
_LONGEST_TICK_US = const(100000)
_FLAGS = const(15)
_FLAG_PULSE = const(8)
_QUALITY = const(24)
_QUALITY_BAD = const(0xBF)


@micropython.viper
def step_rules(f: ptr32, w: ptr32, rows: ptr32, state: ptr32, t: int, event: int, phase: int) -> int:
    """One tick. Answers the most useful rule that fires (rows are in that order) or -1; state[3] has all of them as
    bits.
    """
    m = 1
    m = m << 31
    none = 0 - 32768
    dt = ((t - int(state[0]) + _HALF) & _TICKS) - _HALF
    if dt < 0:
        dt = 0
    if dt > _LONGEST_TICK_US:
        dt = _LONGEST_TICK_US
    state[0] = t
    last_phase = int(state[2])
    state[2] = phase
    ended = 0
    if phase != last_phase and event != 4:
        ended = 1 << last_phase
    if event == 3:
        ended = ended | 16
    elif phase == 3 and last_phase != 3:
        ended = ended | 32
    flags = int(f[_FLAGS])
    if event == 1:
        state[4] = 0
    fired = 0
    best = 0 - 1
    quiet = 0
    count = int(state[1])
    i = 0
    while True:  # not `while i < count`: MicroPython 1.25 misencodes a Thumb-2 conditional branch over 4 KB of code
        if i >= count:
            break
        r = i * _ROW
        s = _COMMON + i * _STATE
        left = int(state[s + 1])
        if left > 0:
            left = left - dt
            if left < 0:
                left = 0
            state[s + 1] = left
        if event == 1:
            state[s] = 0
            state[s + 2] = int(state[s + 2]) & 2
            state[s + 3] = 0
            state[s + 7] = int(state[s + 7]) & 254
        own = (int(state[s + 4]) ^ m) - m
        at_end = int(rows[r + 6])
        level = 0
        if at_end == 0:
            level = (int(rows[r + 5]) >> phase) & 1
        if level or at_end & ended:
            x = int(rows[r + 1])
            if x < _FIRST_VALUE:
                v = (int(f[x]) ^ m) - m
            else:
                v = (int(w[x - _FIRST_VALUE]) ^ m) - m
            usable = 1
            if v == none or int(rows[r + 9]) & flags & (255 - _FLAG_PULSE):
                usable = 0
            if level:
                bad = 0
                x = int(rows[r + 10])
                c = 0
                while x:
                    if x & 1:
                        bad = bad | int(f[_QUALITY + c])
                    x = x >> 1
                    c += 1
                if bad & _QUALITY_BAD:
                    usable = 0
            held = 0
            x = int(rows[r + 11])
            if x and usable:
                x = x - 1
                if x < _FIRST_VALUE:
                    g = (int(f[x]) ^ m) - m
                else:
                    g = (int(w[x - _FIRST_VALUE]) ^ m) - m
                if g == none or g < (int(rows[r + 12]) ^ m) - m or g > (int(rows[r + 13]) ^ m) - m:
                    held = 1
            if flags & _FLAG_PULSE and (level or int(rows[r + 1]) < _FIRST_VALUE):
                quiet = quiet + 1
            elif usable == 0:
                quiet = quiet + 1
                state[s] = 0
                state[s + 2] = int(state[s + 2]) & 2
            else:
                x = own
                if x < 0:
                    x = 0 - x
                x = x * int(rows[r + 15]) // 1000
                low = own - x + ((int(rows[r + 2]) ^ m) - m)
                high = own + x + ((int(rows[r + 3]) ^ m) - m)
                x = low - v
                if v - high > x:
                    x = v - high
                if int(state[s + 7]) & 1 == 0 or x > (int(state[s + 6]) ^ m) - m:
                    state[s + 5] = v
                    state[s + 6] = x
                    state[s + 7] = int(state[s + 7]) | 1
                if int(state[s + 2]):
                    low = low + int(rows[r + 4])
                    high = high - int(rows[r + 4])
                if held == 0 and (v < low or v > high):
                    dwell = int(state[s]) + dt
                    if dwell > _HALF:
                        dwell = _HALF
                    state[s] = dwell
                    if dwell >= int(rows[r + 7]) or at_end:
                        if left == 0 and (int(state[s + 3]) == 0 or int(rows[r + 14])):
                            state[s + 1] = int(rows[r + 8])
                            state[s + 2] = int(state[s + 2]) | 1
                            state[s + 3] = 1
                            rule = int(rows[r])
                            fired = fired | (1 << rule)
                            if best < 0:
                                best = rule
                                state[5] = v
                else:
                    state[s] = 0
                    state[s + 2] = int(state[s + 2]) & 2
        elif level == 0 and at_end == 0:
            state[s] = 0
        if event == 3:
            # the next repetition starts with a narrower band when this one fired
            if int(state[s + 3]):
                state[s + 2] = 2
            else:
                state[s + 2] = 0
                if int(state[s + 7]) & 1:
                    # learn from what stayed within half of the band
                    x = own
                    if x < 0:
                        x = 0 - x
                    x = x * int(rows[r + 15]) // 1000
                    low = ((int(rows[r + 2]) ^ m) - m) - x
                    high = ((int(rows[r + 3]) ^ m) - m) + x
                    v = ((int(state[s + 5]) ^ m) - m) - own
                    if 2 * v >= low and 2 * v <= high:
                        x = int(state[s + 7]) >> 1
                        if x < _LEARNED:
                            state[s + 7] = int(state[s + 7]) + 2
                        v = own + v // (x + 2)
                        low = (int(rows[r + 16]) ^ m) - m
                        high = (int(rows[r + 17]) ^ m) - m
                        if v < low:
                            v = low
                        if v > high:
                            v = high
                        state[s + 4] = v
        i += 1
    state[3] = fired
    state[4] = int(state[4]) | fired
    state[6] = quiet
    return best


class UnknownRule(Exception):
    """An exercise or the settings name a rule, measure or bound that does not exist."""


class RuleEngine:
    """The rules of one exercise.

    rows: list of dictionaries from rule_library.rows(), most useful first. features: the feature vector.
    measures: Measures of the same exercise. rows, state: for the kernel.
    """

    def __init__(self, rows, features, measures):
        count = len(rows)
        self._features = features
        self._values = measures.values
        self.rows = array("i", [0] * (count * _ROW + 1))
        self.state = array("i", [0] * (_COMMON + count * _STATE))
        self.state[1] = count
        self._looks = bytes([row["look"] for row in rows])
        for i in range(count):
            row = rows[i]
            if not 0 <= row["rule"] < RULE_BITS:
                raise UnknownRule("rule number %d of %s is not in 0..%d" % (row["rule"], row["name"], RULE_BITS - 1))
            gate = row["gate"]
            cells = (
                row["rule"],
                measures.index(row["measure"]),
                row["low"],
                row["high"],
                row["hysteresis"],
                row["phases"],
                row["at_end_of"],
                row["dwell_ms"] * 1000,
                row["refractory_ms"] * 1000,
                row["silent"],
                row["channels"],
                measures.index(gate[0]) + 1 if gate else 0,
                gate[1] if gate else 0,
                gate[2] if gate else 0,
                row["repeats"],
                row["spread"],
                row["own"][1],
                row["own"][2],
            )
            for k in range(len(cells)):
                self.rows[i * _ROW + k] = cells[k]
            self.state[_COMMON + i * _STATE + 4] = row["own"][0]
        measures.forget_names()

    def begin_set(self, t_us):
        """A new set: what was going on in the last one is forgotten, the athlete's own values are kept."""
        state = self.state
        state[0] = t_us
        state[2] = 0
        state[3] = 0
        state[4] = 0
        for i in range(state[1]):
            s = _COMMON + i * _STATE
            for k in range(4):
                state[s + k] = 0
            state[s + 7] &= 254

    def learned(self, names):
        """The athlete's own values, to be kept as the setting "own": rule name -> value per look; names of the rules by
        number. Allocates.
        """
        result = {}
        for i in range(len(self._looks)):
            look = self._looks[i]
            values = result.setdefault(names[self.rows[i * _ROW]], [])
            while len(values) <= look:
                values.append(None)
            values[look] = self.state[_COMMON + i * _STATE + 4]
        return result

    def outermost(self, row):
        """Of a row (in the order given) the value of this repetition furthest out, UNDEFINED when there was none."""
        s = _COMMON + row * _STATE
        return self.state[s + 5] if self.state[s + 7] & 1 else UNDEFINED

    def step(self, t_us, event, phase):
        """Every tick after Measures.step: number of the most useful rule that fires now, or -1."""
        return step_rules(self._features, self._values, self.rows, self.state, t_us, event, phase)

    def fired(self):
        """Bits of all rules that fired in the last tick."""
        return self.state[FIRED]

    def verdict(self):
        """Bits of the rules that fired since the repetition started (kept until the next start)."""
        return self.state[VERDICT]

    def value(self):
        """Value of the measure that fired last, in the measure's unit."""
        return self.state[VALUE]

    def quiet(self):
        """How many rows had to stay silent in the last tick for want of a usable measure."""
        return self.state[6]
