"""Reads what bears on the level of a visit from an analysed note."""
