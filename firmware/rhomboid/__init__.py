"""Rhomboid firmware: sensors -> samples -> features -> coaching -> cue -> tactor, every stage -> recording."""

VERSION = "0.1.0"
