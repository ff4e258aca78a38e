"""Drift: watched, told of, shown."""
