"""Haptics: which tactor plays which rhythm for a cue, and how much a body is vibrated at all."""
