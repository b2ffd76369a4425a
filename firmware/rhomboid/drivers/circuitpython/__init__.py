"""What the Adafruit BNO08x package needs of CircuitPython, for MicroPython."""
