"""Integer mathematics without input or output: the same bits on a 64-bit host and on a 32-bit chip."""
