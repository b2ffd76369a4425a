"""For the host, in SERVICE: what only a program on the device can find out."""
