"""Coaching: measures -> rules -> schedule -> cue, all of it tables of integers built from plain data."""
