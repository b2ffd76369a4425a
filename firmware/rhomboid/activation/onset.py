"""Onsets of all channels: states of the double threshold, and what coaching reads."""

from array import array

from rhomboid.fixed import tkeo

NO_ONSET = -1  # onset_us before the first onset; ticks are never negative


class Onsets:
    """onset_us: ticks of each channel's last onset or NO_ONSET; active: 1 while its muscle is active. Both array('i')."""

    def __init__(self, channels):
        self.onset_us = array("i", [NO_ONSET] * channels)
        self.active = array("i", [0] * channels)
        self.states = tkeo.new_states(channels)
