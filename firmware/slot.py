"""Which copy of the application runs: /active names the folder /app_a or /app_b; without it, what is on sys.path."""


def active():
    """ "a", "b" or "" when the application was not installed in slots."""
    try:
        with open("/active") as file:
            name = file.read(1)
    except OSError:
        return ""
    return name if name in ("a", "b") else "a"


def path():
    """Folders to put in front of sys.path."""
    name = active()
    return ["/app_" + name] if name else []
