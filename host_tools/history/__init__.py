"""The history: a folder of workouts as a catalogue (Parquet, asked with DuckDB) and as one HTML page."""
