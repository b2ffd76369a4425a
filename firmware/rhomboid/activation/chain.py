"""The EMG chain: counts of the converter to envelopes, per mille of MVC, onsets, ratios and quality, 1 kHz per channel.

Design section 5: high-pass -> mains out with its harmonics -> rectify -> low-pass 6 Hz; onsets by TKEO on the cleaned
signal. All channels go through one viper call per stage and block. How the frames are cut into blocks changes nothing:
every 50 frames (a hop) one channel's window of 200 ends, its mains line and its quality are judged, and a block that
crosses such a boundary is processed in two pieces.
"""

from array import array

from micropython import const

from rhomboid.activation import quality, ratios, spectrum
from rhomboid.activation.normalisation import publish
from rhomboid.activation.onset import Onsets
from rhomboid.fixed import activity, harmonics, highpass, mains_lines, mains_search, mains_tracker
from rhomboid.fixed.activity import activity_block, follow_rises
from rhomboid.fixed.highpass import filter_block
from rhomboid.fixed.mains import mains_block

MAX_FRAMES = const(64)
MAX_CHANNELS = const(4)
_FRAME_US = const(1000)
_HOP = const(50)
# those marked as another file's are compared by a test
MODE = const(0)  # mains.MODE
SEARCHING = const(0)  # mains.SEARCHING
BINS = const(64)  # harmonics.BINS
HARMONICS = const(6)  # harmonics.COUNT
TEMPLATE_CELLS = const(65)  # harmonics.TEMPLATE_CELLS
_PHASE = const(31)  # features.PHASE
LINE_CELLS = const(76)  # mains_lines.CHANNEL_CELLS
RESTS = const(18)  # mains_lines.RESTS


class EmgChain:
    """sites: 1..4 names; mvc_uv_q4: microvolt/16 per site, 0 = not known; features: the vector of rhomboid.features.

    highpass_hz: 30 (fourth order) or 20 (second order); mains_hz: 0 (found out), 50 or 60. ValueError for other values.
    onsets: an activation.onset.Onsets; onset_us and active are its arrays. spectra: an activation.spectrum.Spectra that
    is given what it gathers, or None.
    """

    def __init__(self, sites, highpass_hz, mains_hz, mvc_uv_q4, features, spectra=None):
        channels = len(sites)
        if not 1 <= channels <= MAX_CHANNELS:
            raise ValueError("EMG sites must be 1..4, not %d" % channels)
        if highpass_hz not in highpass.COEFFICIENTS:
            raise ValueError("highpass_hz must be 30 or 20, not %r" % (highpass_hz,))
        self.sites = tuple(sites)
        self.onsets = Onsets(channels)
        self.onset_us = self.onsets.onset_us
        self.active = self.onsets.active
        self._activity = self.onsets.states
        self.mvc_uv_q4 = array("i", [0] * channels)
        for c in range(min(channels, len(mvc_uv_q4))):
            self.mvc_uv_q4[c] = mvc_uv_q4[c]
        self._features = features
        self._channels = channels
        self._pairs = ratios.pair_channels(self.sites, features)
        self._holds_ms = array("i", [quality.shortest_hold_ms(site) for site in self.sites])
        self._coefficients = array("i", highpass.COEFFICIENTS[highpass_hz])
        self._highpass = highpass.new_states(channels)
        self._band = array("i", [highpass.BIAS] * (MAX_FRAMES * channels))
        self._mains = mains_lines.new_state(mains_hz)
        self._lines = mains_lines.new_lines(channels)
        self._sizes = array("i", [0] * (2 * channels))
        self._bins = array("i", [harmonics.BIN_BIAS] * (2 * BINS * channels))
        self._template = array("i", [harmonics.TEMPLATE_BIAS] * (TEMPLATE_CELLS * channels))
        self.table = harmonics.cosine_table()
        self._folded = array("i", [0] * BINS)
        self._quality = quality.new_cells(channels)
        self._place = array("i", [0, 0])  # frames since the hop began, which channel's window ends with it
        self._spectra = spectra
        self.process = self._bound_process()

    def _bound_process(self):
        """process(frames, n, gap, t_us), with what it touches in its defaults: locals, not attributes.

        frames: array('h') of n = 0..64 interleaved frames of counts 0..16380, the newest of t_us (ticks); `gap` frames
        were lost before them. Writes the activation features; onset_us and active follow. Allocates nothing.
        """

        def process(
            frames,
            n,
            gap,
            t_us,
            channels=self._channels,
            band=self._band,
            place=self._place,
            skip=self._skip,
            filter_block=filter_block,
            coefficients=self._coefficients,
            states=self._highpass,
            mains_block=mains_block,
            mains=self._mains,
            bins=self._bins,
            template=self._template,
            activity_block=activity_block,
            follow_rises=follow_rises,
            activity=self._activity,
            sizes=self._sizes,
            active=self.active,
            onset_us=self.onset_us,
            end_hop=self._end_hop,
            publish=publish,
            mvc_uv_q4=self.mvc_uv_q4,
            quality=self._quality,
            pairs=self._pairs,
            features=self._features,
            gather=spectrum.gather if self._spectra else None,
            gathered=self._spectra.cells if self._spectra else array("i", [0]),
            samples=self._spectra.samples if self._spectra else None,
        ):
            if gap:
                skip(gap)
                gathered[0] = 0
            done = 0
            while done < n:
                count = _HOP - place[0]
                if count > n - done:
                    count = n - done
                filter_block(frames, done, count, channels, coefficients, states, band)
                done += count
                mains_block(band, count, channels, mains, bins, template)
                activity_block(band, count, channels, activity, sizes, t_us - _FRAME_US * (n - done), active, onset_us)
                if gathered[0]:
                    gather(band, count, samples, gathered)
                place[0] += count
                if place[0] == _HOP:
                    place[0] = 0
                    end_hop()
            if n:
                follow_rises(n, channels, t_us, features[_PHASE], activity)
            publish(channels, n, activity, mvc_uv_q4, quality, pairs, features)

        return process

    def _end_hop(self):
        """One channel's window of 200 frames is over: judge its mains and its quality."""
        c = self._place[1]
        self._place[1] = (c + 1) & 3
        if c >= self._channels:
            return
        state = self._mains
        lines = self._lines
        n = mains_lines.end_window(c, self._sizes, lines)
        line = LINE_CELLS * c
        rests = line + RESTS
        bins = 2 * BINS * c
        harmonics.analyse(self._bins, bins, n, self.table, self._folded, lines, rests)
        if state[MODE] == SEARCHING:
            rests += 2 * HARMONICS
            harmonics.analyse(self._bins, bins + BINS, n, self.table, self._folded, lines, rests)
            if mains_search.gather(c, self._channels, n, state, lines) and mains_search.decide(state, self.table):
                mains_lines.begin_tracking(self._channels, state, lines)
                mains_lines.forget_window(self._channels, self._sizes, lines, self._bins)
                harmonics.flatten(self._template, TEMPLATE_CELLS * self._channels)
        else:
            mains_tracker.correct_weights(c, n, state, lines)
            mains_tracker.correct_frequency(c, self._channels, state, lines)
            harmonics.synthesise(lines, line, self.table, self._folded, self._template, TEMPLATE_CELLS * c)
            if not mains_tracker.still_there(c, self._channels, state, lines):
                mains_lines.forget_window(self._channels, self._sizes, lines, self._bins)
        quality.assess_window(c, self._highpass, lines, self._activity, self._holds_ms[c], self._quality)

    def restart(self):
        """After a pause of unknown length."""
        self._skip(1)

    def _skip(self, gap):
        """Frames were lost: the filters settle again, what is known of mains, rest level and envelope stays."""
        channels = self._channels
        highpass.restart(self._highpass, channels)
        mains_lines.skip(self._mains, gap)
        mains_lines.forget_window(channels, self._sizes, self._lines, self._bins)
        activity.restart(self._activity, self.active, channels)
        quality.restart(self._quality)
        self._place[0] = 0
