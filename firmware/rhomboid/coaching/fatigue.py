"""Fatigue over a set: median frequency and amplitude of the EMG, speed of the movement, decay of holds -> one index,
one advice.

Compared are the last three repetitions with the first three of the set (of each site the last three spectra with its
first three), so that one odd one says nothing. EMG comes gated at 20 %MVC (domain 2.5: at low load the frequency may
rise). A falling frequency means fatigue while the amplitude holds or rises; when both fall the muscle simply does less.
Index 1000 is one of: frequency 15 % down in the mean of the sites (the real recording of domain 2.5 loses 9.6 % a
minute; what two standard errors may be is taken off first), speed 35 % down (domain 4: 20 % is half of the possible
repetitions, 40-50 % is failure; 20 % where the plan wants it fast, so that power is not trained slowly), 45 % of a
hold's activation gone. All these limits are engineering choices within those sources.
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
_FREQUENCY_LOSS = const(150)  # per mille, each makes the index 1000
SPEED_LOSS = const(350)
FAST_LOSS = const(200)
_HOLD_LOSS = const(450)
_AMPLITUDE_KEPT = const(900)  # per mille of the first amplitude
# by the number of channels: 6.5 % is the spread of one median over a second of a steady synthetic muscle
_TWO_ERRORS = (0, 106, 75, 61, 53)
_ROW = const(5)  # count, sum of the first three, ring of three


class Fatigue:
    """index: 0..2000 per mille; losses: array frequency, speed, hold in per mille; speed_limit: loss that makes 1000.

    A row holds the sum of its first three values and a ring of the last three: two rows per channel, frequency and
    amplitude, and one of the speed.
    """

    def __init__(self, channels):
        self.index = 0
        self.speed_limit = SPEED_LOSS
        self.losses = array("i", [0, 0, 0])
        self._channels = channels
        self._rows = array("i", [0] * (_ROW * (2 * channels + 1)))
        self._ended = array("i", [0, 0])  # repetitions running over the limit, sets running that ended tired

    def begin_set(self):
        """A new set is compared with its own first repetitions; that the last one ended tired is remembered."""
        if self._ended[0] < 2:
            self._ended[1] = 0
        self._ended[0] = 0
        self.index = 0
        for k in range(len(self._rows)):
            self._rows[k] = 0
        for k in range(3):
            self.losses[k] = 0

    def spectrum(self, channel, mdf_hz_q8, rms_q4):
        """A result of activation/spectrum.py for this channel: Hz * 256 and microvolt/16 of its effort, gated there."""
        if mdf_hz_q8 > 0 and rms_q4 > 0:
            self._take(2 * channel, min(mdf_hz_q8, _MOST))
            self._take(2 * channel + 1, min(rms_q4, _MOST))

    def repetition(self, range_cdeg, concentric_ms, hold_fade_permille):
        """After each complete repetition; UNKNOWN for what is not measured. Answers the advice.

        hold_fade_permille: change of activation over the hold, negative = lost.
        """
        speed = 2 * self._channels
        if range_cdeg > 0 and concentric_ms > 0:
            self._take(speed, min(range_cdeg, 20_000) * 1000 // max(concentric_ms, 100))
        losses = self.losses
        losses[0] = self._frequency_loss()
        losses[1] = max(0, 1000 - self._kept(speed))
        losses[2] = max(0, -hold_fade_permille) if hold_fade_permille != UNKNOWN else 0
        self.index = min(
            2000,
            max(
                losses[0] * 1000 // _FREQUENCY_LOSS,
                losses[1] * 1000 // self.speed_limit,
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

    def _frequency_loss(self):
        """Mean over the channels with six results, per mille, less two standard errors of it; a channel that does less
        counts as fresh.
        """
        total = 0
        count = 0
        for channel in range(self._channels):
            if self._rows[_ROW * 2 * channel] >= 2 * _COMPARED:
                count += 1
                if self._kept(2 * channel + 1) >= _AMPLITUDE_KEPT:
                    total += max(0, 1000 - self._kept(2 * channel))
        return max(0, total // count - _TWO_ERRORS[count]) if count else 0

    def _take(self, row, value):
        rows = self._rows
        at = _ROW * row
        count = rows[at]
        if count < _COMPARED:
            rows[at + 1] += value
        rows[at + 2 + count % _COMPARED] = value
        rows[at] = count + 1

    def _kept(self, row):
        """Mean of the last three in per mille of the mean of the first three; 1000 until six are in."""
        rows = self._rows
        at = _ROW * row
        if rows[at] < 2 * _COMPARED or rows[at + 1] <= 0:
            return 1000
        return (rows[at + 2] + rows[at + 3] + rows[at + 4]) * 1000 // rows[at + 1]
