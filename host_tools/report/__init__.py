"""The report: logs -> one HTML page in plain words, with charts, that opens without a network."""
