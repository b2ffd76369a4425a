"""The log: what is written (topics), how (ulog, buffer), and where (storage)."""
