"""Host tools of Rhomboid: flash the device, pull its logs, analyse them, and run its firmware on virtual hardware."""
