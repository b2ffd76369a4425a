"""The loop, its modes, the health of every part, and the watchdog."""
