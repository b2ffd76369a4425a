"""One data-only file per board; nothing else in the project knows a pin number."""
