"""The one world of this process."""

world = None
