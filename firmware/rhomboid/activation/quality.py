"""Is what a channel shows muscle? Quality bits per channel from windows of 200 ms, each held for half a second.

- RAIL: the whole window within 1 % of one end of the converter. CLIPPING: an end was touched.
- FLAT: no more than one step of the 12-bit converter, less than the amplifier's own noise.
- MAINS: most of the power that the canceller left is mains (limit in mains_search).
- MOTION: more than a quarter of the power lies at 5-20 Hz (domain 2.6) and that is more than 25 uV, in two windows in a
  row (engineering choices: at rest a share means nothing, and a contraction's beginning has one such window).
- ELECTRODE_OFF: rail, flat, hum above 0.35 mV that is 80 % of the raw signal, or a mean size of 4 mV (engineering
  choice: an open input of the amplifier shows one of these).
- ECG: short bursts at the rhythm of a heart; the channel stays usable, its onsets are asked to hold longer.
- SETTLING: the first 300 ms after a start or lost samples.
"""

from array import array

import micropython
from micropython import const

# A kernel takes only constants of its own file: those marked as another's are compared by a test
RAIL = const(1)  # features.QUALITY_RAIL
FLAT = const(2)  # features.QUALITY_FLAT
ELECTRODE_OFF = const(4)  # features.QUALITY_ELECTRODE_OFF
CLIPPING = const(8)  # features.QUALITY_CLIPPING
MAINS = const(16)  # features.QUALITY_MAINS
MOTION = const(32)  # features.QUALITY_MOTION
ECG = const(64)  # features.QUALITY_ECG
SETTLING = const(128)  # features.QUALITY_SETTLING
MOTION_SUSPECTED = const(256)  # in one window; two in a row make MOTION
# what makes a channel useless for a decision
BAD = const(0xBF)  # all but ECG
# what makes its energy useless for onsets and for learning the rest level; a clipped contraction is still a contraction
_BLOCKS = const(0x37)
SETTLING_MS = const(300)
# electrodes on the trunk see the heart (domain 2.6)
_HEART_SITES = ("MT", "LT", "LAT", "SA")

# what the kernel reads of others
RAW_CELLS = const(16)  # highpass.CELLS
LOWEST = const(9)  # highpass.LOWEST
HIGHEST = const(10)  # highpass.HIGHEST
SLOW = const(11)  # highpass.SLOW
NO_COUNT = const(0x7FFF)  # highpass.NO_COUNT
LINE_CELLS = const(76)  # mains_lines.CHANNEL_CELLS
MEAN = const(67)  # mains_lines.MEAN
SHARE = const(69)  # mains_lines.SHARE
REMOVED = const(70)  # mains_lines.REMOVED
ONSET_CELLS = const(25)  # activity.CELLS
HOLD = const(8)  # activity.HOLD
BEATS = const(18)  # activity.BEATS
BLOCKED = const(19)  # activity.BLOCKED
HOLD_MS = const(50)  # activity.HOLD_MS
HOLD_ECG_MS = const(150)  # activity.HOLD_ECG_MS

# cells: frames since the start or the last loss, then per channel the bits of the last three windows and the result
SETTLED = const(0)
_WINDOWS = const(1)
FIRST_RESULT = const(4)
CELLS = const(4)


def new_cells(channels):
    return array("i", [0] * (_WINDOWS + CELLS * channels))


def shortest_hold_ms(site):
    """How long activity must last to count, before the channel is known to carry ECG."""
    return HOLD_ECG_MS if site in _HEART_SITES else HOLD_MS


@micropython.viper
def assess_window(c: int, raw: ptr32, lines: ptr32, onsets: ptr32, shortest_hold_ms: int, cells: ptr32):
    """Judge channel c's window by raw counts (highpass states), mains lines and activity states; start a new one."""
    r = c * RAW_CELLS
    line = c * LINE_CELLS
    onset = c * ONSET_CELLS
    q = _WINDOWS + c * CELLS
    low = int(raw[r + LOWEST])
    high = int(raw[r + HIGHEST])
    slow = int(raw[r + SLOW]) // 50  # 8 changes of 25-sample sums -> mean change in quarter microvolts
    raw[r + LOWEST] = NO_COUNT
    raw[r + HIGHEST] = 0
    raw[r + SLOW] = 0
    mean = int(lines[line + MEAN])
    bits = 0
    if low <= high:
        if low <= 8 or high >= 16372:
            bits = bits | CLIPPING
        if high <= 130 or low >= 16250:
            bits = bits | RAIL | ELECTRODE_OFF
        elif high - low <= 4:
            bits = bits | FLAT | ELECTRODE_OFF
    # a quarter of the power: the 25-sample change passes 5-20 Hz 1.2 times (mean of the band)
    if slow > 8191:
        slow = 8191
    # a sine of amplitude A has the mean size 0.64 A: 0.4 * 16 A^2 in (microvolt/4)^2
    removed = int(lines[line + REMOVED])
    if removed > 0x1000000:
        removed = 0x1000000
    if slow > 100 and 2 * slow * slow > mean * mean + 6 * removed:
        bits = bits | MOTION_SUSPECTED
    share = int(lines[line + SHARE])
    if share & 1:
        bits = bits | MAINS
    if share & 2:
        bits = bits | ELECTRODE_OFF
    before = int(cells[q])
    if bits & before & MOTION_SUSPECTED:
        bits = bits | MOTION
    held = (bits | before | int(cells[q + 1])) & BAD
    cells[q + 1] = before
    cells[q] = bits
    onsets[onset + BLOCKED] = held & _BLOCKS
    hold = shortest_hold_ms
    if int(onsets[onset + BEATS]) >= 4:
        held = held | ECG
        hold = HOLD_ECG_MS
    onsets[onset + HOLD] = hold
    cells[q + FIRST_RESULT - _WINDOWS] = held


@micropython.viper
def restart(cells: ptr32):
    cells[0] = 0
