"""Thresholds above which codes are right at a stated precision, from MAPIE's risk control."""
