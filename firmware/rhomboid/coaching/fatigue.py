"""Fatigue over a set: median frequency and amplitude of the EMG, speed of the movement, decay of holds -> one index,
one advice.

Compared are the last three repetitions with the first three of the set, so that one odd repetition says nothing. EMG
counts only at 20 %MVC and more (domain 2.5: at low load the frequency may rise). A falling frequency means fatigue
while the amplitude holds or rises; when both fall the muscle simply does less. Index 1000 is one of: frequency 15 %
down (the real recording of domain 2.5 loses 9.6 % a minute), speed 35 % down (domain 4: 20 % is half of the possible
repetitions, 40-50 % is failure), 45 % of a hold's activation gone. All three limits are engineering choices within
those sources.
"""

from array import array

from micropython import const

NONE = const(0)
LENGTHEN_REST = const(1)  # index at half: rest longer before the next set
END_SET = const(2)  # index full in two repetitions running
STOP = const(3)  # END_SET again although the set before ended the same way

UNKNOWN = const(-32768)
_COMPARED = const(3)
_MOST = const(300_000)  # three of them times 1000 stay below 2**30: nothing here allocates
_GATE_PERMILLE = const(200)
_FREQUENCY_LOSS = const(150)  # per mille, each makes the index 1000
_SPEED_LOSS = const(350)
_HOLD_LOSS = const(450)
_AMPLITUDE_KEPT = const(900)  # per mille of the first amplitude

_FREQUENCY = const(0)  # rows of the sums and rings
_AMPLITUDE = const(1)
_SPEED = const(2)
_KINDS = const(3)


class Fatigue:
    """One site or the mean of several. index: 0..2000 per mille; losses: array frequency, speed, hold in per mille."""

    def __init__(self):
        self.index = 0
        self.losses = array("i", [0, 0, 0])
        self._first = array("i", [0] * _KINDS)  # sums of the first three
        self._ring = array("i", [0] * (_KINDS * _COMPARED))
        self._counts = array("i", [0] * _KINDS)
        self._ended = array("i", [0, 0])  # repetitions running over the limit, sets running that ended tired

    def begin_set(self):
        """A new set is compared with its own first repetitions; that the last one ended tired is remembered."""
        if self._ended[0] < 2:
            self._ended[1] = 0
        self._ended[0] = 0
        self.index = 0
        for k in range(_KINDS):
            self._first[k] = 0
            self._counts[k] = 0
            self.losses[k] = 0

    def repetition(self, mdf_hz_q8, rms_q4, mvc_permille, range_cdeg, concentric_ms, hold_fade_permille):
        """After each complete repetition; UNKNOWN for what is not measured. Answers the advice.

        mdf_hz_q8, rms_q4: of the effort, Hz * 256 and 1/16 uV; mvc_permille: its mean; hold_fade_permille: change of
        activation over the hold, negative = lost.
        """
        if mvc_permille >= _GATE_PERMILLE and mdf_hz_q8 > 0 and rms_q4 > 0:
            self._take(_FREQUENCY, min(mdf_hz_q8, _MOST))
            self._take(_AMPLITUDE, min(rms_q4, _MOST))
        if range_cdeg > 0 and concentric_ms > 0:
            self._take(_SPEED, min(range_cdeg, 20_000) * 1000 // max(concentric_ms, 100))
        kept = self._kept(_AMPLITUDE)
        losses = self.losses
        losses[0] = max(0, 1000 - self._kept(_FREQUENCY)) if kept >= _AMPLITUDE_KEPT else 0
        losses[1] = max(0, 1000 - self._kept(_SPEED))
        losses[2] = max(0, -hold_fade_permille) if hold_fade_permille != UNKNOWN else 0
        self.index = min(
            2000,
            max(
                losses[0] * 1000 // _FREQUENCY_LOSS,
                losses[1] * 1000 // _SPEED_LOSS,
                losses[2] * 1000 // _HOLD_LOSS,
            ),
        )
        ended = self._ended
        if self.index < 1000:
            ended[0] = 0
            return LENGTHEN_REST if self.index >= 500 else NONE
        ended[0] += 1
        if ended[0] < 2:
            return LENGTHEN_REST
        if ended[0] == 2:
            ended[1] += 1
        return STOP if ended[1] > 1 else END_SET

    def _take(self, kind, value):
        count = self._counts[kind]
        if count < _COMPARED:
            self._first[kind] += value
        self._ring[kind * _COMPARED + count % _COMPARED] = value
        self._counts[kind] = count + 1

    def _kept(self, kind):
        """Mean of the last three in per mille of the mean of the first three; 1000 until six are in."""
        first = self._first[kind]
        if self._counts[kind] < 2 * _COMPARED or first <= 0:
            return 1000
        last = 0
        for k in range(_COMPARED):
            last += self._ring[kind * _COMPARED + k]
        return last * 1000 // first
