"""Settings and calibration: what they may be (schema) and how they outlive a power cut (slots). Runs on CPython too."""
