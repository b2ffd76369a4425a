"""What the Adafruit BNO08x package needs of CircuitPython, for MicroPython (design: deployed from the installed package)."""
