"""The end of a boot: reset, watchdog, power cut, end of the scenario.

On the chip nothing runs after a reset, no `finally` either. Here an exception must unwind the interpreter; from the
moment it is raised the board is dead: models refuse to work and the flash takes nothing more.
"""

from virtual import clock, journal

_state = {"reason": None}
_dying = []


def on_stop(action):
    """`action()` is called once, at the end of the boot."""
    _dying.append(action)


def finish(reason):
    """End this boot for `reason` ("reset", "watchdog", "end", "cut")."""
    if _state["reason"] is None:
        _state["reason"] = reason
        journal.write("stop", '"reason": "%s"' % reason)
        for action in _dying:
            action()
        clock.die()


def stop(reason):
    """End this boot, and raise."""
    finish(reason)
    raise clock.BoardStopped(reason)


def reason():
    """Why the board stopped, None while it runs."""
    return _state["reason"]
