"""Activity of all channels: the states of envelope and double threshold, and what coaching reads."""

from array import array

from rhomboid.fixed import activity

NO_ONSET = -1  # onset_us before the first onset; ticks are never negative


class Onsets:
    """Per channel, array('i'): onset_us, ticks of the last onset or NO_ONSET; active, 1 while the muscle is active."""

    def __init__(self, channels):
        self.onset_us = array("i", [NO_ONSET] * channels)
        self.active = array("i", [0] * channels)
        self.states = activity.new_states(channels)
