"""Onsets of all channels: states of the double threshold, and what coaching reads."""

from array import array

from rhomboid.fixed import tkeo

NO_ONSET = -1  # onset_us before the first onset; ticks are never negative


class Onsets:
    """Per channel, array('i'): onset_us, ticks of the last onset or NO_ONSET; active, 1 while the muscle is active."""

    def __init__(self, channels):
        self.onset_us = array("i", [NO_ONSET] * channels)
        self.active = array("i", [0] * channels)
        self.states = tkeo.new_states(channels)
