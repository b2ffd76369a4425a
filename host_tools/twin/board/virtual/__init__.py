"""The virtual board: one clock, one event table, and a model for each part of the device."""
