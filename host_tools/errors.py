"""The two ways in which a command ends badly; host_tools/cli turns each into one line and an exit code."""


class BadInput(Exception):
    """What was handed in cannot be used (exit code 2).

    The message is one line: the file or part, what is wrong, what to do.
    """


class Failed(Exception):
    """The input was good, but the thing asked for did not work out (exit code 1). The message is one line."""
