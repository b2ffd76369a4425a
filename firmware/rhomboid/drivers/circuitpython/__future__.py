"""`from __future__ import annotations` of the Adafruit package; MicroPython never evaluates annotations."""

annotations = None
