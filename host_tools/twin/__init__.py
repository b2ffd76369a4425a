"""The twin: the firmware on a real MicroPython interpreter, against a virtual board in virtual time."""
