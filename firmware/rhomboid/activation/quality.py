"""Is what a channel shows muscle? Quality bits per channel from windows of 200 ms, each held for half a second.

RAIL: the whole window within 1.6 % of one end of the converter. FLAT: no more than one step of the 12-bit converter, less
than the amplifier's own noise. CLIPPING: an end was touched. MAINS: more than half of the power (domain 2.6) after the
canceller is mains. MOTION: more than a quarter of the power (domain 2.6) lies at 5-20 Hz, and it exceeds 25 uV
(engineering choice: at rest the share of slow drift means nothing). ELECTRODE_OFF: rail, flat, or hum above 0.5 mV that is
80 % of the raw signal (engineering choice: an open input of the amplifier shows one of these). ECG: short bursts at the
rhythm of a heart; the channel stays usable, its onsets are asked to hold longer. SETTLING: first 300 ms after a start or
lost samples.
"""

from array import array

import micropython
from micropython import const

from rhomboid.fixed.tkeo import HOLD_ECG_MS, HOLD_MS

# bits of features.QUALITY_n: a kernel takes only constants of its own file; a test compares the two
RAIL = const(1)
FLAT = const(2)
ELECTRODE_OFF = const(4)
CLIPPING = const(8)
MAINS = const(16)
MOTION = const(32)
ECG = const(64)
SETTLING = const(128)
MOTION_SUSPECTED = const(256)  # in one window; two in a row make MOTION
# what makes a channel useless for a decision
BAD = const(0xBF)  # all but ECG
# what makes its energy useless for onsets and for learning the rest level; a clipped contraction is still a contraction
_BLOCKS = const(0x37)
SETTLING_MS = const(300)
# electrodes on the trunk see the heart (domain 2.6)
_HEART_SITES = ("MT", "LT", "LAT", "SA")

# cells: frames since the start or the last loss, then per channel the bits of the last three windows and the result
SETTLED = const(0)
_WINDOWS = const(1)
_CELLS = const(4)
RESULT = const(3)


def new_cells(channels):
    return array("i", [0] * (_WINDOWS + _CELLS * channels))


def shortest_hold_ms(site):
    """How long activity must last to count, before the channel is known to carry ECG."""
    return HOLD_ECG_MS if site in _HEART_SITES else HOLD_MS


@micropython.viper
def assess_window(c: int, raw: ptr32, lines: ptr32, onsets: ptr32, shortest_hold_ms: int, cells: ptr32):
    """Judge channel c's window from the raw counts (highpass states), mains lines and onset states; start a new one."""
    r = ptr32(int(raw) + c * 64)
    line = ptr32(int(lines) + c * 288)
    onset = ptr32(int(onsets) + c * 80)
    q = ptr32(int(cells) + 4 + c * 16)
    low = int(r[9])
    high = int(r[10])
    slow = int(r[11]) // 50  # 8 changes of 25-sample sums -> mean change in quarter microvolts
    r[9] = 0x7FFF
    r[10] = 0
    r[11] = 0
    mean = int(line[67])
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
    removed = int(line[71])  # a sine of amplitude A has the mean size 0.64 A: 0.4 * 16 A^2 in (microvolt/4)^2
    if removed > 0x1000000:
        removed = 0x1000000
    if slow > 100 and 2 * slow * slow > mean * mean + 6 * removed:
        bits = bits | MOTION_SUSPECTED
    share = int(line[69])
    if share & 1:
        bits = bits | MAINS
    if share & 2:
        bits = bits | ELECTRODE_OFF
    before = int(q[0])
    if bits & before & MOTION_SUSPECTED:
        bits = bits | MOTION
    held = (bits | before | int(q[1])) & BAD
    q[1] = before
    q[0] = bits
    onset[15] = held & _BLOCKS
    hold = shortest_hold_ms
    if int(onset[14]) >= 4:
        held = held | ECG
        hold = 150
    onset[4] = hold
    q[3] = held


@micropython.viper
def restart(cells: ptr32):
    cells[0] = 0
