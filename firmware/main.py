"""Starts the application of the active slot; returns to the REPL in SERVICE, so that the host can talk."""

from rhomboid.supervision import start

start.run()
