"""Codes, terms and how both are found."""
