"""Logs as tables, measures, exports and history."""
