"""Exports of a log for other programs: CSV, Parquet, EDF+, BDF+, EMG-BIDS, OpenSim."""
